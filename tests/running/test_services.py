"""The embedded services: shared, stopped with their last user, back after a crash."""

import os
import subprocess
from pathlib import Path

import psutil
import psycopg
import redis

from config.local_services import throw_away
from tests.running.conftest import answers, eventually, servers_in


def test_two_that_start_at_once_share_one_database(start, folder):
    first, second = start("postgres"), start("postgres")

    assert first.urls == second.urls
    first.leaves()
    assert answers(second.urls["postgres"])
    second.leaves()
    assert servers_in(folder) == []


def test_each_gets_what_it_wants_and_no_more(start, folder):
    only_redis = start("redis")
    assert only_redis.urls.keys() == {"redis"}
    assert {process.name() for process in servers_in(folder)} == {"redis-server"}

    both = start("postgres", "redis")
    assert both.urls["redis"] == only_redis.urls["redis"]
    assert answers(both.urls["postgres"])


def test_redis_wants_its_password(start):
    url = start("redis").urls["redis"]

    assert redis.Redis.from_url(url).ping()
    try:
        redis.Redis.from_url(f"redis://{url.split('@')[1]}").ping()
    except redis.AuthenticationError:
        return
    raise AssertionError("answered without a password")


def test_services_end_when_their_user_is_killed(start, folder):
    user = start("postgres", "redis")
    url = user.urls["postgres"]

    user.is_killed()

    eventually(lambda: not servers_in(folder))
    assert not answers(url)


def test_a_killed_database_comes_back_at_the_same_address(start, folder):
    url = start("postgres").urls["postgres"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    psutil.Process(int((folder / "postgres/postmaster.pid").read_text().split()[0])).kill()

    eventually(lambda: answers(url))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_everything_killed_leaves_nothing_in_the_way(start, folder):
    first = start("postgres")
    assert answers(first.urls["postgres"])
    keeper = psutil.Process(first.process.pid).children()[0]
    servers = keeper.children()
    keeper.suspend()  # else it would start them again, or they would end in order
    for process in [*servers, keeper]:
        process.kill()
    first.is_killed()
    assert (folder / "postgres/postmaster.pid").exists()

    assert answers(start("postgres").urls["postgres"])


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(start, folder):
    start("postgres").leaves()
    # The stranger must look alive to PostgreSQL, which runs as this user when we are root.
    stranger = subprocess.Popen(["sleep", "60"], user="nobody" if os.geteuid() == 0 else None)
    lines = f"{stranger.pid}\n{folder / 'postgres'}\n1700000000\n5432\n\n127.0.0.1\n\nready\n"
    (folder / "postgres/postmaster.pid").write_text(lines)

    assert answers(start("postgres").urls["postgres"])
    stranger.kill()
    stranger.wait()


def test_an_interrupted_setup_is_done_again(start, folder):
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "half").touch()

    assert answers(start("postgres").urls["postgres"])


def test_a_throw_away_run_leaves_no_folder(start, folder):
    user = start("redis", where=folder / "run", kind="throw-away")
    assert user.urls

    user.is_killed()

    eventually(lambda: not (folder / "run").exists())


def test_what_a_dead_run_left_is_swept_and_a_living_one_is_not(start, tmp_path: Path):
    runs = tmp_path / "runs"
    dead, living = runs / "4194305-dead", runs / "4194305-living"  # a pid beyond the largest there is
    for left in (dead, living):
        (left / "users").mkdir(parents=True)
    assert start("redis", where=living, kind="throw-away").urls

    throw_away(runs, fsync=False)

    assert [path.name for path in runs.iterdir()] == ["4194305-living"]
