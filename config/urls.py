"""The site's addresses."""

from django.conf import settings
from django.urls import include, path

from config import demo_entry, gallery, health
from config.admin_site import site
from config.markdown import preview
from config.typed_views import typed
from profiles.account import email_address
from profiles.draft_views import drafts, removal
from profiles.search_views import search

handler403, handler404 = "config.errors.forbidden", "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/email/", email_address, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("", include("coaching.urls")),
    path("", include("coaching.goal_urls")),
    path("", include("coaching.message_urls")),
    path("", include("activity.mirror_urls")),
    path("", include("activity.urls")),
    path("people/", include("profiles.urls")),
    path("search/", search, name="search"),
    path("drafts/", drafts, name="drafts"),
    path("drafts/removal/", removal, name="draft-removal"),
    path("preview/", preview, name="preview"),
    path("typed/", typed, name="typed"),
    path("", include("assessments.urls")),
    path("", include("assignments.urls")),
    path("", include("assignments.library_urls")),
    path("", include("assignments.reflection_urls")),
    path("", include("sessions_app.urls")),
    path("", include("profiles.record_urls")),
    path("", include("profiles.invitation_urls")),
    path("notices/", include("notifications.urls")),
    path("admin/", site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/enter/", demo_entry.enter, name="demo-enter"))
if settings.DEBUG:
    urlpatterns.append(path("ui/", gallery.gallery, name="gallery"))
