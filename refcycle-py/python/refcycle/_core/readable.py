"""Which files a core file may make this command, or the restored process, read.

They are regular files, and for the process folders too, but not those of file systems that stand
for the kernel, for devices or for other processes, such as /proc.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import lru_cache

__all__ = ["is_plain_file", "may_keep", "may_try"]

_SPECIAL_TYPES = {
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts",
    "devtmpfs", "efivarfs", "functionfs", "fusectl", "mqueue", "nfsd", "nsfs", "proc", "pstore",
    "resctrl", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tracefs",
}  # fmt: skip
_SPECIAL_FOLDERS = ("/proc/", "/sys/")
# What a dump reads. Others, such as statm, would describe the restored process, not the one that
# ended.
_OWN = frozenset({b"maps", b"mem", b"status", b"task"})


@lru_cache(maxsize=1)
def _special_devices() -> frozenset[int]:
    """Return the numbers of the file systems that are not of files."""
    found = set()
    for folder in ("/proc", "/sys"):
        with suppress(OSError):
            found.add(os.stat(folder).st_dev)
    with suppress(OSError, ValueError, IndexError), open("/proc/self/mountinfo", "rb") as file:
        for line in file:
            place, _, kind = line.partition(b" - ")
            if os.fsdecode(kind.split()[0]) in _SPECIAL_TYPES:
                major, minor = place.split()[2].split(b":")
                found.add(os.makedev(int(major), int(minor)))
    return frozenset(found)


def _is_plain(status: os.stat_result, *, folders: bool) -> bool:
    mode = status.st_mode
    is_wanted = stat.S_ISREG(mode) or (folders and stat.S_ISDIR(mode))
    return is_wanted and status.st_dev not in _special_devices()


def is_plain_file(path: str) -> bool:
    """Whether a path is of a regular file that is not one of the kernel."""
    try:
        return _is_plain(os.stat(path), folders=False)
    except (OSError, ValueError):
        return False


def may_try(path: bytes) -> bool:
    """Whether the restored process may open a path, as far as the path tells.

    What the path is for the kernel, a moment later, is checked by `may_keep`.
    """
    if path.startswith(b"/proc/self/"):
        return path[len(b"/proc/self/") :] in _OWN
    path = os.path.join(b"/", path)
    try:
        # A link of /proc leads to a file that is open elsewhere.
        if os.stat(os.path.dirname(path)).st_dev in _special_devices():
            return False
        return _is_plain(os.stat(path), folders=True)
    except (OSError, ValueError):
        return True  # as the system will say


def may_keep(pid: int, descriptor: int) -> bool:
    """Whether the restored process, which is stopped, may keep what it has opened to read."""
    place = f"/proc/{pid}/fd/{descriptor}"
    try:
        name = os.readlink(place)
        if name in [f"/proc/{pid}/{os.fsdecode(own)}" for own in _OWN]:
            return True
        return not name.startswith(_SPECIAL_FOLDERS) and _is_plain(os.stat(place), folders=True)
    except OSError:
        return False
