"""The web server's entry: gunicorn config.wsgi."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("TRELLIS_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# Pages publish wake-ups: with our own limits, not with those of a Celery that nobody has configured.
import config.celery  # noqa: E402, F401
