"""Buffers that objects of the standard library own count with them."""

import bz2
import collections
import csv
import ctypes
import datetime
import hashlib
import io
import itertools
import lzma
import mmap
import queue
import sqlite3
import ssl
import sys
import threading
import xml.parsers.expat
import zlib
from pathlib import Path

import pytest
from helpers.hostile import TOUCHED, watched
from test_sizes import COUNT, traced_by

import refcycle
from refcycle import ObjectGraph

DATA = Path(__file__).parent / "data"
V = sys.version_info


def size(obj):
    return ObjectGraph([obj]).shallow_size(obj)


class Sink:
    def write(self, text):
        pass


class Text(io.StringIO):
    pass


class Point(ctypes.Structure):
    _fields_ = [("values", ctypes.c_double * 100)]


def text_stream(*parts):
    stream = io.StringIO()
    for part in parts:
        stream.write(part)
    return stream


def edited_stream():
    stream = text_stream("x" * 500)
    stream.seek(3)
    stream.write("y")
    return stream


def reader():
    made = csv.reader(["a" * 10_000])
    next(made)
    return made


def writer():
    made = csv.writer(SINK)
    made.writerow(["a" * 10_000])
    return made


def cleared(count):
    made = collections.deque(range(count))
    made.clear()
    return made


def full_queue():
    made = queue.SimpleQueue()
    for _ in range(1000):
        made.put(None)
    return made


def inflating(**options):
    made = zlib.decompressobj(**options)
    made.decompress(PACKED[options.get("wbits", 15)], 10)
    return made


def packed(wbits):
    made = zlib.compressobj(wbits=wbits)
    return made.compress(b"abc" * 1000) + made.flush()


SINK = Sink()
PACKED = {wbits: packed(wbits) for wbits in (9, 15)}
TARGET = ctypes.c_int(5)
ITEMS = ctypes.c_int * 777
KEPT = ITEMS()

MAKERS = {
    "StringIO": lambda: io.StringIO("x" * 1000),
    "edited StringIO": edited_stream,
    "subclass of StringIO": lambda: Text("x" * 1000),
    "array of ctypes": ITEMS,
    "small array of ctypes": ctypes.c_int * 2,
    "number of ctypes": lambda: ctypes.c_int(5),
    "struct of ctypes": Point,
    "pointer of ctypes": ctypes.POINTER(ctypes.c_int),
    "array from an address": lambda: ITEMS.from_address(ctypes.addressof(KEPT)),
    "resized array": lambda: resized(10_000),
    "compressor": zlib.compressobj,
    "small compressor": lambda: zlib.compressobj(wbits=9, memLevel=1),
    "decompressor": zlib.decompressobj,
    "bz2 compressor": lambda: bz2.BZ2Compressor(1),
    "best bz2 compressor": lambda: bz2.BZ2Compressor(9),
    "lock": threading.Lock,
    "reentrant lock": threading.RLock,
    "deque": lambda: cleared(0),
    "cleared deque": lambda: cleared(10_000),
    "limited deque": lambda: collections.deque(ITEMS_OF_DEQUE, maxlen=10),
    "moment": lambda: datetime.datetime(2000, 1, 1),
    "moment of a zone": lambda: datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc),
    "time": lambda: datetime.time(1),
    "time of a zone": lambda: datetime.time(1, tzinfo=datetime.timezone.utc),
}
ITEMS_OF_DEQUE = range(200)
if V >= (3, 12):
    MAKERS["appended StringIO"] = lambda: text_stream("x" * 100, "y" * 100)
    MAKERS["wide StringIO"] = lambda: text_stream("\u20ac" * 500, "\U0001f600")
if V >= (3, 13):
    # Before, the items are in a list, which counts on its own.
    MAKERS["queue"] = queue.SimpleQueue
    MAKERS["full queue"] = full_queue


def resized(bytes_):
    made = ITEMS()
    ctypes.resize(made, bytes_)
    return made


@pytest.mark.parametrize("name", MAKERS)
def test_as_tracemalloc(name):
    make = MAKERS[name]
    count = 20 if "bz2" in name else COUNT
    used = [make() for _ in range(count)]
    made = [None] * count

    def fill():
        for number in range(count):
            made[number] = make()

    _, noise = traced_by(lambda: None)
    _, traced = traced_by(fill)
    traced -= noise
    assert len(used) == len(made)
    taken = sum(ObjectGraph(made).shallow_sizes())
    assert abs(taken - traced) < 0.01 * traced + 2 * count
    assert not any(map(ObjectGraph(made).has_unknown_size, made[:3]))


def test_records_of_csv():
    # The records themselves are other objects.
    assert size(reader()) == size(csv.reader([])) + 16_384 * 4
    assert size(writer()) == size(csv.writer(SINK)) + 32_768 * 4


def test_windows_of_decompressors():
    new, small, large = zlib.decompressobj(), inflating(wbits=9), inflating()
    assert size(small) == size(new) + 2**9
    assert size(large) == size(new) + 2**15
    assert not ObjectGraph([large]).has_unknown_size(large)


@pytest.mark.parametrize("level", [1, 9])
def test_blocks_of_bz2(level):
    new, used = bz2.BZ2Decompressor(), bz2.BZ2Decompressor()
    used.decompress(bz2.compress(b"abc" * 1000, level), 10)
    # `malloc` allocates them, not Python.
    assert size(new) > 64_000
    assert 0 <= size(used) - size(new) - level * 400_000 < 100


def test_mapped_bytes():
    with mmap.mmap(-1, 7_000_000) as mapped:
        assert size(mapped) - sys.getsizeof(mapped) == 7_000_000 == len(mapped)
        mapped.resize(3_000_000)
        assert size(mapped) - sys.getsizeof(mapped) == 3_000_000
    assert size(mapped) == sys.getsizeof(mapped)
    assert not ObjectGraph([mapped]).has_unknown_size(mapped)


def test_only_the_owner_of_a_buffer_counts_it():
    owner = ctypes.create_string_buffer(100_000)
    views = [
        (ctypes.c_char * 100_000).from_buffer(owner),
        (ctypes.c_char * 100_000).from_address(ctypes.addressof(owner)),
        ctypes.cast(owner, ctypes.c_void_p),
        memoryview(owner),
    ]
    assert size(owner) > 100_000
    assert all(size(view) < 1000 for view in views)
    copied = (ctypes.c_char * 100_000).from_buffer_copy(owner)
    assert 100_000 < size(copied) < 101_000


def test_a_closed_stream_has_no_buffer():
    stream = io.StringIO("x" * 10_000)
    before = size(stream)
    stream.close()
    assert size(stream) <= before - 40_000 + 100


def lzma_compressor():
    return lzma.LZMACompressor(preset=0)


def connection():
    return sqlite3.connect(":memory:")


def context():
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.mark.parametrize(
    "make",
    [
        lzma_compressor,
        lzma.LZMADecompressor,
        connection,
        context,
        ssl.MemoryBIO,
        xml.parsers.expat.ParserCreate,
        lambda: hashlib.new("sha256"),
    ],
)
def test_what_a_library_keeps_to_itself_is_unknown(make):
    made = make()
    graph = ObjectGraph([made, SINK])
    assert graph.has_unknown_size(made)
    assert graph.shallow_size(made) > 0
    assert not graph.has_unknown_size(SINK)


@pytest.mark.parametrize(
    "obj", [[], {}, "text", 1, Sink, Sink(), len, sys, b"", collections.OrderedDict()]
)
def test_all_else_is_known(obj):
    assert not ObjectGraph([obj]).has_unknown_size(obj)


def test_a_file_says_which_sizes_are_unknown(tmp_path):
    made = [lzma_compressor(), hashlib.new("sha256"), io.StringIO("x"), []]
    ObjectGraph(made).save(tmp_path / "graph.refcycle")
    for name in ("graph.refcycle", "again.refcycle"):
        loaded = refcycle.load(tmp_path / name)
        saved = {obj.address: obj for obj in loaded}
        found = [loaded.has_unknown_size(saved[id(obj)]) for obj in made]
        assert found == [True, True, False, False]
        loaded.save(tmp_path / "again.refcycle")


def test_an_older_file_does_not_say_it():
    [older, *_] = sorted(DATA.glob("*.refcycle"))
    loaded = refcycle.load(older)
    assert {loaded.has_unknown_size(obj) for obj in itertools.islice(loaded, 20)} == {None}


def test_what_is_no_vertex_has_no_size():
    graph = ObjectGraph([[]])
    with pytest.raises(KeyError, match="list"):
        graph.has_unknown_size([])
    with pytest.raises(TypeError):
        graph.has_unknown_size()


def test_a_class_that_has_the_name_of_another_is_not_taken_for_it():
    for name in ("mmap.mmap", "_ctypes._CData", "_ssl._SSLContext"):
        made = type(name, (), {"__slots__": tuple("abcdefghijklmnopq")})()
        assert size(made) == sys.getsizeof(made)
        assert not ObjectGraph([made]).has_unknown_size(made)


class Mapping(mmap.mmap):
    """Would fail if the buffer protocol called the code of a class."""

    def __len__(self):
        raise AssertionError

    def __sizeof__(self):
        raise AssertionError

    def __buffer__(self, flags):
        raise AssertionError

    def __release_buffer__(self, view):
        raise AssertionError


def test_no_code_of_a_class_runs():
    with Mapping(-1, 100_000) as mapped:
        assert 100_000 < size(mapped) < 101_000
        assert list(ObjectGraph([mapped]).shallow_sizes()) == [size(mapped)]


def test_nothing_stays_exported():
    data = bytearray(1000)
    view = (ctypes.c_char * 1000).from_buffer(data)
    made = [view, mmap.mmap(-1, 1000), io.StringIO("x"), collections.deque(), zlib.compressobj()]
    references = list(map(sys.getrefcount, made))
    with watched():
        ObjectGraph(made).shallow_sizes()
    assert TOUCHED == []
    assert list(map(sys.getrefcount, made)) == references
    # Neither is possible while a buffer is exported.
    made[1].resize(500)
    made[1].close()
    del view, made
    data.extend(b"x" * 1000)
    assert len(data) == 2000
