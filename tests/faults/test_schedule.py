"""The table of periodic jobs."""

from __future__ import annotations

import pytest

from activity import tasks
from config.celery import VISIBILITY_TIMEOUT, app


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_every_job_ticks_at_a_fixed_interval_and_expires_before_the_next(name):
    entry = app.conf.beat_schedule[name]

    assert isinstance(entry["schedule"], (int, float)), "a crontab skips or repeats an hour when clocks change"
    assert 0 < entry["options"]["expires"] < entry["schedule"]
    app.loader.import_default_modules()  # as a worker does when it begins
    assert entry["task"] in app.tasks


def test_a_task_is_ended_long_before_its_message_is_handed_out_again():
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < VISIBILITY_TIMEOUT - 60
    assert (app.conf.timezone, app.conf.enable_utc) == ("UTC", True)


def test_a_shard_of_a_sweep_expires_before_the_next_sweep(monkeypatch, db):
    sent = []
    monkeypatch.setattr(tasks.sweep_shard, "apply_async", lambda args, expires: sent.append(expires))
    tasks.sweep()

    assert sent
    assert max(sent) < app.conf.beat_schedule["sweep"]["schedule"]
