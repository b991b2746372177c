"""Ready queries for `refcycle sql`, by name."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["QUERIES", "Query"]


class Query(NamedTuple):
    """A query that needs no SQL from its user."""

    summary: str
    statement: str
    needs: str = ""
    """What the dumps need to have, if there are no rows."""
    compares_dumps: bool = False
    """Whether it compares the dumps of each process: there has to be one with two of them."""


# A label is the kind of an object and its name, on two lines.
_LABEL = "replace({}label, chr(10), ' ') as label"
_STRINGS = (
    "strings, bytes and numbers are only in dumps of `snapshot(untracked=True)` and of "
    "`refcycle dump` without --tracked-only"
)
# The numbers of the first and the last file of each process that has several.
_ENDS = (
    "with ends as (select process, min(number) as first, max(number) as last from files "
    "group by process having count(*) > 1)"
)
_UNCHANGED = "nothing changed between the dumps"
_BY_SIZE = "order by bytes desc, count desc, {} limit 50"

QUERIES = {
    "allocations": Query(
        "lines that allocated most bytes, if tracemalloc was tracing",
        "select allocated, type, count(*) as count, sum(size)::bigint as bytes from objects "
        f"where allocated is not null group by all {_BY_SIZE.format('allocated, type')}",
        "tracemalloc has to trace before the objects are made, as with PYTHONTRACEMALLOC=1",
    ),
    "common-types": Query(
        "types by the number of files that have them, with the fewest and most objects in a file",
        "select type, count(*) as files, min(number) as fewest, max(number) as most "
        "from (select file, type, count(*) as number from vertices group by all) "
        "group by type order by files desc, most desc, type limit 50",
    ),
    "containers": Query(
        "the largest lists, tuples, dicts and sets themselves",
        f"select file, address, {_LABEL.format('')}, size, retained from objects "
        "where kind in ('list', 'tuple', 'dict', 'set') "
        "order by size desc, file, vertex limit 50",
    ),
    "coroutines": Query(
        "suspended coroutines, generators and tasks that are not done, by place",
        "select type, name, place, state, count(*) as count, max(retained) as most_retained "
        "from objects where state in ('suspended', 'pending') group by all "
        "order by count desc, type, name, place limit 50",
    ),
    "duplicate-strings": Query(
        "equal strings that exist several times; in a redacted file, by their lengths",
        "select type, label, count(*) as count, sum(saved)::bigint as bytes from objects "
        "where waste = 'duplicate' and type in ('str', 'bytes') group by all "
        f"{_BY_SIZE.format('label')}",
        _STRINGS,
    ),
    "files": Query(
        "the files, with their processes, versions and sizes",
        "select number, file, application, host, pid, time, python, objects, bytes from files "
        "order by number",
    ),
    "garbage": Query(
        "garbage that a collection would free, by how its cycles hold it",
        "select file, signature, count, bytes, retained from signatures where is_garbage "
        "order by retained desc, signature, file limit 50",
    ),
    "growth-of-signatures": Query(
        "growth from the first file of each process to its last one, by how objects are held",
        f"{_ENDS}, numbered as (select process, signature, number, count, retained "
        "from signatures join files using (file)) "
        "select signature, (sum(case number when last then count else -count end))::bigint "
        "as count, (sum(case number when last then retained else -retained end))::bigint "
        "as retained from numbered join ends using (process) where number in (first, last) "
        "group by signature having retained <> 0 or count <> 0 "
        "order by retained desc, count desc, signature limit 50",
        _UNCHANGED,
        compares_dumps=True,
    ),
    "growth-of-types": Query(
        "growth from the first file of each process to its last one, by type",
        f"{_ENDS}, numbered as (select process, type, number, size from vertices "
        "join files using (file)) "
        "select type, (sum(case number when last then 1 else -1 end))::bigint as count, "
        "(sum(case number when last then size::bigint else -size::bigint end))::bigint as bytes "
        "from numbered join ends using (process) where number in (first, last) group by type "
        f"having bytes <> 0 or count <> 0 {_BY_SIZE.format('type')}",
        _UNCHANGED,
        compares_dumps=True,
    ),
    "holders-outside": Query(
        "what holds objects from outside the graph: threads, C code, modules",
        'select "group", holder, count(*) as count, sum(retained)::bigint as retained '
        "from roots group by all order by retained desc, holder limit 50",
    ),
    "modules-by-bytes": Query(
        "bytes of the objects by the module of their type",
        "select module, count(*) as count, sum(size)::bigint as bytes from vertices "
        f"group by module {_BY_SIZE.format('module')}",
    ),
    "modules-by-retained": Query(
        "imported modules that retain most",
        "select file, name, retained from objects where kind = 'module' "
        "order by retained desc, name, file limit 50",
    ),
    "most-referenced": Query(
        "objects with most references from other objects",
        f"select v.file, v.id, v.type, {_LABEL.format('v.')}, count(*) as references_to_it "
        "from edges as e join vertices as v on v.file = e.file and v.vertex = e.head group by all "
        "order by references_to_it desc, v.file, v.id limit 50",
    ),
    "most-references": Query(
        "objects that refer to most other objects",
        f"select v.file, v.id, v.type, {_LABEL.format('v.')}, count(*) as its_references "
        "from edges as e join vertices as v on v.file = e.file and v.vertex = e.tail group by all "
        "order by its_references desc, v.file, v.id limit 50",
    ),
    "retainers": Query(
        "objects that retain most",
        f"select file, address, {_LABEL.format('')}, owner, size, retained from objects "
        "order by retained desc, file, vertex limit 50",
    ),
    "retainers-by-module": Query(
        "of each module, the three instances of its types that retain most",
        f"select module, file, address, {_LABEL.format('')}, retained from objects "
        "where kind = 'instance' qualify row_number() over "
        "(partition by module order by retained desc, file, vertex) <= 3 "
        "order by max(retained) over (partition by module) desc, module, retained desc limit 50",
    ),
    "signatures": Query(
        "objects by how they are held",
        "select signature, count(distinct file) as files, sum(count)::bigint as count, "
        "sum(bytes)::bigint as bytes, sum(retained)::bigint as retained from signatures "
        "group by signature order by retained desc, signature limit 50",
    ),
    "threads": Query(
        "threads by what their running calls retain",
        "select file, holder, count(*) as calls, sum(retained)::bigint as retained from roots "
        "where \"group\" = 'threads' group by all order by retained desc, file, holder limit 50",
    ),
    "types-by-bytes": Query(
        "types by the bytes of their objects",
        "select type, count(*) as count, sum(size)::bigint as bytes from vertices "
        f"group by type {_BY_SIZE.format('type')}",
    ),
    "types-by-count": Query(
        "types by the number of their objects",
        "select type, count(*) as count, sum(size)::bigint as bytes from vertices "
        "group by type order by count desc, bytes desc, type limit 50",
    ),
    "types-by-references": Query(
        "types of objects with the most references to them",
        "select type, count(*) as count, max(reference_count) as most_references from objects "
        "where reference_count is not null group by type "
        "order by most_references desc, type limit 50",
    ),
    "unknown-sizes": Query(
        "objects that own memory whose size is unknown, by type",
        "select type, count(*) as count from objects where has_unknown_size group by type "
        "order by count desc, type limit 50",
    ),
    "values": Query(
        "the largest strings, bytes and numbers",
        "select file, address, type, label, size from objects where kind = 'value' "
        "order by size desc, file, vertex limit 50",
        _STRINGS,
    ),
    "waste": Query(
        "bytes that the program could save, by reason and type",
        "select waste, type, count(*) as count, sum(saved)::bigint as bytes from objects "
        f"where waste is not null group by all {_BY_SIZE.format('waste, type')}",
    ),
}
"""The queries by name."""
