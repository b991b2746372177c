"""The command `cycles`: what holds garbage together, and what to cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from refcycle._cli.files import load
from refcycle._cli.output import print_json
from refcycle._cli.terminal import bold, green, progress
from refcycle._text.tables import counted, printable

if TYPE_CHECKING:
    from refcycle.cuts import Cut

__all__ = ["tell_cycles"]


def tell_cycles(path: str, limit: int, *, garbage_only: bool, as_json: bool) -> int:
    """Print the cycles of a file with their cuts; return 1 if it has garbage in cycles."""
    graph = load(path)
    with progress("looking for garbage"):
        garbage = graph.unreachable()
    cycles = (garbage if garbage_only else graph).cycles()
    if not garbage_only:
        cycles.sort(key=len, reverse=True)
    shown = [(cycle, _advice(len(cycle), cycle.cut)) for cycle in cycles[:limit]]
    if as_json:
        print_json(
            {
                "cycles": len(cycles),
                "garbage_objects": len(garbage),
                "shown": [
                    {
                        "objects": len(cycle),
                        "text": cycle.text,
                        "signature": cycle.signature,
                        "cut": advice,
                    }
                    for cycle, advice in shown
                ],
            }
        )
    else:
        which = " that nothing from outside holds" if garbage_only else ""
        of_garbage = counted(len(garbage), "object")
        print(f"{counted(len(cycles), 'cycle')}{which}; {of_garbage} of garbage")
        for cycle, advice in shown:
            print(f"\n{bold(counted(len(cycle), 'object'))}: {printable(cycle.text)}")
            if advice:
                print(green(f"  to cut it: {printable(advice)}"))
        if len(cycles) > limit:
            print(f"\nand {len(cycles) - limit:,} more: --limit says how many are shown")
    return 1 if len(garbage) else 0


# Cuts take time in proportion to the component.
_MOST_CUT = 20_000
# A component of many modules has hundreds.
_MOST_REFERENCES = 3


def _advice(size: int, cut: Callable[[], Cut]) -> str:
    if size > _MOST_CUT:
        return ""
    found = cut()
    shown = ", and ".join(dict.fromkeys(map(str, found.references[:_MOST_REFERENCES])))
    more = len(found.references) - _MOST_REFERENCES
    return shown + (f", and {more} more" if more > 0 else "")
