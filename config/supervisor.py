"""The demo's processes: the web server, a worker and the beat, started, watched and stopped together."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.local_services import Instance
from config.processes import dies_with_parent, kill_group, stop

LOOK_EVERY = 0.3
READY_SECONDS = 60
LONGEST_PAUSE = 30.0  # seconds between two tries to restart what keeps dying
LOGINS = (
    ("maya@demo.trellis", "coach"),
    ("amara@demo.trellis", "her coachee"),
    ("ines@demo.trellis", "admin and delivery manager"),
)


class Watched:
    """One process that should always run, in a process group of its own, with a log file."""

    def __init__(self, name: str, command: list[str], log: Path, root: Path, env: dict[str, str]) -> None:
        self.name, self.command, self.log, self.root, self.env = name, command, log, root, env
        self.pause, self.began, self.retry_at = 1.0, 0.0, 0.0
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts it; its output goes to the log file."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.root, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self.began = time.monotonic()

    def is_down(self) -> bool:
        """True when it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def keep_up(self) -> None:
        """Restarts it when it died; at once when it had run for a while, with growing pauses when it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.is_down():
            kill_group(self.process.pid)  # children that a killed parent left
            self.pause = 1.0 if now - self.began > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            self.retry_at, self.process = now + self.pause - 1, None
        if self.process is None and now >= self.retry_at:
            self.start()

    def last_words(self) -> str:
        """The end of its log, for the message that it did not start."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])


class Demo:
    """All processes of one bin/demo."""

    def __init__(self, root: Path, logs: Path, env: dict[str, str], port: int, instance: Instance) -> None:
        self.logs, self.port, self.instance = logs, port, instance
        logs.mkdir(parents=True, exist_ok=True)
        name = f"demo-{port}"
        python, celery = [sys.executable, "-m"], ["celery", "--app", "config"]
        commands = {
            "web": ["gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}", "config.wsgi"],
            "worker": [*celery, "worker", "--concurrency", "2", "--hostname", f"{name}@%h", "--loglevel", "INFO"],
            "beat": [
                *celery,
                "beat",
                "--schedule",
                str(logs / f"beat-{port}.db"),
                "--pidfile",
                "",
                "--loglevel",
                "INFO",
            ],
        }
        self.watched = [
            Watched(kind, [*python, *command], logs / f"{kind}-{port}.log", root, env)
            for kind, command in commands.items()
        ]

    def serve(self) -> int:
        """Runs until interrupted; returns the exit status. Whatever happens, nothing it started is left."""
        for process in self.watched:
            process.log.unlink(missing_ok=True)
        try:
            for process in self.watched:
                process.start()
            if not self._wait_until_ready():
                return 1
            self._greet()
            while True:
                self.instance.tend()
                for process in self.watched:
                    process.keep_up()
                time.sleep(LOOK_EVERY)
        except KeyboardInterrupt:
            print("\nStopping…", file=sys.stderr, flush=True)
            return 0
        finally:
            self._stop()

    def _wait_until_ready(self) -> bool:
        """True once the site answers; False, with the reason told, when a process ends before that."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            for process in self.watched:
                if process.is_down():
                    print(f"The {process.name} did not start:\n{process.last_words()}", file=sys.stderr)
                    return False
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):  # noqa: S310
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(LOOK_EVERY)
        print(f"The site did not answer within {READY_SECONDS} s, see {self.logs}.", file=sys.stderr)
        return False

    def _greet(self) -> None:
        people = "\n".join(f"  {email:<20} {role}" for email, role in LOGINS)
        print(
            f"\nTrellis is at http://127.0.0.1:{self.port}\n\n"
            f"Sign in with the password `trellis` as\n{people}\n\n"
            f"Logs are in {self.logs}. Ctrl-C stops everything.",
            flush=True,
        )

    def _stop(self) -> None:
        """Asks all of them at once, then waits for each; a second Ctrl-C ends them without waiting."""
        living = [one.process for one in self.watched if one.process is not None]
        try:
            for process in living:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    process.send_signal(signal.SIGCONT)
            deadline = time.monotonic() + 15
            while time.monotonic() < deadline and any(process.poll() is None for process in living):
                time.sleep(0.05)
        except KeyboardInterrupt:
            pass
        finally:
            for process in living:
                if process.poll() is None:
                    stop(process)
                kill_group(process.pid)
