"""Group modules in the admin: their seats and minutes. Sessions, and what is written of them, are not here."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin_base import TrellisAdmin
from config.admin_site import site
from profiles.models import Subscription
from sessions_app.models import GroupModule


class GroupModuleAdmin(TrellisAdmin):
    """A module that subscriptions name. One that is not here has eight seats and takes an hour."""

    list_display = ("name", "capacity", "minutes", "enrolled")
    search_fields = ("name",)
    fields = ("name", "capacity", "minutes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupModule]:
        """With how many subscriptions name each."""
        naming = Subscription.objects.filter(group_module=OuterRef("name")).order_by().values("group_module")
        return super().get_queryset(request).annotate(named=Subquery(naming.annotate(n=Count("pk")).values("n")))

    @display(description=gettext_lazy("Subscriptions"))
    def enrolled(self, obj: GroupModule) -> int:
        """How many subscriptions name it; none may mean that it is written differently there."""
        return obj.named or 0  # type: ignore[attr-defined]


site.register(GroupModule, GroupModuleAdmin)
