"""Addresses of profiles."""

from django.urls import path

from profiles import views

urlpatterns = [
    path("<int:pk>/", views.overview, name="person"),
    path("<int:pk>/sessions/", views.sessions, name="person-sessions"),
    path("<int:pk>/assignments/", views.assignments, name="person-assignments"),
    path("<int:pk>/messages/", views.messages, name="person-messages"),
]
