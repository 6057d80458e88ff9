"""The address of the whole feed."""

from django.urls import path

from activity import views

urlpatterns = [path("people/<int:pk>/activity/", views.activity, name="person-activity")]
