"""The site's settings, with a page that only a benchmark needs and a count of what each answer cost."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.cost.cost_of_answer", *MIDDLEWARE]
