"""The command `diff`: what grew."""

from __future__ import annotations

import refcycle
from refcycle._cli.files import CommandError, load
from refcycle._cli.output import print_json

__all__ = ["tell_difference"]


def tell_difference(before: str, after: str, *, as_json: bool) -> None:
    """Print what grew between two files of one process."""
    first, second = load(before), load(after)
    try:
        found = refcycle.diff(first, second)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if not as_json:
        print(found)
        return
    print_json(
        {
            "new": len(found.new),
            "gone": len(found.gone),
            "types": [row._asdict() for row in found.table],
            "samples": [
                {"type": sample.typename, "chain": str(sample.chain)} for sample in found.samples
            ],
        }
    )
