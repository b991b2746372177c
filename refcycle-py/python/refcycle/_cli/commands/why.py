"""The command `why`: what keeps objects alive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from refcycle._cli.files import find, load
from refcycle._cli.output import print_json
from refcycle._cli.terminal import bold, dim, green, progress, red
from refcycle._text.tables import printable

if TYPE_CHECKING:
    from refcycle.liveness import Chain, Step, Why

__all__ = ["tell_why"]

_BRANCHES = re.compile(r"(?:[│|] {2}| {3})*(?:[├└]─|[|`]-) ")


def tell_why(path: str, wanted: str, limit: int, *, as_json: bool) -> int:
    """Print why objects are alive, by an address or by the name of their type."""
    graph = load(path)
    found = find(graph, wanted)
    with progress("looking for what holds it"):
        answers = [(obj, graph.why(obj, limit=limit)) for obj in found[:3]]
    if as_json:
        data = [
            {
                "address": obj.address,
                "label": obj.label,
                "is_garbage": why.is_garbage,
                "chains": [_chain_data(chain) for chain in why.chains],
                "cycle": [_step_data(step) for step in why.cycle],
                "remedies": [remedy._asdict() for remedy in why.remedies],
            }
            for obj, why in answers
        ]
        print_json({"found": len(found), "objects": data})
        return 0
    if len(found) > len(answers):
        print(f"{len(found):,} objects are of this type; the first {len(answers)}:")
    for obj, why in answers:
        print(f"\n{dim(f'0x{obj.address:x}:')} {_text(why)}")
    return 0


def _text(why: Why) -> str:
    first, *lines = map(printable, str(why).splitlines())
    first = red(first) if why.is_garbage else bold(first)
    count = len(lines) - len(why.remedies)
    return "\n".join([first, *map(_branch, lines[:count]), *map(green, lines[count:])])


def _branch(line: str) -> str:
    """Return a line of a tree, its branches less bright."""
    branches = _BRANCHES.match(line)
    end = branches.end() if branches else 0
    return dim(line[:end]) + line[end:]


def _step_data(step: Step) -> dict[str, str]:
    return {"reference": step.reference, "label": step.label}


def _chain_data(chain: Chain) -> dict[str, Any]:
    return {"holder": chain.holder, "steps": [_step_data(step) for step in chain.steps]}
