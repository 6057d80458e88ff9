"""Today, Your coachees, own notes."""

from django.urls import path

from coaching import views

urlpatterns = [
    path("", views.today, name="today"),
    path("coachees/", views.coachees, name="coachees"),
    path("notes/", views.own_notes, name="own-notes"),
]
