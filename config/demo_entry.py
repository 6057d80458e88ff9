"""One-click entry to the demo. These addresses exist only while DEMO is on."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.typed import after_sign_in

BACKEND = "profiles.backends.PersonBackend"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to enter as, and why one would."""

    pk: int
    name: str
    email: str
    what: str | Promise


DEMO_PEOPLE = (
    DemoPerson(1, "Maya Castellanos", "maya@demo.trellis", _("Coach")),
    DemoPerson(0, "Amara Okafor", "amara@demo.trellis", _("Maya’s coachee")),
    DemoPerson(2, "Inés Robles", "ines@demo.trellis", _("Admin and delivery manager")),
)


class EnterForm(forms.Form):
    """Whom to enter as; valid only for somebody who may sign in."""

    email = forms.EmailField(
        label=_("Or enter as anybody"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": _("E-mail address")}),
    )

    def clean_email(self) -> str:
        """Finds the person, kept as `person`."""
        email = self.cleaned_data["email"].lower()
        self.person = get_user_model().objects.filter(email=email, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody here has this e-mail address."))
        return email


def entries(request: HttpRequest) -> dict[str, Any]:
    """What the sign-in page shows in demo mode; a context processor."""
    if request.path != settings.SIGN_IN_PATH:
        return {}
    return {"demo_people": DEMO_PEOPLE, "demo_form": EnterForm(auto_id="demo_%s")}


@csrf_exempt
@login_not_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Signs in without a password as the person with the posted e-mail address.

    Scripts post nothing but that address, and where anybody may enter as anybody there is no one to protect.
    """
    form = EnterForm(request.POST, auto_id="demo_%s")
    if not form.is_valid():
        return render(request, "account/demo.html", {"demo_people": DEMO_PEOPLE, "demo_form": form}, status=422)
    login(request, form.person, backend=BACKEND)
    return redirect(after_sign_in(request))
