"""Addresses of assignments, of the library, and of reflections."""

from django.urls import path

from assignments import giving_views, template_views, thread_views

urlpatterns = [
    path("assignments/", giving_views.overview, name="assignments"),
    path("assignments/new/", giving_views.new, name="assignments-new"),
    path("assignments/resources/", giving_views.resources, name="assignment-resources"),
    path("assignments/<int:pk>/edit/", giving_views.edit, name="assignment-edit"),
    path("assignments/<int:pk>/archived/", giving_views.archived, name="assignment-archived"),
    path("assignments/<int:pk>/restored/", giving_views.restored, name="assignment-restored"),
    path("assignments/templates/", template_views.templates, name="templates"),
    path("assignments/templates/new/", template_views.new, name="template-new"),
    path("assignments/templates/<int:pk>/", template_views.template, name="template"),
    path("assignments/templates/<int:pk>/removal/", template_views.removal, name="template-removal"),
    path("assignments/templates/files/<int:pk>/", template_views.file, name="template-file"),
    path("assignments/<int:pk>/", thread_views.assignment, name="assignment"),
    path("assignments/<int:pk>/done/", thread_views.done, name="assignment-done"),
    path("assignments/<int:pk>/reopened/", thread_views.reopened, name="assignment-reopened"),
    path("assignments/files/<int:pk>/", thread_views.assignment_file, name="assignment-file"),
    path("responses/<int:pk>/", thread_views.response, name="response"),
    path("responses/files/<int:pk>/", thread_views.response_file, name="response-file"),
]
