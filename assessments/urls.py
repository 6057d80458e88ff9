"""Addresses of observations, and of two tabs of the profile."""

from django.urls import path

from assessments import views

urlpatterns = [
    path("people/<int:pk>/assessments/", views.assessments, name="person-assessments"),
    path("people/<int:pk>/observations/", views.observations, name="person-observations"),
    path("people/<int:pk>/observations/new/", views.new_observation, name="new-observation"),
    path("observations/<int:pk>/", views.observation, name="observation"),
    path("observations/<int:pk>/edit/", views.edit_observation, name="edit-observation"),
    path("observations/<int:pk>/sharing/", views.sharing, name="observation-sharing"),
    path("observations/<int:pk>/removal/", views.removal, name="observation-removal"),
    path("observations/<int:pk>/acknowledgement/", views.acknowledgement, name="observation-acknowledgement"),
    path("observations/<int:pk>/comments/", views.comments, name="observation-comments"),
]
