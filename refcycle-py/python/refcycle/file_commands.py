"""The commands that answer from files of heaps."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import refcycle
from refcycle._tables import counted, printable, text_table
from refcycle._totals import totals

if TYPE_CHECKING:
    from refcycle._refcycle import LoadedGraph
    from refcycle.cuts import Cut
    from refcycle.liveness import Chain, Step, Why

__all__ = ["CommandError"]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+|\d+")


class CommandError(Exception):
    """What the command line asks for cannot be done; the text says why."""


def load(path: str) -> LoadedGraph:
    """Return the graph of a file; raise a CommandError when it cannot be read."""
    try:
        with progress(f"reading {path}"):
            return refcycle.load(path)
    except (OSError, ValueError, MemoryError) as error:
        raise _about(path, error) from error


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on a terminal what takes long, and take it back when it is done."""
    if not sys.stderr.isatty():
        yield
        return
    text = printable(f"{what} ...")
    print(text, end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r" + " " * len(text) + "\r", end="", file=sys.stderr, flush=True)


def print_json(data: object) -> None:
    """Print data as JSON, in lines."""
    print(json.dumps(data, indent=2))


def tell_top(path: str, count: int, *, as_json: bool) -> None:
    """Print what retains most, and which types take most."""
    graph = load(path)
    with progress("adding up what is retained"):
        largest = graph.top_retained(count)
    suspects = graph.leak_suspects() if len(graph) else []
    types = sorted(totals(graph).items(), key=lambda item: (-item[1][1], item[0]))
    if as_json:
        print_json(
            {
                "objects": len(graph),
                "bytes": sum(graph.shallow_sizes()),
                "retained": [
                    {
                        "address": found.vertex.address,
                        "label": found.vertex.label,
                        "size": found.shallow_size,
                        "retained_size": found.retained_size,
                        "retained_count": found.retained_count,
                    }
                    for found in largest
                ],
                "suspects": [
                    {
                        "type": found.type_name,
                        "objects": len(found.vertices),
                        "retained_size": found.retained_size,
                        "share": found.share,
                    }
                    for found in suspects
                ],
                "types": [
                    {"type": name, "count": number, "size": size}
                    for name, (number, size) in types[:count]
                ],
            }
        )
        return
    print(f"{len(graph):,} objects, {sum(graph.shallow_sizes()):,} bytes")
    print("\nwhat retains most:")
    rows = [
        (f"{found.retained_size:,}", f"{found.retained_count:,}", _line(found.vertex))
        for found in largest
    ]
    print(text_table(("bytes", "objects", "object"), rows))
    if suspects:
        print("\nleak suspects:")
        for found in suspects:
            share = f"{found.share:.0%} of all bytes"
            objects = counted(len(found.vertices), f"{printable(found.type_name)} object")
            print(f"  {objects}: {share}")
    print("\ntypes that take most by themselves:")
    rows = [(f"{size:,}", f"{number:,}", name) for name, (number, size) in types[:count]]
    print(text_table(("bytes", "objects", "type"), rows))


def _line(obj: Any) -> str:
    return f"{printable(obj.label)} (0x{obj.address:x})"


def tell_why(path: str, wanted: str, limit: int, *, as_json: bool) -> int:
    """Print why objects are alive, by an address or by the name of their type."""
    graph = load(path)
    found = _find(graph, wanted)
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
        print(f"\n0x{obj.address:x}: {_text(why)}")
    return 0


def _text(why: Why) -> str:
    return "\n".join(printable(line) for line in str(why).splitlines())


def _find(graph: LoadedGraph, wanted: str) -> list[Any]:
    if _ADDRESS.fullmatch(wanted):
        try:
            return [graph.at(int(wanted, 0))]
        except (KeyError, OverflowError, ValueError) as error:
            raise CommandError(f"no object of the file was at {wanted}") from error
    found = [obj for obj in graph if obj.type_name == wanted]
    found = found or graph.find_by_typename(wanted)
    if found:
        return found
    from difflib import get_close_matches  # later: an import costs time

    names = {obj.type_name.rpartition(".")[2] for obj in graph}
    close = get_close_matches(wanted.rpartition(".")[2], sorted(names), n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise CommandError(f"the file has no object of type {wanted}{hint}")


def _step_data(step: Step) -> dict[str, str]:
    return {"reference": step.reference, "label": step.label}


def _chain_data(chain: Chain) -> dict[str, Any]:
    return {"holder": chain.holder, "steps": [_step_data(step) for step in chain.steps]}


def tell_cycles(path: str, limit: int, *, garbage_only: bool, as_json: bool) -> int:
    """Print the cycles of a file with their cuts; return 1 if it has garbage in cycles."""
    graph = load(path)
    garbage = _garbage(graph)
    cycles = (garbage if garbage_only else graph).cycles()
    if not garbage_only:
        cycles.sort(key=len, reverse=True)
    shown = [(cycle, _advice(len(cycle), cycle.cut)) for cycle in cycles[:limit]]
    if as_json:
        print_json(
            {
                "cycles": len(cycles),
                "garbage_objects": len(garbage),
                "shown": [
                    {
                        "objects": len(cycle),
                        "text": cycle.text,
                        "signature": cycle.signature,
                        "cut": advice,
                    }
                    for cycle, advice in shown
                ],
            }
        )
    else:
        what = "cycles that nothing from outside holds" if garbage_only else "cycles"
        print(f"{len(cycles):,} {what}; {len(garbage):,} objects are garbage")
        for cycle, advice in shown:
            print(f"\n{counted(len(cycle), 'object')}: {printable(cycle.text)}")
            if advice:
                print(f"  to cut it: {printable(advice)}")
        if len(cycles) > limit:
            print(f"\nand {len(cycles) - limit:,} more: --limit says how many are shown")
    return 1 if len(garbage) else 0


# Cuts take time in proportion to the component.
_MOST_CUT = 20_000
# A component of many modules has hundreds.
_MOST_REFERENCES = 3


def _advice(size: int, cut: Callable[[], Cut]) -> str:
    if size > _MOST_CUT:
        return ""
    found = cut()
    shown = ", and ".join(dict.fromkeys(map(str, found.references[:_MOST_REFERENCES])))
    more = len(found.references) - _MOST_REFERENCES
    return shown + (f", and {more} more" if more > 0 else "")


def _garbage(graph: LoadedGraph) -> Any:
    """Return the part of a graph that nothing from outside leads to."""
    alive: set[int] = set()
    waiting = [obj for obj in graph if graph.external_references(obj) != 0]
    alive.update(map(id, waiting))
    while waiting:
        for child in graph.children(waiting.pop()):
            if id(child) not in alive:
                alive.add(id(child))
                waiting.append(child)
    return graph.full_subgraph([obj for obj in graph if id(obj) not in alive])


def tell_difference(before: str, after: str, *, as_json: bool) -> None:
    """Print what grew between two files of one process."""
    first, second = load(before), load(after)
    try:
        found = refcycle.diff(first, second)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if not as_json:
        print(found)
        return
    print_json(
        {
            "new": len(found.new),
            "gone": len(found.gone),
            "types": [row._asdict() for row in found.table],
            "samples": [
                {"type": sample.typename, "chain": str(sample.chain)} for sample in found.samples
            ],
        }
    )


# By the end of a file's name: how it is written.
_CONVERSIONS: dict[str, Callable[[LoadedGraph, str], object]] = {
    ".json": lambda graph, out: graph.export_json(out),
    ".graphml": lambda graph, out: graph.export_graphml(out),
    ".gexf": lambda graph, out: graph.export_gexf(out),
    ".cyjs": lambda graph, out: graph.export_cytoscape(out),
    ".csv": lambda graph, out: graph.export_csv(out),
    ".heapsnapshot": lambda graph, out: graph.export_heapsnapshot(out),
    ".html": lambda graph, out: graph.export_html(out),
    ".svg": lambda graph, out: graph.export_image(out),
    ".png": lambda graph, out: graph.export_image(out),
    ".pdf": lambda graph, out: graph.export_image(out),
    ".dot": lambda graph, out: graph.export_image(out),
    ".refcycle": lambda graph, out: graph.save(out),
    ".arrow": lambda graph, out: graph.save(out),
    ".feather": lambda graph, out: graph.save(out),
}


def convert(path: str, out: str) -> None:
    """Write a file in the format that the name of another one has."""
    found = [write for ending, write in _CONVERSIONS.items() if out.endswith(ending)]
    if not found:
        endings = ", ".join(_CONVERSIONS)
        raise CommandError(f"{out}: the format is not known; the name must end in {endings}")
    graph = load(path)
    _written(lambda: found[0](graph, out), out)
    print(f"{out}: {len(graph):,} objects")


def write_html(path: str, out: str, wanted: str | None) -> None:
    """Write the page on which a file can be explored."""
    graph = load(path)
    target = _find(graph, wanted)[0] if wanted else None
    _written(lambda: graph.export_html(out, target), out)
    print(f"{out}: open it in a browser")


def _written(write: Callable[[], object], out: str) -> None:
    try:
        write()
    except (OSError, ValueError, MemoryError) as error:
        raise _about(out, error) from error


def _about(path: str, error: Exception) -> CommandError:
    text = str(error)
    return CommandError(text if path in text else f"{path}: {text}")


def query(path: str, statement: str, *, as_json: bool) -> None:
    """Print the answer of DuckDB to a query over the tables `vertices` and `edges`."""
    try:
        import duckdb  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise CommandError(
            "sql needs DuckDB, which is not installed: pip install duckdb"
        ) from error
    tables = load(path).to_arrow()
    connection = duckdb.connect()
    vertices, edges = _for_duckdb(tables.vertices), _for_duckdb(tables.edges)
    connection.register("vertices", vertices)
    connection.register("edges", edges)
    try:
        answer = connection.execute(statement)
        names = [column[0] for column in answer.description]
        rows = answer.fetchall()
    except duckdb.Error as error:
        raise CommandError(str(error)) from error
    if as_json:
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str))
        return
    print("\t".join(names))
    for row in rows:
        print("\t".join(printable(str(value)) for value in row))


def _for_duckdb(table: Any) -> Any:
    """Return a table as DuckDB takes it: through pyarrow, which it needs for that."""
    try:
        import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise CommandError(
            "sql needs pyarrow beside DuckDB, which is not installed: pip install pyarrow"
        ) from error
    return pyarrow.table(table)


def dump(pid: int, path: str, timeout: float, *, values: bool) -> None:
    """Have a process write its heap into a file."""
    try:
        with progress(f"waiting for the dump of process {pid}"):
            refcycle.attach(pid, path, timeout=timeout, redact=not values)
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise CommandError(str(error)) from error


def attach(
    pid: int, keep: str | None, timeout: float, limit: int, *, values: bool, as_json: bool
) -> None:
    """Print what retains most in a process."""
    from tempfile import TemporaryDirectory  # later: an import costs time

    with TemporaryDirectory() as folder:
        path = keep or f"{folder}/heap.refcycle"
        dump(pid, path, timeout, values=values)
        tell_top(path, limit, as_json=as_json)


def run(asked: Any) -> int:
    """Do what the command line asks for; return the exit status."""
    commands: dict[str, Callable[[], int | None]] = {
        "top": lambda: tell_top(asked.file, asked.limit, as_json=asked.json),
        "why": lambda: tell_why(asked.file, asked.object, asked.limit, as_json=asked.json),
        "cycles": lambda: tell_cycles(
            asked.file, asked.limit, garbage_only=asked.garbage, as_json=asked.json
        ),
        "diff": lambda: tell_difference(asked.before, asked.after, as_json=asked.json),
        "html": lambda: write_html(asked.file, asked.output, asked.target),
        "convert": lambda: convert(asked.file, asked.output),
        "dump": lambda: dump(asked.pid, asked.output, asked.timeout, values=asked.values),
        "attach": lambda: attach(
            asked.pid,
            asked.output,
            asked.timeout,
            asked.limit,
            values=asked.values,
            as_json=asked.json,
        ),
        "sql": lambda: query(asked.file, asked.query, as_json=asked.json),
    }
    try:
        status = commands[asked.command]() or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads has seen enough, as `head` does. What is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except CommandError as error:
        text = "\n".join(printable(line) for line in str(error).splitlines())
        print(f"refcycle: {text}", file=sys.stderr)
        return 2
