"""Prepares .venv from requirements.lock, then hands over to config.running inside it.

Standard library only: it runs under whatever Python the machine has. `bin/demo` and its sisters call it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".prepared-from"
UNFINISHED = VENV / ".unfinished"


def fingerprint() -> str:
    """What the environment depends on: the lock and the Python version it was made with."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version_info.major}.{sys.version_info.minor}"


def is_prepared() -> bool:
    """True when .venv was completed from this very lock, by any Python, and still starts."""
    try:
        made_from = STAMP.read_text().split()[0]
    except (OSError, IndexError):
        return False
    return made_from == fingerprint().split()[0] and works()


def works() -> bool:
    """True when the environment's interpreter is there and starts (its home may have been removed or moved)."""
    probe = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str) -> None:
    """Runs a step with its output on standard error; a failure ends the start with one line."""
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        sys.exit(f"Could not prepare {VENV}: `{' '.join(command[:4])} …` failed, see above.")


def prepare() -> None:
    """Brings .venv in step with the lock. An install that was interrupted leaves a mark and is begun anew."""
    if not works() or UNFINISHED.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        print("Preparing .venv (once, about a minute)…", file=sys.stderr)
        run(sys.executable, "-m", "venv", str(VENV))
    else:
        print("Bringing .venv in step with requirements.lock…", file=sys.stderr)
    UNFINISHED.touch()
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "--quiet"]  # errors only
    run(*pip, "install", "--require-hashes", "--no-deps", "--requirement", str(LOCK))
    STAMP.write_text(fingerprint())
    UNFINISHED.unlink()


def main() -> None:
    """Prepares under a lock, so that two starts at once install once, then becomes config.running."""
    os.umask(0o022)  # the database server runs as another user when we are root and must be able to read its files
    os.environ.pop("PYTHONHOME", None)
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["PYTHONNOUSERSITE"] = "1"
    state = ROOT / ".trellis"
    try:
        state.mkdir(exist_ok=True)
        with open(state / "venv.lock", "w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            if not is_prepared():
                prepare()
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to another user. Remove it, or run this as that user.")
    os.execv(PYTHON, [str(PYTHON), "-P", "-m", "config.running", *sys.argv[1:]])


if __name__ == "__main__":
    main()
