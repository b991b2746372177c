"""The summaries of dumps that were read before: a Parquet file for each dump."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from refcycle._fleet.sources import SUMMARY, Source, is_url
from refcycle._fleet.summaries import PURPOSE, columns, encodable
from refcycle._refcycle import VERSION
from refcycle._tables.packages import package
from refcycle._tables.parquet import write_table

__all__ = ["Index"]

_KEY = b"refcycle.source"


class Index:
    """Summaries beside the dumps, or in a folder."""

    def __init__(self, folder: str | None, scratch: str) -> None:
        """Keep summaries in a folder; those without a place go to `scratch`.

        Without a folder, the summary of a file is beside it, and a remote file has no place.
        """
        self._folder = folder
        self._scratch = scratch
        self._parquet = package("pyarrow.parquet", PURPOSE)
        if folder is not None:
            os.makedirs(folder, exist_ok=True)

    def known(self, source: Source) -> str | None:
        """Return the path of the summary of a dump that has not changed since; None if none."""
        path = self._place(source)
        try:
            metadata = self._parquet.read_schema(path).metadata or {}
        except (OSError, ValueError):
            return None
        return path if metadata.get(_KEY) == _stamp(source) else None

    def add(self, source: Source, batch: Any) -> str:
        """Write the summary of a dump; return its path."""
        table = package("pyarrow", PURPOSE).Table.from_batches([batch])
        table = table.replace_schema_metadata({_KEY: _stamp(source)})
        path = self._place(source)
        try:
            write_table(table, path)
        except OSError:
            if self._folder is not None:
                raise
            # The folder of the dump is read-only.
            path = self._named(self._scratch, source)
            write_table(table, path)
        return path

    def _place(self, source: Source) -> str:
        if self._folder is not None:
            return self._named(self._folder, source)
        # DuckDB opens no file whose name is not UTF-8.
        if is_url(source.name) or encodable(source.name) != source.name:
            return self._named(self._scratch, source)
        return source.name + SUMMARY

    def _named(self, folder: str, source: Source) -> str:
        name = source.name if is_url(source.name) else os.path.abspath(source.name)
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
        return os.path.join(folder, digest + SUMMARY)


def _stamp(source: Source) -> bytes:
    """Return what changes with a dump, and with what a summary is."""
    return json.dumps([VERSION, list(columns()), source.version]).encode()
