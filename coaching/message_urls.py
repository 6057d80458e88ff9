"""Addresses of conversations, the inbox and files of messages."""

from django.urls import path

from coaching import message_views

urlpatterns = [
    path("messages/", message_views.inbox_page, name="messages"),
    path("messages/files/<int:pk>/", message_views.file, name="message-file"),
    path("people/<int:pk>/messages/", message_views.messages, name="person-messages"),
    path("people/<int:pk>/messages/new/", message_views.news, name="conversation-new"),
]
