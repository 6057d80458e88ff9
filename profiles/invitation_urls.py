"""Addresses of invitations: those of admins, and the link in the mail."""

from django.urls import path

from profiles import invitation_views

urlpatterns = [
    path("invitations/", invitation_views.invitations, name="invitations"),
    path("invitations/new/", invitation_views.invite, name="invite"),
    path("invitations/many/", invitation_views.invite_several, name="invite-many"),
    path("invitations/sent/", invitation_views.send, name="invitations-sent"),
    path("invitations/<int:pk>/revoked/", invitation_views.revoked, name="invitation-revoked"),
    path("invitation/<str:token>/", invitation_views.invitation, name="invitation"),
]
