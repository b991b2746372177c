"""The memory of the control group of this process, which is that of its container.

Linux kills a process when its group is at its limit. Version 2 of cgroups is read, and version 1
where its memory controller is mounted. `root` is the root of the file system, for tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

__all__ = ["memory_share", "pressure"]

_MOST_READ = 1 << 16
# Version 1 writes no limit as a number of this size.
_NO_LIMIT = 1 << 60
# By version: the folder of the hierarchy, and the names in it of the limit, of the memory in use,
# and of the part of it that the kernel can drop at once.
_FILES = {
    2: ("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    1: (
        "sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
}


def memory_share(root: str = "/") -> float | None:
    """Return the largest share of a limit that is in use, of this group and those around it.

    Files that the kernel only caches do not count. None if no group has a limit.
    """
    shares = []
    for version, folder in _folders(root):
        _, limit_name, used_name, cached_name = _FILES[version]
        limit, used = _number(folder, limit_name), _number(folder, used_name)
        if used is not None and limit is not None and 0 < limit < _NO_LIMIT:
            cached = _entry(_read(folder, "memory.stat"), cached_name)
            shares.append(max(0, used - cached) / limit)
    return max(shares, default=None)


def pressure(root: str = "/") -> float | None:
    """Return the share of the last ten seconds in which something waited for memory.

    This is the pressure stall information (PSI) of the group, or else of the whole system. None if
    the kernel has none.
    """
    folders = [folder for version, folder in _folders(root) if version == 2][:1]
    texts = [_read(folder, "memory.pressure") for folder in folders]
    for text in (*texts, _read(os.path.join(root, "proc/pressure"), "memory")):
        words = text.split()
        if words[:1] == ["some"] and words[1].startswith("avg10="):
            return float(words[1].removeprefix("avg10=")) / 100
    return None


def _folders(root: str) -> Iterator[tuple[int, str]]:
    """Yield the folders of this group and those around it, each with its version."""
    for version, path in _paths(root):
        base = os.path.join(root, _FILES[version][0])
        parts = [part for part in path.split("/") if part]
        # In a container, the path may be that of the host, which is not mounted.
        if ".." in parts or not os.path.isdir(os.path.join(base, *parts)):
            parts = []
        for length in range(len(parts), -1, -1):
            yield version, os.path.join(base, *parts[:length])


def _paths(root: str) -> Iterator[tuple[int, str]]:
    for line in _read(os.path.join(root, "proc/self"), "cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield 2, path
        elif "memory" in controllers.split(","):
            yield 1, path


def _read(folder: str, name: str) -> str:
    """Return the text of a small file; empty if it cannot be read."""
    try:
        descriptor = os.open(os.path.join(folder, name), os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(descriptor, _MOST_READ).decode("ascii", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _number(folder: str, name: str) -> int | None:
    text = _read(folder, name).strip()
    return int(text) if text.isdecimal() else None


def _entry(text: str, name: str) -> int:
    """Return the number of a line `name number`; 0 if there is none."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == name and words[1].isdecimal():
            return int(words[1])
    return 0
