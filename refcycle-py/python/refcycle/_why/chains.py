"""Chains of references that keep an object alive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from refcycle._text.escapes import escaped, text_for_stdout
from refcycle._text.numbers import counted
from refcycle._why.repetitions import Repetition, folded

__all__ = ["Chain", "Step"]


class Step(NamedTuple):
    """An object of a chain.

    Attributes:
        object: The object; `None` in samples of `diff`, `leaks` and `watch`.
        label: A description in one line, as in "function load at app.py:12" or "list (3 items)".
        reference: How the previous object refers to it, as in "local 'job'"; empty for the first.
        kind: The kind of that reference: "attribute", "item", "key", "value", "element", "local",
            or one of the rarer kinds that the guide lists; empty where nothing is known.
        name: The name of the attribute or variable, or the `repr` of the key.
        detail: The index of an item.
        allocated_at: The file and the line where the object was allocated, as in "/srv/app.py:12";
            None unless `tracemalloc` traced it. For an object from a file, the value that the file
            contains.
    """

    object: object
    label: str
    reference: str
    kind: str = ""
    name: str | None = None
    detail: int | None = None
    allocated_at: str | None = None


class Chain(NamedTuple):
    """References that keep an object alive, from an owner outside to the object.

    Attributes:
        holder: The holder of the first object, as in "running in thread MainThread".
        steps: The objects; the last one is the object itself. The `__dict__` of an object or a
            module is left out: its entries are shown as attributes.
        signature: The chain for comparisons, as in `module app.pool -> list[*] -> app.Session`:
            types and names of references, without indices, keys, addresses and lengths, and with
            repetitions folded. It is the same in every run, live and from a file.
        kind: The kind of the holder: "program", "library", "interpreter" (thread locals, caches
            and the import system), "C code", "tool" (a test runner, a prompt, a debugger), or
            "outside" (the rest of the snapshot, or C code, if the graph is a part of one).
    """

    holder: str
    steps: tuple[Step, ...]
    signature: str = ""
    kind: str = "program"

    def to_text(self, *, ascii: bool = False) -> str:
        """Return the chain as text, drawn with ASCII characters if `ascii` is true."""
        lines = lines_of(self, unicode=not ascii)
        return "\n".join(escaped(branches + text) for branches, text in lines)

    def __str__(self) -> str:
        return text_for_stdout(self.to_text)


def lines_of(chain: Chain, *, unicode: bool) -> Iterable[tuple[str, str]]:
    """Yield the branch characters and the text of each line: the holder, then each step."""
    branch, arrow = ("└─ ", " → ") if unicode else ("`- ", " -> ")
    yield "", chain.holder
    *before, last = without_closures(chain.steps)
    depth = 0
    for step in folded(before):
        if isinstance(step, Repetition):
            text = repetition_text(step)
        else:
            text = (step.reference + arrow if step.reference else "") + step.label
        yield "   " * depth + branch, text
        depth += 1
    reference = last.reference + arrow if last.reference else ""
    yield "   " * depth + branch, reference + "this object"


def without_closures(steps: Sequence[Step]) -> Iterable[Step]:
    """Yield the steps without the tuple and the cell between a function and its variable."""
    hidden = {
        place
        for place, step in enumerate(steps[:-2])
        if place and step.name == "__closure__" and steps[place + 2].name == "cell_contents"
    }
    for place, step in enumerate(steps):
        if place not in hidden and place - 1 not in hidden:
            yield step


def repetition_text(repetition: Repetition) -> str:
    """Return the text shown in place of the steps that are left out."""
    like = "this" if repetition.period == 1 else f"the last {repetition.period}"
    return f"... {counted(repetition.count, 'more step')} like {like} ..."
