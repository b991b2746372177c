"""How new objects are held: chains to a few of them, and all signatures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from refcycle._growth.samples import Sample, sample_of, with_other_fixes
from refcycle._growth.signature_census import type_name_of
from refcycle.holder_groups import SignatureRow, SignatureTable

if TYPE_CHECKING:
    from refcycle.differences import GrowthTable
    from refcycle.holder_groups import HolderGroup

__all__ = ["LEAST_SHARE", "LEAST_UNKNOWN", "HeldGroups", "Samples"]

# Of objects that other fixes free, besides those of the types that grew most.
_FEWEST_OTHER_FIXES = 3
_MOST_EXAMINED = 60
# Types with fewer objects that no new ones explain, or a smaller share, are not named.
LEAST_UNKNOWN = 10
LEAST_SHARE = 0.1
_MOST_UNKNOWN = 3
# The groups of a type that are examined before further groups of all types.
_FIRST_OF_TYPE = 3


class Samples(tuple[Sample, ...]):
    """Samples, with what they leave out: other fixes, steady holders and unknown objects."""

    other_fixes = 0
    unknown: tuple[tuple[str, int], ...] = ()
    """Types of which there are more objects than the new ones explain, and by how many."""
    new: Mapping[str, int] = MappingProxyType({})
    """Of files: by signature, how many more objects there are, as far as the new ones tell."""
    partial: frozenset[str] = frozenset()
    """Of files: the signatures of which only some of the new objects are more than before."""
    steady: frozenset[str] = frozenset()
    """The signatures of chains whose holders let go as much as they got, and of refcycle's own."""

    @classmethod
    def of(
        cls,
        samples: Iterable[Sample],
        other_fixes: int = 0,
        steady: frozenset[str] = frozenset(),
    ) -> Samples:
        made = cls(samples)
        made.other_fixes = other_fixes
        made.steady = steady
        return made


class NetGrowth(NamedTuple):
    """By how much more objects a group of new objects has than its holders had before."""

    count: int  # type: ignore[assignment]  # a tuple has a method of this name
    size: int
    weight: int
    """The part of what the group retains that is growth."""


class HeldGroups:
    """How objects are held, without those that are allowed.

    `grown` has how much each group has grown. What refcycle itself holds has not. `news` tells
    whether an object is new, if that is known.
    """

    def __init__(
        self,
        groups: Sequence[HolderGroup],
        allowed: Collection[str],
        grown: Iterable[tuple[int, int, int]],
        news: Callable[[Any], bool] | None = None,
    ) -> None:
        self.signatures_allowed = allowed
        self._news = news
        # Garbage is nothing that a program means to keep.
        self.allowed: list[HolderGroup] = []
        self.groups: list[HolderGroup] = []
        for group in groups:
            is_allowed = group.signature in allowed and not group.is_garbage
            (self.allowed if is_allowed else self.groups).append(group)
        known = zip(groups, grown, strict=True)
        self._grown = {(one.signature, one.is_garbage): NetGrowth(*net) for one, net in known}

    def _growth_of(self, group: HolderGroup) -> NetGrowth:
        return self._grown[group.signature, group.is_garbage]

    def _sample_of(self, group: HolderGroup) -> Sample | None:
        sample = sample_of(group, self._news)
        if sample is not None:
            sample._more = self._growth_of(group).count
        return sample

    @property
    def _steady(self) -> frozenset[str]:
        grown = self._grown.items()
        return frozenset(name for (name, _), net in grown if net.count == net.size == 0)

    def samples(self, table: GrowthTable, number: int) -> Samples:
        """Return the chain to one object of each of the types that grew most.

        Then come chains of other new objects that have another fix. If nothing of what is new is
        alive, the cycles of garbage are the answer. What only replaces other objects has no chain.
        """
        # A frame is there because it runs, not because something has grown.
        names = [row.type_name for row in table if row.count > 0 and row.type_name != "frame"]
        alive: dict[str, list[HolderGroup]] = {}
        garbage: dict[str, list[HolderGroup]] = {}
        for group in sorted(self.groups, key=lambda one: -self._growth_of(one).weight):
            if group.why is not None:
                groups = garbage if group.is_garbage else alive
                groups.setdefault(type_name_of(group.example), []).append(group)
        known = alive if any(name in alive for name in names) else garbage
        first = [known[name][0] for name in names if name in known][:number]
        found = [sample for group in first if (sample := self._sample_of(group)) is not None]
        if number == 0 or known is garbage:
            return Samples.of(found, 0, self._steady)
        of_types = [known[name] for name in names if name in known]
        rest = [one for groups in of_types for one in groups[:_FIRST_OF_TYPE]]
        rest += [one for groups in of_types for one in groups[_FIRST_OF_TYPE:]]
        shown = {group.signature for group in first}
        # A single object is no growth.
        rest = [one for one in rest if one.count > 1 and one.signature not in shown]
        rest = rest[:_MOST_EXAMINED]
        others = [sample for group in rest if (sample := self._sample_of(group)) is not None]
        others = with_other_fixes(others, found)
        most = max(_FEWEST_OTHER_FIXES, number)
        return Samples.of([*found, *others[:most]], max(0, len(others) - most), self._steady)

    def samples_in_files(self, table: GrowthTable, number: int) -> Samples:
        """Return the samples of a comparison of files, and what they leave unknown.

        Files tell objects apart by their addresses: a new object at the address of one of its type
        that went is not new to them. Where more objects are unknown than a holder has got beyond
        those that it let go, it may have got none, and has no chain.
        """
        unknown = self._unknown(table)
        found = self.samples(table, number)
        doubtful = {
            group.signature
            for group in self.groups
            if (more := self._growth_of(group).count) < group.count
            and more < unknown.get(type_name_of(group.example), 0)
        }
        sure = (sample for sample in found if sample.chain.signature not in doubtful)
        made = Samples.of(sure, found.other_fixes, found.steady | doubtful)
        large = {row.type_name: max(LEAST_UNKNOWN, LEAST_SHARE * row.count) for row in table}
        named = ((name, count) for name, count in unknown.items() if count >= large[name])
        made.unknown = tuple(islice(named, _MOST_UNKNOWN))
        made.new = {
            group.signature: self._growth_of(group).count
            for group in (*self.groups, *self.allowed)
            if not group.is_garbage
        }
        made.partial = frozenset(
            group.signature
            for group in self.groups
            if 0 < self._growth_of(group).count < group.count and not group.is_garbage
        )
        return made

    def _unknown(self, table: GrowthTable) -> dict[str, int]:
        """Return how many more objects of each type there are than the new ones explain."""
        known: dict[str, int] = {}
        for group in (*self.groups, *self.allowed):
            name = type_name_of(group.example)
            known[name] = known.get(name, 0) + self._growth_of(group).count
        return {row.type_name: row.count - known.get(row.type_name, 0) for row in table}

    def signatures(self) -> SignatureTable:
        """Return the groups as a table."""
        return SignatureTable(
            SignatureRow(*group[:5], is_garbage=group.is_garbage) for group in self.groups
        )
