"""gunicorn's settings, for bin/demo and for production alike. PORT and WEB_CONCURRENCY change the usual ones."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"  # inside its container; bin/demo binds to 127.0.0.1
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# The settings are read once, before the workers: a wrong one ends the start with its one line instead of a loop.
preload_app = True
timeout = 30  # a worker that does not move for this long is replaced
graceful_timeout = 25
keepalive = 5
max_requests, max_requests_jitter = 5000, 500  # the standing remedy against slow leaks
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats must not wait for a disk
control_socket_disable = True  # nobody uses it, and it would be one more thing to protect
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# No access log: signed links (raters, calendars, unsubscribing) are secrets and would stand in it.
accesslog = None
errorlog = "-"
