"""Addresses of reflections."""

from django.urls import path

from assignments import reflection_views

urlpatterns = [
    path("people/<int:pk>/reflections/", reflection_views.reflections, name="person-reflections"),
    path("reflections/new/", reflection_views.new, name="reflection-new"),
    path("reflections/<int:pk>/", reflection_views.reflection, name="reflection"),
    path("reflections/<int:pk>/edit/", reflection_views.edit, name="reflection-edit"),
    path("reflections/<int:pk>/sharing/", reflection_views.sharing, name="reflection-sharing"),
]
