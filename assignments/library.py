"""The resource library: articles, links and files, who they were suggested to, and who viewed them when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.querysets import ResourceQuerySet, SuggestionQuerySet, ViewQuerySet
from profiles.refs import REF_LENGTH, new_ref


def in_order() -> Left:
    """What resources are sorted by: their title as people look for it, the beginning of it for the longest."""
    return Left(Func("title", function="profiles_folded", output_field=TextField()), 100)


class Resource(models.Model):
    """An article, a link or a file from the library. Imported ones are links for everybody, added by nobody.

    The database keeps another column, `words`: those by which it is found (`ResourceQuerySet.matching`).
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        LINK = "link", _("Link")
        FILE = "file", _("File")

    class Audience(models.TextChoices):
        PRIVATE = "private", _("Only you, and those you give it to")
        ORGANIZATION = "organization", _("Everybody in your organization")
        EVERYBODY = "everybody", _("Everybody")

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.LINK, db_default="link")
    title = models.CharField(_("title"), max_length=300, blank=True)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True, db_default="")
    url = models.URLField(_("address"), max_length=2000, blank=True)
    body = models.TextField(_("text"), max_length=100_000, blank=True, db_default="")
    file = models.CharField(max_length=80, blank=True, editable=False, db_default="")
    """Name in the storage; `file_name` is what its owner calls it, `file_size` is in bytes."""
    file_name = models.CharField(max_length=120, blank=True, editable=False, db_default="")
    file_size = models.PositiveIntegerField(null=True, blank=True, editable=False)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, db_default=[])
    """In lower case, in order, each once."""
    audience = models.CharField(
        _("who can see it"), max_length=12, choices=Audience.choices, default=Audience.EVERYBODY, db_default="everybody"
    )
    organization = models.ForeignKey(
        "profiles.Organization", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    added_by = models.ForeignKey(
        "profiles.Person", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    added_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Taken out of the library; whoever was given it keeps it."""
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["article", "link", "file"]), name="resource_kind_is_known"),
            models.CheckConstraint(
                condition=Q(audience="organization", organization__isnull=False)
                | Q(audience__in=["private", "everybody"], organization=None),
                name="resource_shared_with_its_organization",
            ),
            models.CheckConstraint(
                condition=~Q(audience="private") | Q(added_by__isnull=False), name="private_resource_has_an_owner"
            ),
            models.CheckConstraint(condition=~Q(kind="file") | ~Q(file=""), name="file_resource_has_a_file"),
            models.CheckConstraint(
                condition=~Q(kind="article") | Q(body__regex=r"\S"),
                name="article_has_a_text",
                violation_error_message=_("Write the article."),
            ),
        ]
        indexes = [
            models.Index(in_order(), "id", condition=Q(archived_at=None), name="library_in_order"),
            models.Index("added_by", "title", "id", name="resources_of_person"),
            models.Index("file", condition=~Q(file=""), name="resource_by_file"),
            GinIndex("tags", name="resources_by_tag"),
        ]

    def __str__(self) -> str:
        return f"Resource {self.ref}"


class Suggestion(models.Model):
    """A coach suggested a resource to a coachee, with a note. Opening the resource answers it."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="suggestions")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="suggestions")
    note = models.TextField(_("note"), max_length=2000, blank=True)
    suggested_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-suggested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coachee", "coach", "resource"],
                condition=Q(withdrawn_at=None),
                name="suggested_once",
                violation_error_message=_("You have suggested this already."),
            )
        ]
        indexes = [
            models.Index("coachee", F("suggested_at").desc(), F("id").desc(), name="suggestions_of_coachee"),
            models.Index("resource", "coachee", condition=Q(withdrawn_at=None), name="suggestions_of_resource"),
        ]

    def __str__(self) -> str:
        return f"Suggestion {self.pk}"


class ResourceView(models.Model):
    """A coachee opened a resource."""

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="resource_views")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="views")
    viewed_at = models.DateTimeField(default=timezone.now)

    objects = ViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coachee", "resource", "viewed_at"], name="view_recorded_once")]
        indexes = [models.Index("coachee", "viewed_at", name="views_of_coachee")]

    def __str__(self) -> str:
        return f"View {self.pk}"
