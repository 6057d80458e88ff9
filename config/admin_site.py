"""Django admin as admins get it: our own sign-in, and nothing there at all for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Protocol, runtime_checkable

from django.conf import settings
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from unfold.sites import UnfoldAdminSite


@runtime_checkable
class Suggesting(Protocol):
    """An admin with a way of its own to call rows among suggestions."""

    def suggestion(self, obj: Model) -> str: ...


class NamesakesApart(AutocompleteJsonView):
    """Suggestions that tell people of one name apart, for fields of forms that exist here and no others."""

    def process_request(self, request: HttpRequest) -> tuple:
        """As in Django, which would also suggest for a field of a model that is not registered."""
        asked = super().process_request(request)
        if asked[2].model not in site._registry:
            raise PermissionDenied
        return asked

    def serialize_result(self, obj, to_field_name: str) -> dict[str, str]:
        """The id and what the admin of that model calls it in a list of suggestions."""
        return {**super().serialize_result(obj, to_field_name), "text": site.suggestion(obj)}


class TrellisAdminSite(UnfoldAdminSite):
    """Holds only what is registered here on purpose: no model of another package, no confidential model."""

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Signed-out people go to our sign-in; for people who are not staff there is no such page."""
        checked = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request) or _has_nul(request):
                raise Http404
            return checked(request, *args, **kwargs)

        return update_wrapper(guarded, checked)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[URLPattern] = []

    def add_page(self, route: str, view: Callable, name: str) -> None:
        """Adds a page that belongs to no model. It is for staff only, as all of the admin."""
        self._pages.append(path(route, self.admin_view(view), name=name))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """With our own pages. Whoever has to sign in first goes straight to our sign-in."""
        patterns = [*self._pages, *super().get_urls()]
        _sign_in_at(patterns, settings.LOGIN_URL)
        return patterns

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one sign-in, with two-step verification: allauth's."""
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("admin:index"))
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Signs out and shows our sign-in."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        logout(request)
        return redirect(settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One's own password is changed where everybody changes it."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Belongs to Django's own change of password, which we don't use."""
        raise Http404

    def search(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The theme's search over names of tables is switched off."""
        raise Http404

    def suggestion(self, obj: Model) -> str:
        """What a row is called among suggestions."""
        own = self._registry[type(obj)]
        return own.suggestion(obj) if isinstance(own, Suggesting) else str(obj)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """Suggestions while typing, for fields that point at people, programs and so on."""
        return NamesakesApart.as_view(admin_site=self)(request)


def _has_nul(request: HttpRequest) -> bool:
    """PostgreSQL refuses text with a NUL; an address that holds one leads nowhere."""
    return any("\0" in key or any("\0" in value for value in values) for key, values in request.GET.lists())


def _sign_in_at(patterns: list[URLPattern | URLResolver], url: str) -> None:
    """Takes Django admin's own sign-in off every view, for LoginRequiredMiddleware."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _sign_in_at(pattern.url_patterns, url)
        elif hasattr(pattern.callback, "login_url"):
            pattern.callback.login_url = url


site = TrellisAdminSite(name="admin")
