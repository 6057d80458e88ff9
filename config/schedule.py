"""Every periodic job, in one table.

Fixed intervals in UTC (a crontab in a local zone skips or repeats an hour when clocks change); each expires before
the next is due, so that a worker which was away finds one of a kind, not a pile.
"""

EVERY = {  # task: (seconds between two runs, what it is for)
    "activity.tasks.beat_is_alive": (20, "lets /readyz see that beat and worker are alive"),
    "activity.tasks.evaluate_changed": (5, "works out encouragements again where facts changed in bulk"),
    "activity.tasks.sweep": (600, "goes over every relationship as a safety net and repairs drift"),
    "activity.tasks.forget_expired": (900, "deletes expired cache and sessions, sent forms, old drafts"),
    "notifications.tasks.send_waiting": (15, "sends the mails that wait, also those that no wake-up announced"),
    "notifications.tasks.remind_of_sessions": (60, "reminds of sessions ahead and asks about those that are over"),
    "sessions_app.tasks.read_calendars": (60, "reads the coaches' own calendars that are due, each every 15 minutes"),
    "notifications.tasks.remind_of_credentials": (3600, "tells holders 60 and 14 days before a credential expires"),
}

BEAT_SCHEDULE = {
    task.rsplit(".", 1)[-1]: {"task": task, "schedule": seconds, "options": {"expires": seconds * 0.9}}
    for task, (seconds, _purpose) in EVERY.items()
}
