"""Reading surveys and reviews."""

from __future__ import annotations

from coaching.querysets import CoacheesOwnQuerySet


class SurveyQuerySet(CoacheesOwnQuerySet):
    """Behavioral Change Surveys."""


class ReviewQuerySet(CoacheesOwnQuerySet):
    """360 reviews."""
