"""Search: a page, and its list alone for the field in the bar."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles.models import Person
from profiles.search_page import search_results

ON_THE_PAGE = 25
IN_THE_BAR = 8


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """People by the beginnings of names and addresses; htmx gets the list that drops down from the bar."""
    dropped = getattr(request, "htmx", False)
    found = search_results(
        request.GET.get("q", ""),
        cast(Person, request.user),
        timezone.now(),
        limit=IN_THE_BAR if dropped else ON_THE_PAGE,
    )
    return render(request, "search/search.html#results" if dropped else "search/search.html", {"found": found})
