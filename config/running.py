"""What bin/demo, bin/test, bin/manage and bin/bench do once .venv is ready (bin/prepare.py)."""

import argparse
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from config.local_services import Instance, locked, throw_away
from config.processes import dies_with_parent
from config.supervisor import Demo

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".trellis"
SHARED = STATE / "demo"  # the data of bin/demo and bin/manage
ADDRESSES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
DEFAULT_PORT = 8000


def say(line: str) -> None:
    """A message for the person at the terminal; standard output belongs to the command."""
    print(line, file=sys.stderr, flush=True)


# The environment ------------------------------------------------------------------------------------


def secret_key() -> str:
    """Made once per checkout, so that people stay signed in over a restart."""
    path = STATE / "secret-key"
    with locked(STATE / "secret-key.lock"):
        if not path.exists():
            beside = path.with_suffix(".new")
            beside.touch(mode=0o600)
            beside.write_text(secrets.token_urlsafe(48))
            beside.rename(path)
    return path.read_text()


def environment(folder: Path, *, demo: bool, port: int) -> dict[str, str]:
    """The caller's environment, completed: what is set already stays as it is."""
    defaults = {
        "SECRET_KEY": secret_key(),
        "DEMO": "1" if demo else "0",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "EMAIL_URL": f"filemail:///{quote(str(folder / 'mail'))}",
        "DEFAULT_FROM_EMAIL": "Trellis <trellis@demo.trellis>",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(STATE / "static"),
    }
    return {**defaults, **{name: value for name, value in os.environ.items() if value or name not in defaults}}


@contextmanager
def services(instance: Instance, env: dict[str, str]) -> Iterator[dict[str, str]]:
    """Adds the addresses of what the environment does not name; embeds only that."""
    wanted = {name for name, variable in ADDRESSES.items() if not env.get(variable)}
    if not wanted:
        yield env
        return
    try:
        urls = instance.join(wanted)
        if urls.get("redis", "").startswith("filesystem:"):
            say("No Redis here: wake-ups go through files below .trellis instead (Celery's filesystem transport).")
        yield {**env, **{ADDRESSES[name]: url for name, url in urls.items()}}
    finally:
        instance.leave()


# Steps ----------------------------------------------------------------------------------------------


def manage(env: dict[str, str], *arguments: str) -> None:
    """Runs a management command with its output on standard error; a failure ends the start with its exit status."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)


def migrate(env: dict[str, str]) -> None:
    """Applies pending migrations; one at a time, since two at once would collide."""
    with locked(STATE / "setup.lock"):
        manage(env, "migrate", "--no-input", "--verbosity", "0")


def collect_static(env: dict[str, str]) -> None:
    """Collects the static files when one of them, or a library, changed since the last time."""
    seen = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        seen.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    stamp = Path(env["STATIC_ROOT"]) / ".collected-from"
    with locked(STATE / "setup.lock"):
        if stamp.exists() and stamp.read_text() == seen.hexdigest():
            return
        manage(env, "collectstatic", "--no-input", "--verbosity", "0")
        stamp.write_text(seen.hexdigest())


def hand_over(command: list[str], env: dict[str, str], cwd: Path | None = None) -> int:
    """Runs the command in our place and returns its exit status, 128 + n when signal n ended it.

    At a terminal Ctrl-C reaches the command directly; elsewhere we pass every signal on.
    """
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    child: subprocess.Popen | None = None

    def pass_on(signum: int, _frame: object) -> None:
        if child is not None and not (at_terminal and signum == signal.SIGINT):
            child.send_signal(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, pass_on)
    child = subprocess.Popen(
        command, env=env, cwd=cwd, start_new_session=not at_terminal, preexec_fn=dies_with_parent(signal.SIGTERM)
    )
    status = child.wait()
    return status if status >= 0 else 128 - status


# Commands -------------------------------------------------------------------------------------------


def run_manage(arguments: list[str]) -> int:
    """manage.py on the demo's data; with the embedded database, pending migrations first."""
    port_file = SHARED / "port"  # the demo's, for links in mails
    port = int(port_file.read_text()) if port_file.exists() else DEFAULT_PORT
    env = environment(SHARED, demo=True, port=port)
    embedded = not env.get("DATABASE_URL")
    with services(Instance(SHARED, durable=True), env) as env:
        if embedded and arguments[:1] != ["makemigrations"]:
            migrate(env)
        return hand_over([sys.executable, str(ROOT / "manage.py"), *arguments], env)


def run_test(arguments: list[str]) -> int:
    """pytest on services of its own, in three processes: two cores are busy while the tests of faults wait."""
    chosen = any(part.startswith(("-n", "--numprocesses", "--pdb", "no:xdist", "-pno:xdist")) for part in arguments)
    instance = throw_away(STATE / "runs", fsync=False)
    env = environment(instance.folder, demo=False, port=DEFAULT_PORT)
    with services(instance, env) as env:
        collect_static(env)
        parallel = [] if chosen else ["-n", "3"]
        return hand_over([sys.executable, "-m", "pytest", *parallel, *arguments], env, cwd=ROOT)


def run_bench(arguments: list[str]) -> int:
    """The benchmarks on services of their own that write to disk as in production."""
    instance = throw_away(STATE / "runs", fsync=True)
    env = environment(instance.folder, demo=False, port=DEFAULT_PORT)
    embedded = not env.get("DATABASE_URL")
    with services(instance, env) as env:
        if embedded:
            migrate(env)
        collect_static(env)
        return hand_over([sys.executable, "-P", "-m", "benchmarks", *arguments], env)


def run_demo(arguments: list[str]) -> int:
    """Serves the demo until it is asked to stop."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Sets everything up and serves the demo.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="where to serve (default: %(default)s)")
    parser.add_argument("--reset", action="store_true", help="begin again with fresh demo data")
    options = parser.parse_args(arguments)
    if not 1 <= options.port <= 65535:
        parser.error("--port takes a number from 1 to 65535")
    if is_busy(options.port):
        sys.exit(f"Port {options.port} is in use. Choose another one: bin/demo --port {options.port + 1}")
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, _interrupt)
    instance = Instance(SHARED, durable=True)
    if options.reset:
        reset(instance)
    env = environment(SHARED, demo=True, port=options.port)
    try:
        with services(instance, env) as env:
            (SHARED / "port").parent.mkdir(parents=True, exist_ok=True)
            (SHARED / "port").write_text(str(options.port))
            say("Preparing the database and the demo data…")
            migrate(env)
            with locked(STATE / "demo-data.lock"):
                manage(env, "demo_data")
            collect_static(env)
            return Demo(ROOT, SHARED / "log", env, options.port, instance).serve()
    except KeyboardInterrupt:
        return 0


def _interrupt(signum: int, _frame: object) -> None:
    """Ctrl-C and SIGTERM alike unwind everything that was begun; once is enough."""
    raise KeyboardInterrupt


def is_busy(port: int) -> bool:
    """True when something serves on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sys.exit(f"Port {port} is reserved for root. Choose one above 1023: bin/demo --port {DEFAULT_PORT}")
        except OSError:
            return True
    return False


def reset(instance: Instance) -> None:
    """Removes the embedded data, mail and files of the demo; refuses while somebody uses them."""
    if os.environ.get("DATABASE_URL"):
        sys.exit("--reset removes the embedded database only, and DATABASE_URL names another one.")
    if not instance.clear():
        sys.exit("The demo's data is in use by another bin/demo or bin/manage. Stop that first.")


COMMANDS = {"demo": run_demo, "test": run_test, "manage": run_manage, "bench": run_bench}


def main() -> None:
    """The entry: `python -m config.running demo|test|manage|bench …`."""
    try:
        sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
    except RuntimeError as error:
        sys.exit(str(error))
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to another user. Remove it, or run this as that user.")


if __name__ == "__main__":
    main()
