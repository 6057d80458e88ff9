"""Addresses of assignments, of the library, and of reflections."""

from django.urls import path

from assignments import thread_views

urlpatterns = [
    path("assignments/<int:pk>/", thread_views.assignment, name="assignment"),
    path("assignments/<int:pk>/done/", thread_views.done, name="assignment-done"),
    path("assignments/<int:pk>/reopened/", thread_views.reopened, name="assignment-reopened"),
    path("assignments/files/<int:pk>/", thread_views.assignment_file, name="assignment-file"),
    path("responses/<int:pk>/", thread_views.response, name="response"),
    path("responses/files/<int:pk>/", thread_views.response_file, name="response-file"),
]
