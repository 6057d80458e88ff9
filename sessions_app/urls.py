"""Addresses of sessions."""

from django.urls import path

from sessions_app import booking_views, note_views, outcome_views, session_views, written_views

urlpatterns = [
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/<int:pk>/", session_views.session, name="session"),
    path("sessions/<int:pk>/join/", session_views.join, name="session-join"),
    path("people/<int:pk>/sessions/new/", booking_views.new, name="session-new"),
    path("sessions/<int:pk>/time/", booking_views.time, name="session-time"),
    path("sessions/<int:pk>/cancellation/", booking_views.cancellation, name="session-cancellation"),
    path("sessions/<int:pk>/goal/", written_views.goal, name="session-goal"),
    path("sessions/<int:pk>/goal/sharing/", written_views.goal_sharing, name="session-goal-sharing"),
    path("sessions/<int:pk>/takeaway/", written_views.takeaway, name="session-takeaway"),
    path("sessions/<int:pk>/takeaway/sharing/", written_views.takeaway_sharing, name="session-takeaway-sharing"),
    path("sessions/<int:pk>/outcome/", outcome_views.outcome, name="session-outcome"),
    path("sessions/<int:pk>/payment/", outcome_views.payment, name="session-payment"),
    path("sessions/<int:pk>/notes/", note_views.notes, name="session-notes"),
    path("sessions/<int:pk>/notes/versions/", note_views.versions, name="session-note-versions"),
]
