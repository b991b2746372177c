"""The command `why`: what keeps objects of a dump alive."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import (
    add_file,
    add_json,
    add_limit,
    add_object,
    positive_number,
)
from refcycle._cli.command import Command, register
from refcycle._cli.files import find, load
from refcycle._cli.output import print_json
from refcycle._cli.terminal import bold, dim, green, progress, red
from refcycle._text.escapes import is_encodable, printable

if TYPE_CHECKING:
    from refcycle.liveness import Chain, Step, Why

_OBJECTS = 3
_CHAINS = 5
_MORE = "and more: use --chains to show them"


@register
class WhyAlive(Command):
    """Shows why objects are alive."""

    name = "why"
    summary = "show what keeps objects of a dump alive"
    examples = ("heap.refcycle Session", "heap.refcycle 0x7f2d5c0b9d60 --chains 20")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, the objects and the options for the output."""
        add_json(parser)
        add_limit(parser, _OBJECTS, "objects of a type")
        parser.add_argument(
            "--chains",
            type=positive_number,
            default=_CHAINS,
            metavar="N",
            help=f"show at most N chains of references to each object (default: {_CHAINS})",
        )
        add_file(parser)
        add_object(parser, "object", "the name of a type, or the address (id) of an object")

    def run(self, options: argparse.Namespace) -> None:
        """Print the chains to each of the objects."""
        graph = load(options.file)
        found = find(graph, options.object)
        with progress("searching for chains of references"):
            shown = found[: options.limit]
            found_chains = graph._why_each(shown, limit=options.chains)
            answers = list(zip(shown, found_chains, strict=True))
        if options.json:
            objects = [_data(obj, why) for obj, why in answers]
            print_json({"found": len(found), "objects": objects})
            return
        if len(found) > len(answers):
            print(f"{len(found):,} objects are of this type; the first {len(answers):,}:")
        for obj, why in answers:
            print(f"\n{dim(f'0x{obj.address:x}:')} {_text(why)}")


def _text(why: Why) -> str:
    from refcycle._why.tree import Role  # later: an import costs time

    paint = {Role.ALIVE: bold, Role.GARBAGE: red, Role.FIX: green}
    lines = []
    for line in why.lines(ascii=not is_encodable(why.to_text())):
        text = _MORE if line.role is Role.MORE else line.text
        painted = paint.get(line.role, str)(printable(text))
        lines.append(dim(line.branches) + painted)
    return "\n".join(lines)


def _data(obj: Any, why: Why) -> dict[str, Any]:
    return {
        "address": obj.address,
        "label": obj.label,
        "name": why.label,
        "is_garbage": why.is_garbage,
        "chains": [_chain_data(chain) for chain in why.chains],
        "unexplained": why.unexplained,
        "cycle": [_step_data(step) for step in why.cycle],
        "cuts": [str(cut) for cut in why.cuts],
        "remedies": [remedy._asdict() for remedy in why.remedies],
    }


def _chain_data(chain: Chain) -> dict[str, Any]:
    return {"holder": chain.holder, "steps": [_step_data(step) for step in chain.steps]}


def _step_data(step: Step) -> dict[str, str]:
    return {"reference": step.reference, "label": step.label}
