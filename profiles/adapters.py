"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.errors import MailAway
from config.typed import after_sign_in


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by admins, imports and invitations, not by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Used where the sign-in page was not told where to go on."""
        return after_sign_in(request)

    def clean_email(self, email: str) -> str:
        """The address, unless no mail can be sent to it: raises ValidationError for a domain that has no ASCII form."""
        try:
            sanitize_address(email, "utf-8")
        except ValueError as unsendable:
            raise ValidationError(_("Enter a valid email address.")) from unsendable
        return super().clean_email(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends at once, for somebody is waiting for it; raises MailAway, which becomes a page that says so.

        Known and unknown addresses get a mail alike, so that the page does not tell which is which.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as away:  # smtplib's errors are OSErrors too
            raise MailAway(str(away)) from away
