"""Examples of what grew: a chain that holds one of the objects, and how to fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.signature_census import type_name_of
from refcycle._objects.allocations import place_text
from refcycle._objects.types import Types
from refcycle._text.escapes import escaped, printable, text_for_stdout
from refcycle._text.numbers import counted
from refcycle._why.chains import Chain, Step
from refcycle.remedies import Remedy, remedies

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.holder_groups import HolderGroup
    from refcycle.liveness import Why

__all__ = [
    "Sample",
    "blocks_of",
    "heading",
    "sample_of",
    "samples_of",
    "shortest_chain",
    "with_other_fixes",
]

# The holder that is shown for an object that only a graph or a cycle holds.
_UNUSED = "only graphs or garbage"


class _Sample(NamedTuple):
    type_name: str
    chain: Chain


class Sample(_Sample):
    """A chain that holds one of the objects of a type that grew, with the name of the type.

    Attributes:
        type_name: The name of the type.
        chain: The chain of references to the object, as `ObjectGraph.why_all` finds it for the
            group of new objects of the type that retains most. Its steps have labels and no
            objects, so that it keeps none alive.
        remedies: The patterns that refcycle recognises in the chain, each with a fix.
    """

    remedies: tuple[Remedy, ...] = ()
    _is_put_in: bool = False
    """Whether these patterns would be recognised in an old object too: programs put objects of its
    kind into containers while they run."""
    _more: int | None = None
    """How many more of these objects there are than before; None if all are more."""
    _count: int | None = None
    """How many of these objects there are, if it is not known which of them are new."""

    @property
    def typename(self) -> str:
        """The former name of `type_name`."""
        return self.type_name

    @property
    def allocated_at(self) -> str | None:
        """The file and the line where the object was allocated, as in "/srv/app.py:12".

        None unless `tracemalloc` traced it. For graphs from files, the values that the files
        contain.
        """
        return self.chain.steps[-1].allocated_at

    @property
    def fixes(self) -> list[str]:
        """What to change in the program, a line for each of `remedies`."""
        return [escaped(f"{remedy.name}: {remedy.advice}") for remedy in self.remedies]

    def __str__(self) -> str:
        """Return the chain and how to fix it."""
        return text_for_stdout(self._text)

    def _text(self, *, ascii: bool = False) -> str:
        return "\n".join([self.chain.to_text(ascii=ascii), *self.fixes])


def heading(sample: Sample, count: int) -> str:
    """Return a line that says how many objects are held in the same way as the sample."""
    more = sample._more
    is_part = more is not None and more < count
    new = "new " if is_part and sample._count is None else ""
    objects = counted(count, f"{new}{printable(sample.type_name)} object")
    text = f"{objects} {'is' if count == 1 else 'are'} held like this"
    if is_part and more:
        at_most = "" if sample._count is not None else "at most "
        text += f" ({at_most}{more:,} more than before)"
    elif is_part:
        text += " (larger than the previous ones)"
    if sample.allocated_at is None:
        return text
    place = printable(place_text(sample.allocated_at))
    return f"{text}, {place}" if count == 1 else f"{text}, one of them {place}"


def blocks_of(
    samples: Sequence[Sample], headings: Sequence[str], *, ascii: bool = False
) -> Iterator[list[str]]:
    """Yield the texts on each sample: its heading, its chain, and how to fix it.

    A fix that several of them need is shown once.
    """
    known: set[tuple[Remedy, ...]] = set()
    for sample, text in zip(samples, headings, strict=True):
        lines = [f"{text}:", sample.chain.to_text(ascii=ascii), *sample.fixes]
        if sample.remedies in known:
            lines[2:] = ["the same fix cuts this chain"]
        elif sample.remedies:
            known.add(sample.remedies)
        yield lines


def with_other_fixes(samples: Iterable[Sample], known: Iterable[Sample] = ()) -> list[Sample]:
    """Return the samples with a fix that none of the others and none of `known` has."""
    fixes = {fix for sample in known for fix in sample.remedies}
    found = []
    for sample in samples:
        if not fixes.issuperset(sample.remedies):
            fixes.update(sample.remedies)
            found.append(sample)
    return found


def sample_of(group: HolderGroup, news: Callable[[Any], bool] | None = None) -> Sample | None:
    """Return a sample of a group of new objects; None if the group has no chain.

    `news` tells whether an object is new.
    """
    why = group.why
    if why is None:
        return None
    sample = Sample(type_name_of(group.example), shortest_chain(why, group.signature))
    types, unexplained = Types(why.graph), why.unexplained
    sample.remedies = remedies(
        why.chains, (), types, why.graph, unexplained, is_new=True, news=news
    )
    known = remedies(why.chains, (), types, why.graph, unexplained) if sample.remedies else ()
    sample._is_put_in = known == sample.remedies
    return sample


def samples_of(graph: ObjectGraph, objects: Sequence[object]) -> dict[str, Sample]:
    """Return a sample for each of these new objects, by the signatures of their chains."""
    if not objects:
        return {}
    groups: Iterable[HolderGroup] = graph.why_all(objects, limit=len(objects)).groups
    samples = {group.signature: sample_of(group) for group in groups}
    return {name: sample for name, sample in samples.items() if sample is not None}


def shortest_chain(why: Why, signature: str = "") -> Chain:
    """Return the shortest chain, without its objects; of garbage, one with this signature."""
    if not why.chains:
        step = Step(None, why.label, "", allocated_at=why.allocated_at)
        return Chain(_UNUSED, (step,), signature)
    [chain] = why.chains
    return chain._replace(steps=tuple(step._replace(object=None) for step in chain.steps))
