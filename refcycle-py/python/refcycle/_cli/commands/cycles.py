"""The command `cycles`: the cycles of a dump and how to cut them."""

from __future__ import annotations

import argparse

from refcycle._cli.arguments import add_file, add_json, add_limit, add_partial
from refcycle._cli.command import Command, register
from refcycle._cli.files import is_partial, load
from refcycle._cli.output import print_json, print_paragraph
from refcycle._cli.terminal import bold, green, with_bar
from refcycle._cycles.groups import CycleGroup, first_groups, lines_on_rest, shown_part
from refcycle._text.numbers import counted

_GARBAGE = 1


@register
class Cycles(Command):
    """Shows cycles and what to cut."""

    name = "cycles"
    summary = "show the cycles of a dump and what to cut; exit with 1 if it has garbage"
    examples = ("heap.refcycle", "--all heap.refcycle")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the file and the options that select cycles."""
        add_json(parser)
        add_limit(parser, 10, "groups of equal cycles")
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--garbage",
            action="store_true",
            help="show only cycles that nothing outside them holds (the default)",
        )
        which.add_argument(
            "--all",
            action="store_true",
            help="also show cycles that are in use, the largest first",
        )
        parser.add_argument(
            "--classes",
            action="store_true",
            help="also show the cycles of classes with their own parts",
        )
        add_partial(parser)
        add_file(parser)

    def run(self, options: argparse.Namespace) -> int:
        """Print the cycles; return whether there is garbage."""
        graph = load(options.file, partial=options.partial)
        garbage = with_bar("looking for garbage", graph.unreachable)
        of_garbage = garbage.cycles(classes=options.classes)
        every = graph.cycles(classes=options.classes)
        in_use = len(every) - len(of_garbage)
        cycles = sorted(every, key=len, reverse=True) if options.all else of_garbage
        shown, count = first_groups(cycles, options.limit)
        if options.json:
            objects = [_data(group) for group in shown]
            counts = {"cycles": len(cycles), "in_use": in_use, "garbage_objects": len(garbage)}
            facts = {"partial": True} if is_partial(graph.metadata) else {}
            print_json({**counts, "groups": count, **facts, "shown": objects})
        else:
            part = shown_part(len(shown), count)
            held = counted(len(of_garbage), "cycle")
            if of_garbage or garbage:
                held += f" that nothing outside holds{'' if options.all else part}"
                print_paragraph(f"{held}; {counted(len(garbage), 'object')} of garbage")
            else:
                is_part = is_partial(graph.metadata)
                print_paragraph("no garbage in this part" if is_part else "no garbage")
            if in_use:
                print_paragraph(_line_on_those_in_use(in_use, options.all))
            if options.all and part:
                print_paragraph(f"{counted(len(cycles), 'cycle')}{part}")
            for group in shown:
                print()
                cycle, *advice = group.lines()
                print_paragraph(cycle, bold)
                for line in advice:
                    print_paragraph(line, green)
            rest = lines_on_rest(cycles, shown, count)
            if count > len(shown):
                rest[0] += ": use --limit to show them"
            if rest:
                print()
            for line in rest:
                print_paragraph(line)
        return _GARBAGE if len(garbage) else 0


def _line_on_those_in_use(count: int, are_shown: bool) -> str:
    used = f"{counted(count, 'cycle')} in use"
    return used if are_shown else f"{used}: use --all to show them"


def _data(group: CycleGroup) -> dict[str, object]:
    return {
        "cycles": len(group.sizes),
        "objects": len(group.example),
        "text": group.example.text,
        "signature": group.example.signature,
        "cut": group.advice.text if group.advice else "",
    }
