"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from config.errors import MailAway


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by admins, imports and invitations, not by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends at once, for somebody is waiting for it; raises MailAway, which becomes a page that says so.

        Known and unknown addresses get a mail alike, so that the page does not tell which is which.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as away:  # smtplib's errors are OSErrors too
            raise MailAway(str(away)) from away
