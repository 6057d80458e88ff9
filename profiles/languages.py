"""Preferred languages: BCP 47 tags, and what to call them."""

import re

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# RFC 5646, section 2.1: language, script, region, variants, extensions, private use. Without the grandfathered forms,
# and without languages of more than three letters, of which none is registered: “English” is a slip.
_TAG = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
)


def is_language_tag(tag: str) -> bool:
    """Whether the tag has the form of BCP 47, such as `en`, `pt-BR` or `zh-Hant-TW`."""
    return bool(_TAG.fullmatch(tag))


def validate_language(tag: str) -> None:
    """Refuses what does not look like a language tag."""
    if not is_language_tag(tag):
        raise ValidationError(_("%(tag)s is not a language. Use a tag such as en or pt-BR."), params={"tag": tag})


def language_name(tag: str) -> str:
    """English name for a tag, with the region in brackets; the tag itself when we have no name for it."""
    if not tag:
        return ""
    info = LANG_INFO.get(tag.lower())
    if info and "name" in info:
        return str(info["name"])
    language, _sep, rest = tag.partition("-")
    info = LANG_INFO.get(language.lower())
    if not info or "name" not in info:
        return tag
    return f"{info['name']} ({rest})" if rest else str(info["name"])
