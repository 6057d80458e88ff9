"""A private PostgreSQL and Redis per folder, shared by whoever uses the folder, gone when nobody does.

Users (bin/demo, bin/manage, bin/test) register with a locked file in `users/`. The first one starts a *keeper*
process, which starts what the users want, restarts what dies, and, when no registered lock is held any more (the
kernel drops a lock however its holder ends), stops everything and itself. Four files are the whole protocol:

    control.lock  held while registering, and by the keeper from its last look at the users until all is stopped
    keeper.lock   held by the keeper as long as it lives
    users/*       one file per user, locked by it, naming the services it wants
    state.json    written by the keeper: what answers, and where
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

import psutil

from config.embedded import SERVICES, Postgres, Redis
from config.processes import stop, strays

READY_SECONDS, GONE_SECONDS, LOOK_EVERY = 120, 40, 0.1


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on the file, waiting for it."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_held(path: Path) -> bool:
    """True when somebody alive holds the lock on this file."""
    try:
        with path.open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who look do not see each other
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def takes(handle: IO[str]) -> bool:
    """Takes the lock unless somebody keeps it; tries for a moment, since those who look hold it for an instant."""
    for _ in range(20):
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(LOOK_EVERY / 4)
    return False


class Instance:
    """One folder with its services. `durable` keeps the data and is safe on a power cut; else it is a throw-away."""

    def __init__(self, folder: Path, *, durable: bool, fsync: bool = True) -> None:
        self.folder, self.durable, self.fsync = folder, durable, fsync
        self.users = folder / "users"
        self.control, self.keeper = folder / "control.lock", folder / "keeper.lock"
        self._lock: IO[str] | None = None
        self._mine: Path | None = None
        self._keeper: subprocess.Popen | None = None  # when it was we who started it

    # For users --------------------------------------------------------------------------------------

    def join(self, wanted: set[str]) -> dict[str, str]:
        """Registers this process and returns the address of each wanted service, once all of them answer.

        Raises RuntimeError with one line when a service does not start.
        """
        self.users.mkdir(parents=True, exist_ok=True)
        with locked(self.control):
            self._register(wanted)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.ensure_keeper()
            state = self.state()
            if state.get("failed"):
                raise RuntimeError(state["failed"])
            if wanted <= state.get("urls", {}).keys():
                return {name: state["urls"][name] for name in wanted}
            time.sleep(LOOK_EVERY / 2)
        raise RuntimeError(f"The embedded services did not start within {READY_SECONDS} s, see {self.folder}.")

    def leave(self) -> None:
        """Signs off; the last one to leave waits until everything has stopped."""
        if self._mine is None or self._lock is None:
            return
        self._mine.unlink(missing_ok=True)
        self._lock.close()
        self._mine = self._lock = None
        deadline = time.monotonic() + GONE_SECONDS
        while time.monotonic() < deadline and is_held(self.keeper) and not self.living_users():
            time.sleep(LOOK_EVERY / 2)
        if self._keeper is not None and not is_held(self.keeper):
            self._keeper.wait()

    def tend(self) -> None:
        """For a user that stays long: brings a killed keeper back, with the same addresses."""
        if self._mine is not None:
            self.ensure_keeper()

    def clear(self) -> bool:
        """Removes the folder's content; False, and nothing removed, while somebody uses it."""
        self.users.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + GONE_SECONDS
        while not self.living_users() and is_held(self.keeper) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        with locked(self.control):
            if self.living_users() or is_held(self.keeper):
                return False
            stop_strays(self.folder)
            for path in self.folder.iterdir():
                if path not in (self.control, self.keeper, self.users):  # somebody may be waiting for these
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        return True

    def state(self) -> dict:
        """What the keeper last wrote; empty when nothing runs."""
        try:
            return json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}

    def living_users(self) -> list[Path]:
        """The registrations whose owner is alive, but for our own."""
        return [path for path in self.users.glob("*.user") if path != self._mine and is_held(path)]

    def _register(self, wanted: set[str]) -> None:
        path = self.users / f"{os.getpid()}-{uuid4().hex[:8]}.new"
        self._lock = path.open("w")
        self._lock.write(" ".join(sorted(wanted)))
        self._lock.flush()
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._mine = path.rename(path.with_suffix(".user"))  # seen by the keeper only now that it is locked

    def ensure_keeper(self) -> None:
        """Starts a keeper when none lives. Two started at once are harmless: the second finds the lock taken."""
        if is_held(self.keeper):
            return
        with locked(self.control):
            if is_held(self.keeper):
                return
            (self.folder / "state.json").unlink(missing_ok=True)
            options = [f"--{name}" for name in ("durable", "fsync") if getattr(self, name)]
            with (self.folder / "keeper.log").open("ab") as log:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-P", "-m", "config.local_services", str(self.folder), *options],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                )  # fmt: skip
            deadline = time.monotonic() + 10
            while not is_held(self.keeper) and time.monotonic() < deadline:
                time.sleep(LOOK_EVERY / 4)

    # For the keeper ---------------------------------------------------------------------------------

    def wanted(self) -> set[str]:
        """What the living users want together."""
        return {name for path in self.living_users() for name in path.read_text().split()}

    def write_state(self, **state: object) -> None:
        """Replaces state.json in one step; it holds passwords, so nobody else may read it."""
        beside = self.folder / "state.new"
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(state))
        beside.rename(self.folder / "state.json")


class Keeper:
    """The process that owns the services of one folder."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.memory = instance.folder / "remembered.json"  # ports and passwords, for the next time
        self.running: dict[str, Postgres | Redis] = {}
        self.stopped = False

    def run(self) -> None:
        """Serves until nobody is registered any more."""
        with self.instance.keeper.open("a") as own:
            if not takes(own):
                return
            signal.signal(signal.SIGTERM, self._asked_to_stop)
            for ignored in (signal.SIGINT, signal.SIGHUP):
                signal.signal(ignored, signal.SIG_IGN)
            while not self._is_over():
                self._start_what_is_missing()
                time.sleep(LOOK_EVERY)

    def _asked_to_stop(self, *_: object) -> None:
        self.stopped = True

    def _is_over(self) -> bool:
        if self.instance.wanted() and not self.stopped:
            return False
        with locked(self.instance.control):
            if self.instance.wanted() and not self.stopped:
                return False
            for service in self.running.values():
                service.stop()
            (self.instance.folder / "state.json").unlink(missing_ok=True)
            for path in self.instance.users.glob("*"):
                if not is_held(path):
                    path.unlink(missing_ok=True)
            if not self.instance.durable:
                shutil.rmtree(self.instance.folder, ignore_errors=True)
        return True

    def _start_what_is_missing(self) -> None:
        down = [name for name, service in self.running.items() if service.is_down()]
        missing = [name for name in sorted(self.instance.wanted()) if name not in self.running]
        for name in (*down, *missing):
            try:
                self._start(name)
            except (RuntimeError, OSError) as error:
                print(error, file=sys.stderr, flush=True)
                if name not in self.running:  # never started: tell the user; else try again after a pause
                    self.instance.write_state(failed=str(error))
                time.sleep(1)
        if missing and all(name in self.running for name in missing):
            self.instance.write_state(urls={name: service.url for name, service in self.running.items()})

    def _start(self, name: str) -> None:
        """Starts a service, or the same one again at the same address, since its users know only that one."""
        if name in self.running:
            self.running[name].start()
            return
        remembered = self._remembered()
        for attempt in (1, 2, 3):
            service = SERVICES[name](self.instance.folder, remembered.get(name, {}), fsync=self.instance.fsync)
            self._remember({**remembered, name: {"password": service.password, "port": service.port}})
            remembered = self._remembered()
            try:
                service.start()
                break
            except RuntimeError:  # somebody took the port in between, or the last server's memory is not free yet
                service.stop()
                if attempt == 3:
                    raise
        self.running[name] = service

    def _remembered(self) -> dict:
        with suppress(OSError, ValueError):
            return json.loads(self.memory.read_text())
        return {}

    def _remember(self, settings: dict) -> None:
        self.memory.touch(mode=0o600)
        self.memory.write_text(json.dumps(settings))


def throw_away(runs: Path, *, fsync: bool) -> Instance:
    """A new instance below `runs` for one run; what dead runs left there is removed first."""
    runs.mkdir(parents=True, exist_ok=True)
    for old in runs.iterdir():
        owner = int(old.name.split("-")[0])
        if not psutil.pid_exists(owner):  # else it may be newborn, not joined yet
            sweep(Instance(old, durable=False))
    folder = runs / f"{os.getpid()}-{uuid4().hex[:8]}"
    return Instance(folder, durable=False, fsync=fsync)


def sweep(old: Instance) -> None:
    """Stops and removes a run whose users and keeper are dead; leaves a living one alone."""
    if old.living_users() or is_held(old.keeper):
        return
    stop_strays(old.folder)
    shutil.rmtree(old.folder, ignore_errors=True)


def stop_strays(folder: Path) -> None:
    """Ends the servers that a killed keeper left in this folder."""
    for program, name in (("postgres", "postgres"), ("redis-server", "redis")):
        if (folder / name).exists():
            for stray in strays(program, folder / name):
                stop(stray, (signal.SIGINT, 5.0))


def main() -> None:
    """The keeper's entry: `python -m config.local_services FOLDER [--durable] [--fsync]`."""
    folder, *options = sys.argv[1:]
    Keeper(Instance(Path(folder), durable="--durable" in options, fsync="--fsync" in options)).run()


if __name__ == "__main__":
    main()
