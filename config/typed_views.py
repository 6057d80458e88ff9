"""What somebody had typed when their session ended, given back after they signed in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from config import typed as typing
from profiles.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: PersonRequest) -> HttpResponse:
    """Shows it with a way to send it; POST drops one of them. With nothing kept, on to Today."""
    if request.method == "POST":
        typing.forget(request, keys=[request.POST.get(typing.KEPT_KEY, "")])
        return redirect("typed")
    forms = typing.kept(request, request.user.pk, timezone.now())
    if not forms:
        return redirect("today")
    return render(request, "typed.html", {"forms": forms})
