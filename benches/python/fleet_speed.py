"""How long the summary of a dump takes, and the reduction of a thousand: processor time.

    python benches/python/fleet_speed.py

Needs refcycle, pyarrow and DuckDB.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

import pyarrow
from pyarrow import parquet

import refcycle
from refcycle.fleet import reduce, summarise

_T = TypeVar("_T")

SESSIONS = 120_000
NAMES = 1000


class Session:
    """Some seven objects."""

    def __init__(self, number: int) -> None:
        self.user = f"user {number}"
        self.data = {"number": number, "list": [number, number + 1]}


def timed(what: str, function: Callable[[], _T]) -> _T:
    """Call a function; print what it does and the seconds."""
    start = time.process_time()
    result = function()
    print(f"{what}: {time.process_time() - start:.1f} s")
    return result


def main() -> None:
    """Measure both."""
    sessions = [Session(number) for number in range(SESSIONS)]
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "heap.refcycle")
        refcycle.dump(dump)
        batch = timed("summary", lambda: summarise(dump))
        objects = batch["objects"][0].as_py()
        print(f"{objects:,} objects with {len(sessions):,} sessions, {batch.num_rows} rows")
        table = pyarrow.Table.from_batches([batch])
        summaries = os.path.join(folder, "summaries")
        os.mkdir(summaries)
        for number in range(NAMES):
            one = table
            for column in ("process", "file"):
                name = pyarrow.array([f"{column} {number}"] * len(table))
                one = one.set_column(table.schema.get_field_index(column), column, name)
            parquet.write_table(one, os.path.join(summaries, f"{number}.parquet"))
        report = timed("reduction", lambda: reduce(summaries))
        print(repr(report))


if __name__ == "__main__":
    main()
