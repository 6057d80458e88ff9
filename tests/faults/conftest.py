"""One site for all faults; each test finds it whole and leaves it whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.faults.site import Site


@pytest.fixture(scope="session")
def _site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        site.begin("web")
        site.until(lambda: site.ask("/healthz").status == 200)
        yield site
    finally:
        site.close()


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    """The site with its web server running."""
    yield _site
    if _site.postgres.is_down():
        _site.postgres.start()
    _site.signal_postgres(signal.SIGCONT)
    if _site.redis.is_down():
        _site.redis.start()
    _site.redis.process.send_signal(signal.SIGCONT)
    _site.broker().config_set("maxmemory", "256mb")
    _site.until(lambda: _site.ask("/", "maya").status == 200)


@pytest.fixture(scope="module")
def _busy_site(_site: Site) -> Iterator[Site]:
    _site.begin("worker")
    _site.begin("beat")
    yield _site
    for name in ("worker", "beat", "beat2"):
        _site.end(name)


@pytest.fixture
def busy_site(site: Site, _busy_site: Site) -> Site:
    """The same with its worker and its beat at work, also after a test that ended one of them."""
    for name in ("worker", "beat"):
        if name not in site.kept_up:
            site.begin(name)
    began = datetime.now(UTC)
    ticked = "SELECT 1 FROM activity_heartbeat WHERE name = 'evaluate_changed' AND at > %s"
    site.until(lambda: site.sql(ticked, began))
    return site


@pytest.fixture
def note(record_testsuite_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    """Notes what was measured, in seconds, in the report that `--junitxml` writes."""
    return lambda name, seconds: record_testsuite_property(name, round(seconds, 2))
