"""Addresses of goals and milestones."""

from django.urls import path

from coaching import goal_views

urlpatterns = [
    path("people/<int:pk>/goals/", goal_views.goals, name="person-goals"),
    path("goals/<int:pk>/", goal_views.goal, name="goal"),
    path("goals/<int:pk>/edit/", goal_views.edit, name="goal-edit"),
    path("goals/<int:pk>/progress/", goal_views.progress, name="goal-progress"),
    path("goals/<int:pk>/outcome/", goal_views.outcome, name="goal-outcome"),
    path("goals/<int:pk>/milestones/", goal_views.milestones, name="goal-milestones"),
    path("milestones/<int:pk>/", goal_views.milestone, name="milestone"),
    path("milestones/<int:pk>/removal/", goal_views.removal, name="milestone-removal"),
    path("milestones/<int:pk>/reached/", goal_views.reached, name="milestone-reached"),
    path("milestones/<int:pk>/reopened/", goal_views.reopened, name="milestone-reopened"),
]
