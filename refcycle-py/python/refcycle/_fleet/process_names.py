"""How reports name a process: by its last dump, its host and its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["labels_of", "process_name"]

# The application is named elsewhere.
_LEFT_OUT = ("service", "app", "host")


def labels_of(keys: Iterable[str] | None, values: Iterable[str] | None) -> dict[str, str]:
    """Return the labels of a process, of two columns: empty if there are none.

    >>> labels_of(["pod"], ["shop-7"]), labels_of(None, None)
    ({'pod': 'shop-7'}, {})
    """
    return dict(zip(keys or (), values or (), strict=True))


def process_name(file: str, host: str | None, pid: int | None, labels: Mapping[str, str]) -> str:
    """Return the name of a dump, with what tells its process from others.

    >>> process_name("a.refcycle", "web-3", 1, {"service": "shop", "pod": "shop-7"})
    'a.refcycle (host web-3, pod=shop-7)'
    >>> process_name("a.refcycle", None, 4711, {}), process_name("a.refcycle", None, None, {})
    ('a.refcycle (pid 4711)', 'a.refcycle')
    """
    facts = [f"host {host}"] if host else []
    facts += [f"{key}={value}" for key, value in labels.items() if key not in _LEFT_OUT]
    if not facts and pid is not None:
        facts = [f"pid {pid}"]
    return f"{file} ({', '.join(facts)})" if facts else file
