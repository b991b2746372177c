"""Arguments and options that several commands share."""

from __future__ import annotations

import argparse

__all__ = [
    "WITHOUT_TRACKED_ONLY",
    "add_file",
    "add_force",
    "add_json",
    "add_limit",
    "add_object",
    "add_partial",
    "add_tracked_only",
    "positive_number",
]


WITHOUT_TRACKED_ONLY = "take the dump without --tracked-only, in Python with untracked=True"
"""How to get a complete dump."""


def add_file(
    parser: argparse.ArgumentParser,
    name: str = "file",
    what: str = "a file",
    metavar: str = "FILE",
) -> None:
    """Add a dump as an argument."""
    what = f"{what} that ObjectGraph.save or refcycle.dump wrote"
    parser.add_argument(name, metavar=metavar, help=what)


def add_force(parser: argparse.ArgumentParser, what: str) -> None:
    """Add `--force`: replace an output that exists in its default place."""
    parser.add_argument(
        "--force", action="store_true", help=f"replace {what} that exists where no OUT is given"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_limit(parser: argparse.ArgumentParser, default: int, what: str) -> None:
    """Add `--limit`: the maximum number of items to show."""
    parser.add_argument(
        "--limit",
        type=positive_number,
        default=default,
        metavar="N",
        help=f"show at most N {what} (default: {default})",
    )


def add_partial(parser: argparse.ArgumentParser) -> None:
    """Add `--partial`, for a dump that was cut off."""
    parser.add_argument(
        "--partial",
        action="store_true",
        help="read a file that was cut off as far as it goes",
    )


def add_tracked_only(parser: argparse.ArgumentParser) -> None:
    """Add `--tracked-only`, which makes `untracked` False."""
    parser.add_argument(
        "--tracked-only",
        dest="untracked",
        action="store_false",
        help="omit strings, numbers and other objects that the collector does not track: "
        "faster, but misses most growth of memory",
    )


def positive_number(text: str) -> int:
    """Return a number of at least 1."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def add_object(parser: argparse.ArgumentParser, name: str, what: str) -> None:
    """Add an object of the dump, by its address, its type or its name."""
    parser.add_argument(name, metavar="NAME-or-ID", help=what)
