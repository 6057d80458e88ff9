"""Addresses of sessions."""

from django.urls import path

from sessions_app import (
    availability_views,
    booking_views,
    calendar_views,
    hours_views,
    note_views,
    outcome_views,
    session_views,
    written_views,
)

urlpatterns = [
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/<int:pk>/", session_views.session, name="session"),
    path("people/<int:pk>/sessions/forecast/", session_views.forecast, name="session-forecast"),
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
    path("sessions/<int:pk>/calendar.ics", calendar_views.session_calendar, name="session-calendar"),
    path("availability/", availability_views.availability, name="availability"),
    path("availability/exceptions/", availability_views.exceptions, name="availability-exceptions"),
    path(
        "availability/exceptions/<int:pk>/removal/",
        availability_views.exception_removal,
        name="availability-exception-removal",
    ),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/address/", calendar_views.address, name="calendar-address"),
    path("calendar/address/removal/", calendar_views.address_removal, name="calendar-address-removal"),
    path("calendar/outside/", calendar_views.outside, name="calendar-outside"),
    path("calendar/outside/removal/", calendar_views.outside_removal, name="calendar-outside-removal"),
    path("calendar/<str:token>.ics", calendar_views.feed, name="calendar-feed"),
    path("hours/", hours_views.hours, name="hours"),
    path("hours/log.csv", hours_views.file, name="hours-csv"),
    path("hours/settings/", hours_views.settings, name="hours-settings"),
    path("people/<int:pk>/log-consent/", hours_views.consent, name="log-consent"),
]
