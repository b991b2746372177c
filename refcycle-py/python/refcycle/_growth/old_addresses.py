"""Who holds more objects of a type, where two files cannot tell which of them are new."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from refcycle._growth.held_groups import LEAST_SHARE, Samples
from refcycle._growth.samples import Sample, sample_of

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph
    from refcycle.holder_groups import SignatureRow, SignatureTable

__all__ = ["with_holders_by_number"]

# Many holders share such an object: another one has it when the first lets it go.
_SHARED = frozenset(["bytes", "code", "complex", "float", "frozenset", "int", "str", "tuple"])


def with_holders_by_number(
    found: Samples,
    before: ObjectGraph,
    after: ObjectGraph,
    allowed: Collection[str],
    number: int = 3,
) -> Samples:
    """Return the samples with a chain to objects of each type of which some are unknown.

    Of at most `number` types, the signature with the largest growth has a chain.

    All objects of these types are counted by signature in both files, new or not: whatever their
    addresses are, the signatures of which there are more have grown. What others lost may have
    moved, so only what a signature has got beyond all of that is known to be growth.
    """
    samples, unknown = list(found), []
    known = {one.chain.signature: one for one in found}
    examined = [name for name, _ in found.unknown if name not in _SHARED][:number]
    for name, count in found.unknown:
        if name not in examined:
            unknown.append((name, count))
            continue
        left = count
        earlier = _by_signature(before, name)
        later = _by_signature(after, name)
        lost = sum(max(0, row.count - _count_of(later, one)) for one, row in earlier.items())
        grown = {
            signature: more
            for signature, row in later.items()
            if signature not in allowed
            and (more := row.count - _count_of(earlier, signature)) - lost >= LEAST_SHARE * count
        }
        order = sorted(grown, key=lambda signature: (-grown[signature], signature))
        for signature in [one for one in order if one in known or one == order[0]]:
            sample = known.get(signature) or _sample_of(after, later[signature])
            if sample is None:
                continue
            # All of them count, not only those that are known to be new.
            sample._more = grown[signature]
            sample._count = later[signature].count
            explained = grown[signature] - lost - found.new.get(signature, 0)
            left -= max(0, explained)
            if signature not in known:
                samples.append(sample)
        if left >= LEAST_SHARE * count:
            unknown.append((name, left))
    made = Samples.of(samples, found.other_fixes, found.steady)
    made.unknown = tuple(unknown)
    return made


def _by_signature(graph: ObjectGraph, type_name: str) -> dict[str, SignatureRow]:
    """Return the objects of a type that are alive, by signature."""
    table: SignatureTable = graph.signatures(graph.find_by_typename(type_name))
    return {row.signature: row for row in table if not row.is_garbage}


def _count_of(rows: dict[str, SignatureRow], signature: str) -> int:
    row = rows.get(signature)
    return 0 if row is None else row.count


def _sample_of(graph: ObjectGraph, row: SignatureRow) -> Sample | None:
    """Return the chain to the example of a row."""
    [group] = graph.why_all([row.example], limit=1).groups
    return sample_of(group)
