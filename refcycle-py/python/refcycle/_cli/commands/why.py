"""The command `why`: what keeps objects of a dump alive."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

from refcycle._cli.arguments import (
    add_file,
    add_json,
    add_limit,
    add_object,
    add_partial,
    positive_number,
)
from refcycle._cli.command import Command, CommandError, register
from refcycle._cli.files import load
from refcycle._cli.output import print_json, print_paragraph
from refcycle._cli.terminal import bold, dim, green, red, with_bar
from refcycle._cli.wanted import Wanted, find
from refcycle._text.escapes import is_encodable, printable
from refcycle._text.lines import line_width, wrapped_tree
from refcycle._text.numbers import counted, size_text

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph
    from refcycle.holder_groups import HolderGroup, WhyAll
    from refcycle.liveness import Chain, Step, Why

_GROUPS = 3
_CHAINS = 5
_SEARCHING = "searching for chains of references"
_MORE = "and more: use --chains to show them"


@register
class WhyAlive(Command):
    """Shows why an object is alive, or the objects of a type, grouped by how they are held."""

    name = "why"
    summary = "show what keeps objects of a dump alive"
    description = (
        "Show what keeps an object of a dump alive, or the objects of a type, grouped by how they "
        "are held. A name is first that of a type, then that of a class, a function, a method or "
        "a module, then a place, as in app.cache.entries, or a variable of any module. To ask for "
        "the class itself, write 'class Session'. Types and classes may have their module in "
        "front, as in app.Session. Signatures stand for the objects that are held like this."
    )
    examples = (
        "heap.refcycle Session",
        "heap.refcycle 'class Session'",
        "heap.refcycle app.cache.entries",
        "heap.refcycle 0x7f2d5c0b9d60 --chains 20",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file, the objects and the options for the output."""
        add_json(parser)
        add_limit(parser, _GROUPS, "groups of the objects of a type")
        parser.add_argument(
            "--chains",
            type=positive_number,
            default=_CHAINS,
            metavar="N",
            help=f"show at most N chains of references to a single object (default: {_CHAINS})",
        )
        add_partial(parser)
        add_file(parser)
        add_object(
            parser,
            "object",
            "its address (id), the name of a type, or the name of a class, function, module or "
            "variable",
        )

    def run(self, options: argparse.Namespace) -> None:
        """Print the chains to the object, or one chain for each group of objects."""
        graph = load(options.file, partial=options.partial)
        found = find(graph, options.object)
        if found.note and not options.json:
            print_paragraph(found.note)
        if len(found.objects) > 1 or found.signature:
            _show_groups(graph, found, options)
            return
        [obj] = found.objects
        why = with_bar(_SEARCHING, partial(graph.why, obj, limit=options.chains))
        if options.json:
            print_json({"found": 1, "groups": [], "objects": [_data(obj, why)]})
        else:
            print()
            _print(f"0x{obj.address:x}: ", why)


def _show_groups(graph: LoadedGraph, found: Wanted, options: argparse.Namespace) -> None:
    answer = with_bar(_SEARCHING, partial(_answer, graph, found, options.limit))
    # The groups that have a chain.
    groups = [(group, group.why) for group in answer.groups if group.why is not None]
    if options.json:
        print_json(
            {
                "found": answer.count,
                "groups": [_group_data(group) for group in answer.groups],
                "objects": [_data(group.example, why) for group, why in groups],
            }
        )
        return
    count = counted(len(answer.groups), "group") + answer.note_on_bytes
    print_paragraph(f"{counted(answer.count, 'object')} {found.what} in {count}")
    for group, why in groups:
        retained = f"{size_text(group.retained_size)} retained"
        print()
        print_paragraph(f"{counted(group.count, 'object')}, {retained}: {group.signature}", bold)
        _print(f"for example 0x{_address(group)}: ", why)
        for line in group.lines_on_further_holders:
            print_paragraph(line, bold)
    others = answer.groups[len(groups) :]
    if others:
        objects = counted(sum(group.count for group in others), "object")
        groups_more = counted(len(others), "group")
        print(f"\nand {objects} in {groups_more} more: use --limit to show them")


def _answer(graph: LoadedGraph, found: Wanted, limit: int) -> WhyAll:
    answer = graph.why_all(found.objects, limit=limit)
    return _only_with_signature(graph, found, answer) if found.signature else answer


def _only_with_signature(graph: LoadedGraph, found: Wanted, answer: WhyAll) -> WhyAll:
    """Return the answer with only the group that was asked for, which has a chain."""
    from refcycle.holder_groups import WhyAll  # later: an import costs time

    for place, group in enumerate(answer.groups):
        if group.signature == found.signature:
            if group.why is None:
                group = graph.why_all(found.objects, limit=place + 1).groups[place]
            return WhyAll(answer.type_name, (group,), group.retained_size, answer.tracked_only)
    raise CommandError(f"no object {found.what} in the file is held like this")


def _address(group: HolderGroup) -> str:
    example: Any = group.example
    return f"{example.address:x}"


def _group_data(group: HolderGroup) -> dict[str, Any]:
    also = group.also_held_by
    return {
        "signature": group.signature,
        "count": group.count,
        "size": group.size,
        "retained_size": group.retained_size,
        "also_held_by": None if also is None else [one._asdict() for one in also],
    }


def _print(before: str, why: Why) -> None:
    """Print an answer; `before` comes before its first line."""
    from refcycle._why.tree import Role  # later: an import costs time

    paint = {Role.ALIVE: bold, Role.GARBAGE: red, Role.FIX: green}
    for line in why.lines(ascii=not is_encodable(why.to_text())):
        text = printable(_MORE if line.role is Role.MORE else line.text)
        for branches, part in wrapped_tree(line.branches, before + text, line_width()):
            start = dim(part[: len(before)])
            print(dim(branches) + start + paint.get(line.role, str)(part[len(before) :]))
            before = ""


def _data(obj: Any, why: Why) -> dict[str, Any]:
    return {
        "address": obj.address,
        "label": obj.label,
        "name": why.label,
        "allocated_at": why.allocated_at,
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
