"""Measure loading a large file: processor time, and peak resident memory per object.

    python benches/python/large_file.py OBJECTS [PATH]

Needs a Python with refcycle, numpy and pyarrow installed. The file is generated: a tree of
lists, tuples, dicts and instances of eight references each, in which every second object also
refers to an earlier one. One object in 100,000 is an `app.Rare`. With a PATH, the file is kept:
ask `refcycle top PATH` and `refcycle why PATH Rare`. Loading runs in a separate process, with
`check=False` and `check=True`; its memory is that above the interpreter's own.
"""

import os
import subprocess
import sys
import tempfile

import numpy
import pyarrow

LOADING = """
import sys, time
import refcycle


def memory(name):
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(name))


before = memory("VmRSS")
start = time.process_time()
graph = refcycle.load(sys.argv[1], check=sys.argv[2] == "True")
seconds = time.process_time() - start
print(f"{seconds:.2f} s, {(memory('VmHWM') - before) / len(graph):.1f} bytes an object")
"""

ROWS = 1 << 17
FAN = 8
RARE = 100_000

TYPES = ["module", "list", "app.Node", "dict", "tuple", "app.Rare"]
KINDS = ["module", "list", "instance", "dict", "tuple", "instance"]
LABELS = [
    "module\napp",
    "object\napp.Node",
    "object\napp.Rare",
    *(f"{word}[{length}]" for word in ("list", "dict", "tuple") for length in range(100)),
]
REFERENCE_KINDS = ["attribute", "item"]
REFERENCES = [*(f"field_{number}" for number in range(50)), *(f"item[{n}]" for n in range(1000))]

TEXT = pyarrow.dictionary(pyarrow.uint32(), pyarrow.large_string())
NUMBER = pyarrow.uint32()


def list_of(element, nullable):
    return pyarrow.list_(pyarrow.field("item", element, nullable=nullable))


HOLDER = [("group", pyarrow.string()), ("holder", pyarrow.string())]
ROOTS = list_of(pyarrow.struct([pyarrow.field(*field, nullable=False) for field in HOLDER]), False)
FIELDS = {
    "address": (pyarrow.uint64(), False),
    "type": (TEXT, False),
    "kind": (TEXT, False),
    "name": (TEXT, True),
    "place": (TEXT, True),
    "about": (TEXT, True),
    "label": (TEXT, False),
    "size": (pyarrow.uint64(), False),
    "reference_count": (NUMBER, True),
    "state": (pyarrow.string(), True),
    "roots": (ROOTS, True),
    "referents": (list_of(NUMBER, False), False),
    "reference_kinds": (list_of(TEXT, True), False),
    "reference_labels": (list_of(TEXT, True), False),
    "uncounted": (list_of(NUMBER, False), True),
    "weak_owners": (list_of(NUMBER, False), True),
    "has_unknown_size": (pyarrow.bool_(), True),
}
METADATA = {"format": "2", "closed": "true", "redacted": "true", "untracked": "false"}


def texts(numbers, different):
    values = pyarrow.array(different, pyarrow.large_string())
    return pyarrow.DictionaryArray.from_arrays(numbers.astype(numpy.uint32), values)


def columns(start, end, count, random):
    """Return the columns of some rows of a file of `count` objects."""
    rows = numpy.arange(start, end, dtype=numpy.int64)
    first = rows * FAN + 1
    children = numpy.maximum(numpy.minimum(first + FAN, count) - first, 0)
    has_earlier = (rows % 2 == 0) & (rows > 0)
    offsets = numpy.zeros(len(rows) + 1, numpy.int32)
    numpy.cumsum(children + has_earlier, out=offsets[1:])
    heads = numpy.empty(offsets[-1], numpy.uint32)
    place = numpy.arange(children.sum()) - numpy.repeat(children.cumsum() - children, children)
    heads[numpy.repeat(offsets[:-1], children) + place] = numpy.repeat(first, children) + place
    heads[offsets[1:][has_earlier] - 1] = rows[has_earlier] // 2
    types = random.integers(1, 5, len(rows))
    types[rows % RARE == RARE - 1] = 5
    types[rows == 0] = 0
    lengths = random.integers(0, 100, len(rows))
    labels = numpy.select(
        [types == 0, types == 2, types == 5, types == 1, types == 3],
        [0, 1, 2, 3 + lengths, 103 + lengths],
        203 + lengths,
    )
    named = random.integers(0, len(REFERENCES), len(heads))
    no_text = pyarrow.nulls(len(rows), TEXT)
    no_numbers = pyarrow.nulls(len(rows), FIELDS["uncounted"][0])
    root = [{"group": "interpreter", "holder": "sys.modules"}]
    roots = [root if row == 0 else None for row in rows[:1]] + [None] * (len(rows) - 1)

    def lists(name, values):
        return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), values, type=FIELDS[name][0])

    return {
        "address": (0x7F0000000000 + 64 * rows).astype(numpy.uint64),
        "type": texts(types, TYPES),
        "kind": texts(types, KINDS),
        "name": no_text,
        "place": no_text,
        "about": no_text,
        "label": texts(labels, LABELS),
        "size": (8 * random.integers(3, 40, len(rows))).astype(numpy.uint64),
        "reference_count": (1 + ((rows > 0) & (2 * rows < count))).astype(numpy.uint32),
        "state": pyarrow.nulls(len(rows), pyarrow.string()),
        "roots": pyarrow.array(roots, ROOTS),
        "referents": lists("referents", pyarrow.array(heads)),
        "reference_kinds": lists("reference_kinds", texts(1 * (named >= 50), REFERENCE_KINDS)),
        "reference_labels": lists("reference_labels", texts(named, REFERENCES)),
        "uncounted": no_numbers,
        "weak_owners": no_numbers,
        "has_unknown_size": numpy.zeros(len(rows), bool),
    }


def write(path, count):
    fields = [pyarrow.field(name, *of) for name, of in FIELDS.items()]
    facts = {f"refcycle.{name}": value for name, value in METADATA.items()}
    schema = pyarrow.schema(fields, metadata=facts)
    random = numpy.random.default_rng(1)
    options = pyarrow.ipc.IpcWriteOptions(compression="zstd")
    with pyarrow.ipc.new_file(path, schema, options=options) as file:
        for start in range(0, count, ROWS):
            rows = columns(start, min(count, start + ROWS), count, random)
            file.write_batch(pyarrow.record_batch(list(rows.values()), schema=schema))


def main():
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(folder, "heap.refcycle")
        write(path, count)
        print(f"{count} objects, {os.path.getsize(path) / 1e6:.0f} MB")
        for check in (False, True):
            loading = [sys.executable, "-c", LOADING, path, str(check)]
            shown = subprocess.run(loading, check=True, capture_output=True, encoding="utf-8")
            print(f"load(path, check={check}): {shown.stdout.strip()}")


if __name__ == "__main__":
    main()
