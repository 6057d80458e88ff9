"""Addresses of profiles."""

from django.urls import path

from profiles import edit_views, views

urlpatterns = [
    path("<int:pk>/", views.overview, name="person"),
    path("<int:pk>/seen-by/<slug:who>/", views.as_others_see, name="person-as-seen"),
    path("<int:pk>/edit/", edit_views.edit, name="person-edit"),
    path("<int:pk>/photo/<slug:name>/<int:size>/", edit_views.photo, name="person-photo"),
    path("<int:pk>/sessions/", views.sessions, name="person-sessions"),
    path("<int:pk>/assignments/", views.assignments, name="person-assignments"),
]
