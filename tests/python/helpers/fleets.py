"""Dumps of several processes of one application, written by this process."""

import os
import signal
import sys
import types
from array import array
from types import SimpleNamespace

import refcycle
from refcycle._dumps import description, residue
from refcycle._fleet import analysis, summaries
from refcycle._fleet.engines import summarised


def read_or_die(name):
    """Stand for the task of a process that is killed when it reads a certain file."""
    from refcycle._fleet.engines import Outcome

    if name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "broken":
        os._exit(1)
    if name == "missing":
        raise ImportError("no package")
    return Outcome(name, name.encode(), "")


SHOP = """
class Session(bytearray):
    pass

class Order(bytearray):
    pass

class Page:
    pass

sessions, pages, orders = [], [], {}
"""


class Fleet:
    """Writes dumps of the module `shop`, as if they came from several processes."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self._patch = monkeypatch
        self._patch.setattr(description, "_original", None)
        self._patch.delenv("REFCYCLE_LABELS", raising=False)
        # Processes take time: the tests of these start them.
        self._patch.setattr(analysis, "in_processes", lambda names, _: map(summarised, names))

    def dump(self, name, *, pid=1, hour=0, earlier=0, sessions=100, orders=0, pages=20, labels=""):
        """Write the dump of a process that has so many objects; return the path.

        `earlier` is the number of dumps that the process wrote before.
        """
        shop = types.ModuleType("shop")
        self._patch.setitem(sys.modules, "shop", shop)
        exec(SHOP, vars(shop))
        shop.sessions.extend(shop.Session(50) for _ in range(sessions))
        shop.pages.extend(shop.Page() for _ in range(pages))
        shop.orders.update((number, shop.Order(400)) for number in range(orders))
        self._patch.setattr(description, "_original", pid)
        self._patch.setattr(residue, "_seen", array("q", [earlier, 0]))
        self._patch.setenv("REFCYCLE_LABELS", labels)
        stamp = f"2026-11-29T{hour:02}:00:00Z"
        clock = SimpleNamespace(strftime=lambda *_: stamp, gmtime=lambda *_: None)
        self._patch.setattr(description, "time", clock)
        path = self.folder / name
        refcycle.ObjectGraph(_objects(shop)).save(path)
        return path


def write_summary(folder, process, count, application="shop", number=0, **facts):
    """Write the summary of a dump with one signature; return its path and the name of the dump.

    `number` is the number of earlier dumps of the process.
    """
    import pyarrow
    from pyarrow import parquet

    name = f"{process}-{number}" if number else str(process)
    row = {
        "file": name,
        "application": application,
        "process": str(process),
        "time": "2026-11-29T00:00:00Z",
        "earlier_dumps": number,
        "objects": 10_000,
        "heap_bytes": 1_000_000,
        "is_garbage": False,
        "signature": "module shop.orders -> dict",
        "type": "dict",
        "count": count,
        "shallow": count * 100,
        "retained": count * 100,
        **facts,
    }
    path = str(folder / f"{name}.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([row], schema=summaries.schema()), path)
    return {path: name}


def _objects(shop):
    """Yield them: a list would hold them while their references are counted."""
    yield from (shop, vars(shop), shop.sessions, shop.pages, shop.orders)
    yield from (shop.Session, shop.Order, shop.Page)
    yield from shop.sessions
    yield from shop.pages
    yield from shop.orders.values()
