"""Addresses of what is known of a person beside their coaching, and of who can see what."""

from django.urls import path

from profiles import audience_views, personnel_views, record_views

urlpatterns = [
    path("people/<int:pk>/learning/", record_views.person_learning, name="person-learning"),
    path("people/<int:pk>/learning/add/", record_views.course_add, name="course-add"),
    path("courses/<int:pk>/edit/", record_views.course_edit, name="course-edit"),
    path("courses/<int:pk>/remove/", record_views.course_remove, name="course-remove"),
    path("courses/<int:pk>/certificate/", record_views.course_certificate, name="course-certificate"),
    path("people/<int:pk>/credentials/", record_views.person_credentials, name="person-credentials"),
    path("people/<int:pk>/credentials/add/", record_views.credential_add, name="credential-add"),
    path("credentials/<int:pk>/edit/", record_views.credential_edit, name="credential-edit"),
    path("credentials/<int:pk>/remove/", record_views.credential_remove, name="credential-remove"),
    path("people/<int:pk>/personnel/", personnel_views.person_personnel, name="person-personnel"),
    path("people/<int:pk>/personnel/edit/", personnel_views.personnel_edit, name="personnel-edit"),
    path("people/<int:pk>/permissions/", personnel_views.person_permissions, name="person-permissions"),
    path("who-can-see/<str:kind>/<int:pk>/", audience_views.who_can_see, name="who-can-see"),
]
