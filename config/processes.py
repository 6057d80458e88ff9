"""Starting and stopping processes so that none is left behind: used by the embedded services and bin/demo."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
NO_SETUID_FIXUP = 4  # keep capabilities over setuid, and let access() count them
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be imported between fork and exec


def dies_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: on Linux the child gets this signal when its parent is gone, even by `kill -9`."""

    def after_fork() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)

    return after_fork


def unprivileged() -> pwd.struct_passwd:
    """The user who owns and runs PostgreSQL when we are root, which PostgreSQL refuses to be."""
    return pwd.getpwnam("nobody")


def is_open_to_all(*paths: Path) -> bool:
    """True when any user may enter every folder above these paths."""
    return all(parent.stat().st_mode & 0o001 for path in paths for parent in path.resolve().parents)


def becomes_unprivileged(*needed: Path, then: Callable[[], None]) -> Callable[[], None]:
    """For `preexec_fn` as root: give up root, then call `then`.

    A checkout in a closed folder such as /root could not be entered any more. Rather than open that folder to
    everybody, the child keeps the one capability that lets it pass (Linux; capabilities(7), "ambient").
    """
    who, closed = unprivileged(), not is_open_to_all(*needed)
    capability = _passing_capability() if closed else None

    def after_fork() -> None:
        if capability is not None:
            _libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0)
        os.setgroups([])
        os.setgid(who.pw_gid)
        os.setuid(who.pw_uid)
        if capability is not None:
            _keep_only(capability)
        then()

    return after_fork


def _passing_capability() -> int:
    """The least capability we hold that passes closed folders; raises RuntimeError when there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("CapPrm:"):
                held = int(line.split()[1], 16)
                for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
                    if held >> capability & 1:
                        return capability
    raise RuntimeError(
        "This folder is closed to other users, and PostgreSQL does not run as root."
        " Move the checkout to an open folder, or run as an ordinary user."
    )


def _keep_only(capability: int) -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; low half, high half
    _libc.capset(ctypes.byref(header), ctypes.byref(sets))
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def strays(program: str, folder: Path) -> list[psutil.Process]:
    """Processes of this name that work in this folder: what a killed run left behind."""
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error, OSError):
            if process.info["name"] == program and os.path.samefile(process.cwd(), folder):
                found.append(process)
    return found


def stop(process: subprocess.Popen | psutil.Process, *ladder: tuple[signal.Signals, float]) -> None:
    """Asks ever more firmly: each step is a signal and the seconds to wait after it; SIGKILL ends it."""
    for how, seconds in (*ladder, (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError, psutil.Error):
            process.send_signal(how)
            process.send_signal(signal.SIGCONT)  # a frozen process could not hear us
        try:
            process.wait(seconds)
            return
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            continue


def kill_group(group: int) -> None:
    """Ends what is left of a process group: grandchildren whose parent was killed."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
