"""Today, Your coachees, own notes; the Coaching tab and what admins do about relationships."""

from django.urls import path

from coaching import relationship_views, review_views, views

urlpatterns = [
    path("", views.today, name="today"),
    path("coachees/", views.coachees, name="coachees"),
    path("notes/", views.own_notes, name="own-notes"),
    path("people/<int:pk>/coaching/", relationship_views.coaching, name="person-coaching"),
    path("people/<int:pk>/coaching/add/", relationship_views.add, name="coaching-add"),
    path("people/<int:pk>/coaching-access/", relationship_views.access, name="coaching-access"),
    path("relationships/<int:pk>/end/", relationship_views.end, name="relationship-end"),
    path("relationships/<int:pk>/handover/", relationship_views.handover, name="relationship-handover"),
    path("relationships/<int:pk>/reviewed/", review_views.reviewed, name="relationship-reviewed"),
    path("relationships/review/", review_views.to_review, name="relationships-to-review"),
]
