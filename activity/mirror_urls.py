"""Addresses of what coachees say to actions to encourage."""

from django.urls import path

from activity import mirror_views

urlpatterns = [
    path("encouragements/<int:pk>/not-relevant/", mirror_views.not_relevant, name="not-relevant"),
    path("encouragements/<int:pk>/not-relevant/removal/", mirror_views.removal, name="not-relevant-removal"),
]
