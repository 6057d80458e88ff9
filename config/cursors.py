"""Places in a list, as they travel in an address: signed, so that nobody has to be asked whether they make sense."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer


def seal(what: str, place: Any) -> str:
    """The place (anything JSON can hold) as text for a query string, good for the list called `what` alone."""
    return Signer(salt=f"cursor.{what}").sign_object(place, compress=True)


def unseal(what: str, text: str | None) -> Any | None:
    """What `seal` was given; None for anything that it did not make, so that the list starts over."""
    if not text:
        return None
    try:
        return Signer(salt=f"cursor.{what}").unsign_object(text)
    except BadSignature:
        return None
