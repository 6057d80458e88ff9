"""Who lives in the demo, and where each of them stands. Days count from now; `history` says how they are used."""

from __future__ import annotations

from dataclasses import dataclass

NORTHWIND, FJORD, LAKESIDE = "Northwind Logistics", "Fjord Retail", "Lakeside School District"
HARBOUR, KESTREL = "Harbour Health Trust", "Kestrel Energy Cooperative"
ORGANIZATIONS = (NORTHWIND, FJORD, LAKESIDE, HARBOUR, KESTREL)

NEW_MANAGERS, LEADING_LEADERS, SCHOOL = "New managers", "Leading leaders", "School leadership"
# Programs may have thresholds and labels of their own.
PROGRAMS: dict[str, dict] = {
    NEW_MANAGERS: {"review_label": "Activated 360"},
    LEADING_LEADERS: {"review_label": "Leadership 360", "survey_label": "Growth survey", "takeaways_days": 3},
    SCHOOL: {"resources_days": 14, "rules_off": []},
}
PACKAGES = ("Leader 12", "Leader 6", "Executive 24", "Essentials")
COHORT = "Delegation, cohort 3"

MAYA, SAMUEL, INES = "maya", "samuel", "ines"


@dataclass(frozen=True)
class Staff:
    """Somebody who is not coached."""

    key: str
    name: str
    roles: tuple[str, ...]
    organization: str | None
    position: str
    zone: str
    language: str


STAFF = (
    Staff(MAYA, "Maya Castellanos", ("coach",), None, "Executive coach, PCC", "Europe/Madrid", "es"),
    Staff(SAMUEL, "Samuel Adeyemi-Clarke", ("coach",), None, "Leadership coach", "Europe/London", "en-GB"),
    Staff(INES, "Inés Robles", ("admin", "delivery_manager"), None, "Delivery manager", "Europe/Madrid", "es"),
    Staff("claire", "Claire Dubois", ("sponsor",), NORTHWIND, "Head of People", "Europe/Paris", "fr"),
)


@dataclass(frozen=True)
class Story:
    """A coachee. Whole numbers are days: before now for what was last, after now for what is next.

    `over` is how many days ago the subscription ended (0: it runs), and all days before now count from then.
    0 for the last message, view or shared reflection is one to five days, as it comes.
    `takeaway` and `goal` are `shared`, `draft` or `none`; `survey` is `none`, `done`, `fresh`, `halfway` or
    `overdue`; `review` is `none`, `manager` (only the manager is missing), `collecting` or who closed it.
    """

    key: str
    name: str
    organization: str | None
    position: str
    zone: str
    language: str
    manager: str = ""
    program: str = NEW_MANAGERS
    package: str = "Leader 12"
    per_month: int = 2
    coaches: tuple[str, ...] = (MAYA,)
    months: int = 4
    over: int = 0
    message: int = 0
    view: int = 0
    reflection: int = 0
    last: int | None = 8
    takeaway: str = "shared"
    next: int | None = 6
    goal: str = "none"
    survey: str = "done"
    review: str = "none"
    flash: bool = False
    cohort: bool = False
    complimentary: bool = True


AMARA = Story(
    "amara", "Amara Okafor", NORTHWIND, "Engineering Manager", "Africa/Lagos", "en", "Henrik Dahl",
    months=8, message=3, view=5, reflection=4, last=None, next=None, survey="done", flash=True, cohort=True,
)  # fmt: skip

# Maya's other thirteen active coachees.
ACTIVE = (
    Story("jonas", "Jonas Lindqvist", FJORD, "Head of Sales", "Europe/Stockholm", "sv", "Eva Berg",
          message=9, view=4, next=None, last=13),
    Story("priya", "Priya Sharma", LAKESIDE, "Principal", "Asia/Kolkata", "en-IN", "Dr. Ruth Calloway",
          program=SCHOOL, last=2, next=6, review="automatic", flash=True),
    Story("tomas", "Tomáš Novák", NORTHWIND, "Product Lead", "Europe/Prague", "cs", "Henrik Dahl",
          last=6, takeaway="draft", next=12, review="coachee", cohort=True),
    Story("mia", "Mia-Sophie von Hohenstein-Wittgenberg", HARBOUR,
          "Deputy Director of Nursing and Patient Experience, Surgical Services", "Europe/Zurich", "de-CH",
          "Prof. Urs Ammann", program=LEADING_LEADERS, package="Executive 24", per_month=4, reflection=11, months=6,
          last=5),
    Story("misaki", "田中 美咲", KESTREL, "プロジェクトマネージャー", "Asia/Tokyo", "ja", "佐藤 健一",
          survey="halfway", last=7, next=9),
    Story("layla", "ليلى حداد", HARBOUR, "Ward Manager", "Asia/Amman", "ar", "Dr. Nadia Khoury",
          view=10, last=9, next=1, goal="draft"),
    Story("siobhan", "Siobhán Ní Dhomhnaill", FJORD, "Store Director", "Europe/Dublin", "ga", "Eva Berg",
          coaches=(MAYA, SAMUEL), per_month=4, last=9, next=0, goal="shared", review="admin", months=5),
    Story("mateo", "Mateo Quispe Huamán", KESTREL, "Site Supervisor", "America/Lima", "es-PE", "Carmen Salas",
          review="manager", last=10, next=0, goal="shared", survey="fresh", flash=True),
    Story("aroha", "Aroha Ngata", LAKESIDE, "Assistant Principal", "Pacific/Auckland", "mi", "Dr. Ruth Calloway",
          program=SCHOOL, next=1, last=11, view=6, months=3),
    Story("thandiwe", "Thandiwe Nkosi-van der Merwe", NORTHWIND, "Regional Operations Manager",
          "Africa/Johannesburg", "en-ZA", "Henrik Dahl", survey="overdue", reflection=10, package="Leader 6",
          last=4, next=8),
    Story("oleksandr", "Олександр Шевченко", KESTREL, "Head of Grid Operations", "Europe/Kyiv", "uk", "Carmen Salas",
          program=LEADING_LEADERS, package="Executive 24", per_month=3, view=12, reflection=9, last=7, next=10,
          months=5),
    Story("joao", "João Pedro Albuquerque de Oliveira Cavalcanti", FJORD, "Buyer", "America/Sao_Paulo", "pt-BR",
          "Eva Berg", coaches=(MAYA, SAMUEL), package="Leader 6", per_month=4, last=3, next=0, goal="none", cohort=True,
          review="collecting"),
    Story("sunil", "Sunil Thapa", HARBOUR, "Pharmacist", "Asia/Kathmandu", "ne", "Dr. Nadia Khoury", months=0,
          package="Essentials", per_month=1, last=None, next=None, survey="none", complimentary=False),
)  # fmt: skip

# Their subscription is over; Maya still coaches them on paper.
PAST = (
    Story("elodie", "Élodie Beaulieu-Marchand", FJORD, "Logistics Analyst", "America/Toronto", "fr-CA", "Eva Berg",
          over=34, next=None),
    Story("omar", "Omar El-Sayed", HARBOUR, "Clinical Lead", "Africa/Cairo", "ar-EG", "Prof. Urs Ammann",
          over=61, next=None, review="automatic", months=5),
    Story("katarzyna", "Katarzyna Wiśniewska", KESTREL, "Safety Officer", "Europe/Warsaw", "pl", "Carmen Salas",
          over=90, next=None, months=3),
    Story("farid", "فرید رحیمی", LAKESIDE, "Head of Mathematics", "Asia/Tehran", "fa", "Dr. Ruth Calloway",
          program=SCHOOL, over=120, next=None, months=3, review="coachee"),
    Story("rose", "Rose Penney", NORTHWIND, "Dispatch Lead", "America/St_Johns", "en-CA", "Henrik Dahl",
          over=150, next=None, package="Leader 6", months=3),
)  # fmt: skip

# Samuel's own.
SAMUELS = (
    Story("hannah", "Hannah Goldberg", NORTHWIND, "Finance Manager", "America/New_York", "en-US", "Henrik Dahl",
          coaches=(SAMUEL,), message=8, last=6),
    Story("chukwudi", "Chukwudi Eze", KESTREL, "Field Engineer", "Africa/Lagos", "ig", "Carmen Salas",
          coaches=(SAMUEL,), months=3, survey="halfway", last=12, next=4),
    Story("noor", "Noor Jansen", FJORD, "Visual Merchandiser", "Europe/Amsterdam", "nl", "Eva Berg",
          coaches=(SAMUEL,), months=3, takeaway="none", last=5, next=9),
)  # fmt: skip

# Coached by Maya until two months ago, and by Samuel since.
HANDED_OVER = Story(
    "viktor", "Viktor Aalto", FJORD, "Warehouse Manager", "Europe/Helsinki", "fi", "Eva Berg",
    coaches=(SAMUEL,), months=6, last=5, next=7,
)  # fmt: skip

# The first begins in nine days, for the second nothing is agreed yet.
ONBOARDING = (
    Story("linh", "Nguyễn Thị Thùy Linh", NORTHWIND, "Team Lead, Customs", "Asia/Ho_Chi_Minh", "vi", "Henrik Dahl"),
    Story("grace", "Grace Whitfield", LAKESIDE, "Head of Year", "Australia/Adelaide", "en-AU", "Dr. Ruth Calloway"),
)

# Nobody coaches them yet.
WAITING = (
    Story("beatriz", "Beatriz Fonseca", HARBOUR, "Ward Sister", "Europe/Lisbon", "pt", "Dr. Nadia Khoury"),
    Story(
        "yusuf", "Yusuf Demir", NORTHWIND, "Fleet Planner", "Europe/Istanbul", "tr", "Henrik Dahl", package="Leader 6"
    ),
)
