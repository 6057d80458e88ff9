"""Addresses of notices."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read, name="notices-read"),
    path("unsent/", views.unsent, name="mails-unsent"),
]
