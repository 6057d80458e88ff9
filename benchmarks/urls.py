"""The site's addresses and the floor: a signed-in page that renders the base template and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as site


def floor(request: HttpRequest) -> HttpResponse:
    """What any page of the site costs at least."""
    return render(request, "base.html")


urlpatterns = [path("benchmark/floor/", floor), *site]
