"""Addresses of what is known of a person beside their coaching, and of who can see what."""

from django.urls import path

from profiles import audience_views

urlpatterns = [
    path("who-can-see/<str:kind>/<int:pk>/", audience_views.who_can_see, name="who-can-see"),
]
