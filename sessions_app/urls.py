"""Addresses of what coachees write about their sessions."""

from django.urls import path

from sessions_app import written_views

urlpatterns = [
    path("sessions/<int:pk>/goal/", written_views.goal, name="session-goal"),
    path("sessions/<int:pk>/goal/sharing/", written_views.goal_sharing, name="session-goal-sharing"),
    path("sessions/<int:pk>/takeaway/", written_views.takeaway, name="session-takeaway"),
    path("sessions/<int:pk>/takeaway/sharing/", written_views.takeaway_sharing, name="session-takeaway-sharing"),
]
