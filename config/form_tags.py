"""`{% csrf_token %}`, which says besides whose form it is, so that what was typed finds back to them (config/typed.py).

In every form alike, instead of one by one: the form in which it was forgotten would be the one whose text is lost.
"""

from typing import Any

from django.http import HttpRequest
from django.template import Library
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.typed import WHOSE, sign

register = Library()


class _OwnedForm(CsrfTokenNode):
    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        return SafeString(super().render(context) + (_whose(request) if request else ""))


def _whose(request: HttpRequest) -> SafeString:
    """Nothing for who is not signed in, and in the admin, whose forms are not kept."""
    viewer: Any = getattr(request, "user", None)
    if viewer is None or not viewer.is_authenticated or request.path.startswith("/admin/"):
        return SafeString("")
    if not hasattr(request, "_whose"):
        request._whose = sign(viewer.pk)  # type: ignore[attr-defined]  # once a page, however many forms there are
    return format_html('<input type="hidden" name="{}" value="{}">', WHOSE, request._whose)  # type: ignore[attr-defined]


@register.tag("csrf_token")
def csrf_token(parser: Parser, token: Token) -> _OwnedForm:
    """Takes the place of Django's."""
    return _OwnedForm()
