"""Who holds more objects of a type, where two files cannot tell which of them are new."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from refcycle._growth.held_groups import LEAST_SHARE, LEAST_UNKNOWN, Samples
from refcycle._growth.samples import Sample, sample_of
from refcycle._growth.signature_census import type_name_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.differences import GrowthTable
    from refcycle.holder_groups import SignatureRow

    _Rows = dict[str, SignatureRow]

__all__ = ["with_holders_by_number"]

# Many holders share such an object: another one has it when the first lets it go.
_SHARED = frozenset(["bytes", "code", "complex", "float", "frozenset", "int", "str", "tuple"])


def with_holders_by_number(
    found: Samples,
    before: ObjectGraph,
    after: ObjectGraph,
    table: GrowthTable,
    allowed: Collection[str],
    number: int = 3,
) -> Samples:
    """Return the samples, with the numbers of all objects that are held like them, new or not.

    Whatever the addresses are, the signatures that more objects have than before have grown. A
    container that another one took the place of may have no more of them: it loses its chain. Of
    at most `number` types of which some objects are unknown, the signature with the largest growth
    gets one. What others lost may have moved, so only what it has got beyond that counts.
    """
    unknown = dict(found.unknown)
    examined = [name for name in unknown if name not in _SHARED][:number]
    doubtful = [
        one
        for one in found
        if found.new.get(one.chain.signature)
        and (one.chain.signature in found.partial or one.type_name not in _SHARED)
    ]
    names = dict.fromkeys([*examined, *(one.type_name for one in doubtful)])
    if not names:
        return found
    samples, steady = list(found), set(found.steady)
    earlier, later = (_by_type_and_signature(graph, names) for graph in (before, after))
    totals = {row.type_name: row.count for row in table}
    for name in names:
        growth = {
            signature: _count(later[name], signature) - _count(earlier[name], signature)
            for signature in earlier[name].keys() | later[name].keys()
        }
        lost = sum(-more for more in growth.values() if more < 0)
        for sample in (one for one in doubtful if one.type_name == name):
            signature = sample.chain.signature
            more, known = growth.get(signature, 0), found.new[signature]
            if more <= 0:
                samples.remove(sample)
                steady.add(signature)
            elif more < known or more - lost > known or signature in found.partial:
                sample._more, sample._count = more, _count(later[name], signature)
        explained = {one.chain.signature for one in samples}
        explained |= {signature for signature, known in found.new.items() if known > 0} - steady
        left = totals[name] - sum(max(0, growth.get(one, 0)) for one in explained)
        if name not in _SHARED and left >= LEAST_UNKNOWN:
            least = lost + LEAST_SHARE * left
            others = [one for one, more in growth.items() if more >= least and one not in allowed]
            others = [one for one in others if one not in explained]
            if others:
                largest = min(others, key=lambda one: (-growth[one], one))
                row = later[name][largest]
                if sample_of_it := _sample_of(after, row):
                    sample_of_it._more, sample_of_it._count = growth[largest], row.count
                    samples.append(sample_of_it)
                    left -= growth[largest]
        unknown.pop(name, None)
        if left >= max(LEAST_UNKNOWN, LEAST_SHARE * totals[name]):
            unknown[name] = left
    made = Samples.of(samples, found.other_fixes, frozenset(steady))
    made.unknown = tuple(
        (row.type_name, unknown[row.type_name]) for row in table if row.type_name in unknown
    )
    return made


def _by_type_and_signature(graph: ObjectGraph, names: Iterable[str]) -> dict[str, _Rows]:
    """Return the objects of some types that are alive, by type and signature."""
    found: dict[str, _Rows] = {name: {} for name in names}
    objects = [obj for name in found for obj in graph.find_by_typename(name)]
    for row in graph.signatures(objects):
        if not row.is_garbage:
            found[type_name_of(row.example)][row.signature] = row
    return found


def _count(rows: _Rows, signature: str) -> int:
    row = rows.get(signature)
    return 0 if row is None else row.count


def _sample_of(graph: ObjectGraph, row: SignatureRow) -> Sample | None:
    """Return the chain to the example of a row."""
    [group] = graph.why_all([row.example], limit=1).groups
    return sample_of(group)
