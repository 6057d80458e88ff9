"""The admin's name, colours and menu (django-unfold's settings)."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _scale(hue: float, steps: dict[str, tuple[float, float]]) -> dict[str, str]:
    """Step name → colour, from lightness in percent and chroma."""
    return {name: f"oklch({lightness}% {chroma} {hue})" for name, (lightness, chroma) in steps.items()}


# The site's paper, ink and green (static/css/tokens.css), as scales of eleven.
_PAPER = _scale(
    110,
    {
        "50": (98.5, 0.006),
        "100": (96.5, 0.008),
        "200": (91, 0.01),
        "300": (85, 0.012),
        "400": (68, 0.014),
        "500": (54, 0.015),
        "600": (45, 0.018),
        "700": (37, 0.018),
        "800": (27, 0.016),
        "900": (21, 0.013),
        "950": (16, 0.012),
    },
)
_GREEN = _scale(
    158,
    {
        "50": (97.5, 0.02),
        "100": (95, 0.035),
        "200": (90, 0.06),
        "300": (83, 0.09),
        "400": (76, 0.12),
        "500": (68, 0.12),
        "600": (46, 0.1),
        "700": (40, 0.09),
        "800": (34, 0.07),
        "900": (28, 0.05),
        "950": (20, 0.035),
    },
)
RELATIONSHIPS = reverse_lazy("admin:coaching_relationship_changelist")
ASSIGN = reverse_lazy("admin:coaching_relationship_add")
RUBRICS = reverse_lazy("admin:assessments_rubric_changelist")
PEOPLE = "admin:profiles_person_changelist"
WITHOUT_COACH = "?role=coachee&coached=no&status=current"


def _item(title: object, icon: str, link, **more) -> dict:
    return {"title": title, "icon": icon, "link": link, **more}


def _list(title: object, icon: str, query: str = "") -> dict:
    """A ready list of people: the same page with filters set."""
    return _item(
        title,
        icon,
        lambda request: f"{reverse_lazy(PEOPLE)}{query}",
        active=lambda request: request.path == reverse_lazy(PEOPLE) and _is(request, query),
    )


def _is(request, query: str) -> bool:
    return request.META.get("QUERY_STRING", "") == query.removeprefix("?")


def _among_relationships(request) -> bool:
    """On their list or on one of them, but not where a new one begins."""
    return request.path.startswith(str(RELATIONSHIPS)) and request.path != ASSIGN


NAVIGATION = [
    {
        "title": _("People"),
        "items": [
            _list(_("People"), "group"),
            _list(_("Coaches"), "supervisor_account", "?role=coach"),
            _list(_("Coachees"), "person", "?role=coachee"),
            _list(_("Coachees without a coach"), "person_alert", WITHOUT_COACH),
            _list(_("Coaches over capacity"), "groups", "?capacity=over"),
            _list(_("Never signed in"), "person_off", "?account=never"),
            _item(_("Organizations"), "apartment", reverse_lazy("admin:profiles_organization_changelist")),
        ],
    },
    {
        "title": _("Coaching"),
        "separator": True,
        "items": [
            _item(_("Relationships"), "handshake", RELATIONSHIPS, active=_among_relationships),
            _item(_("Assign a coach"), "person_add", ASSIGN),
            _item(_("Rubrics"), "rule", RUBRICS, active=lambda request: request.path.startswith("/admin/assessments/")),
            _item(_("History"), "history", reverse_lazy("admin:history")),
        ],
    },
    {
        "title": _("What coachees may use"),
        "separator": True,
        "items": [
            _item(_("Subscriptions"), "event_available", reverse_lazy("admin:profiles_subscription_changelist")),
            _item(_("Programs"), "route", reverse_lazy("admin:profiles_program_changelist")),
            _item(_("Packages"), "package_2", reverse_lazy("admin:profiles_package_changelist")),
            _item(_("Group modules"), "diversity_3", reverse_lazy("admin:sessions_app_groupmodule_changelist")),
            _item(_("Reflection prompts"), "psychology_alt", reverse_lazy("admin:assignments_prompt_changelist")),
        ],
    },
]

LOOK = {
    "SITE_TITLE": "Trellis",
    "SITE_HEADER": "Trellis",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("favicon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {"base": _PAPER, "primary": _GREEN},
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
    "ACCOUNT": {"navigation": [{"title": _("Account"), "link": reverse_lazy("account_change_password")}]},
}
