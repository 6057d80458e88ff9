"""Addresses of the library."""

from django.urls import path

from assignments import library_views as views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/new/", views.resource_new, name="resource-new"),
    path("library/<int:pk>/", views.resource, name="resource"),
    path("library/<int:pk>/open/", views.resource_open, name="resource-open"),
    path("library/<int:pk>/file/", views.resource_file, name="resource-file"),
    path("library/<int:pk>/edit/", views.resource_edit, name="resource-edit"),
    path("library/<int:pk>/removal/", views.resource_removal, name="resource-removal"),
    path("library/<int:pk>/restored/", views.resource_restored, name="resource-restored"),
    path("library/<int:pk>/suggest/", views.suggestion_new, name="suggestion-new"),
    path("suggestions/<int:pk>/withdrawn/", views.suggestion_withdrawn, name="suggestion-withdrawn"),
]
