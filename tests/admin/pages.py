"""Every address of the admin, found by walking its urls, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.apps import apps
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse

from coaching.models import Relationship
from config.admin_site import site

OF_ACCOUNTS = ("login", "logout", "password_change", "password_change_done")
SITE_WIDE = ("index", *OF_ACCOUNTS, "autocomplete", "jsi18n", "search", "history")
ABOUT_PEOPLE = ("import_people", "export_people")
OF_A_MODEL = ("changelist", "add")
OF_A_ROW = ("change", "history", "delete")
OF_ITS_OWN = {
    "assessments_rubric": ("new_version", "retire", "bring_back"),
    "assessments_rubricversion": ("publish", "discard"),
}


def body(response: HttpResponseBase) -> str:
    """All that was sent, of a file too."""
    return b"".join(cast("Iterator[bytes]", response)).decode(errors="replace")


def names() -> set[str]:
    """Names of all addresses of the admin. The unnamed ones redirect to a named one or answer 404."""
    return {pattern.name for pattern in _walk(site.get_urls()) if pattern.name}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            yield pattern


def addresses() -> dict[str, list[str]]:
    """All addresses by name; one for each stored row where the address is a row's."""
    found = {name: [reverse(f"admin:{name}")] for name in SITE_WIDE}
    found["app_list"] = [
        reverse("admin:app_list", args=[label]) for label in ("profiles", "coaching", "assessments", "assignments")
    ]
    found["view_on_site"] = []
    for model in site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}"
        rows = list(model._default_manager.values_list("pk", flat=True))
        found |= {f"{prefix}_{page}": [reverse(f"admin:{prefix}_{page}")] for page in OF_A_MODEL}
        found |= {
            f"{prefix}_{page}": [reverse(f"admin:{prefix}_{page}", args=[pk]) for pk in rows] for page in OF_A_ROW
        }
    for prefix, deeds in OF_ITS_OWN.items():
        rows = apps.get_model(prefix.replace("_", ".", 1)).objects.values_list("pk", flat=True)
        found |= {f"{prefix}_{page}": [reverse(f"admin:{prefix}_{page}", args=[pk]) for pk in rows] for page in deeds}
    found |= {f"profiles_person_{one}": [reverse(f"admin:profiles_person_{one}")] for one in ABOUT_PEOPLE}
    ends = Relationship.objects.values_list("pk", flat=True)
    found["coaching_relationship_end"] = [reverse("admin:coaching_relationship_end", args=[pk]) for pk in ends]
    return found
