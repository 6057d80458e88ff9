"""A person's own account: the words of allauth's forms, and the address they sign in with."""

from allauth.account import forms as allauth_forms
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}


class Plain(forms.Form):
    """Our labels, and no placeholder that says the label once more."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)


class SignInForm(Plain, allauth_forms.LoginForm):
    """E-mail address and password."""


class ForgotPasswordForm(Plain, allauth_forms.ResetPasswordForm):
    """Where to send the link."""


class NewPasswordForm(Plain, allauth_forms.ResetPasswordKeyForm):
    """A new password, from the link."""


class AgainForm(Plain, allauth_forms.ReauthenticateForm):
    """The password once more, before a change to how the account is protected."""


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):
    """A new password, knowing the old one."""


@require_safe
def email_address(request: HttpRequest) -> HttpResponse:
    """The address one signs in with. Only admins and imports change it.

    It stands in the place of allauth's page: people are known by their address here, and one that its owner could
    change unchecked would let them sign in under, or block, somebody else's.
    """
    return render(request, "account/email.html")
