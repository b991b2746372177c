"""Heap files with changed parts, and all queries on them.

`load` rejects a file with a ValueError that says why, or all queries succeed. As a program, this
tries the given number of files, starting from a seed:

    python mutations.py 20000 --seed 0
"""

import argparse
import collections
import contextlib
import copy
import io
import json
import os
import random
import sys
import tempfile
import types

import pyarrow
import pyarrow.ipc

import refcycle
from refcycle._objects import types as _types
from refcycle.command_line import main as command

REFUSED = "not a heap dump, or a damaged one: "
DEEP = "[" * 5000 + "]" * 5000

NUMBERS = [0, 1, 2, 7, 8, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, 1 << 53, 1 << 62]
NUMBERS += [(1 << 63) - 1, 1 << 63, (1 << 64) - 1]
TEXTS = [
    *("", "x", "a\0b", "\x1b[31mred\x9b", "\u202ertl", "\ud7ff\ue000\U0010ffff", "é" * 3000),
    *("list[3]", f"list[{'9' * 5000}]", "dict[\u0664]", "a\nb\nc", "\n", ".", "..", "a.", "%s{}"),
    *("<script>", "]]>", "&amp;", '"', "'", "\\", "\\n", "__main__.Kept", "sys.modules"),
]
TYPES = [*_types._KNOWN, "module", "contextvars.Context", "_asyncio.Task", "weakref.WeakSet"]
TYPES += ["threading.Thread", "_thread._local", "weakref", "object", "logging.Logger"]
KINDS = [
    *("value", "list", "tuple", "dict", "set", "class", "function", "method", "module"),
    *("frame", "generator", "weak reference", "instance", "other"),
]
REFERENCE_KINDS = [
    *("item", "array item", "key", "value", "element", "attribute", "local", "field"),
    *("field item", "stack", "module state", "other"),
]
LABELS = [
    *(None, "__dict__", "key", "element", "item[0]", "item[", "value['a']", "value[", "value['a"),
    *("local 'x'", "closure 'f'", "cell_contents", "__self__", "__func__", "__closure__"),
    *("__globals__", "value['__dict__']", "cr_frame", "gi_frame", "f_back", "tb_frame", "args"),
    *("__weakref__", "__traceback__", "__context__", "cache", "__wrapped__", "_callbacks"),
    *("parent", "stack[0]", "__mro__", "tp_subclasses", "fget", "keys", "value[0]"),
]
GROUPS = ["threads", "interpreter", "modules", "elsewhere", "c code", "x", ""]
STATES = [None, "running", "suspended", "pending", "done", "", "x", "a\0b"]
HOLDERS = ["running in thread MainThread", "sys.modules", "held by C code", "atexit"]
METADATA = [
    *("", "0", "3", "-1", "1.5", "1e999", "nan", "true", "false", "null", "x", "[]", "[1]", "{}"),
    *("[[]]", '["a"]', '{"a": 1}', '{"a": "hw"}', '{"a": ["b"]}', '{"a": {"b": "c"}}', DEEP),
    *(
        '{"list": null}',
        '{"list": "\\ud800"}',
        '["\\ud800"]',
        '{"\\udcff": ["a"]}',
        "a\0b",
        "[" * 9,
    ),
    *(str(1 << 64), "9" * 5000, '{"a": ' * 200, '"text"', "[", "é", "2026-01-01T00:00:00Z"),
    *("9999-99-99T99:99:99Z", '{"a": "b", "a": 3}', "1e-5", " 1", "+1", "True", "\n", "{}{}"),
]


class Kept:
    pass


class Slotted:
    __slots__ = ("held",)


def whole():
    """The rows and the metadata of a small heap with a bit of everything, and its schema."""

    async def coroutine(waited):
        await waited

    def generator():
        held = [1]
        yield held

    inner, outer, slotted = Kept(), Kept(), Slotted()
    outer.inner, inner.outer, slotted.held = inner, outer, [outer]
    running = generator()
    next(running)
    waiting = coroutine(None)
    error = ValueError(inner)
    objects = [outer, inner, vars(outer), slotted, slotted.held, running, waiting, error, Kept]
    objects += [{"a": inner, "b": [outer]}, {1, 2}, (outer, inner), collections.deque([inner])]
    objects += [collections.OrderedDict(a=outer), whole, types.MethodType(whole, inner), sys]
    objects += [running.gi_frame, whole.__globals__, super(Kept, inner), iter([outer])]
    graph = refcycle.ObjectGraph(objects)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "whole")
        graph.save(path)
        with pyarrow.ipc.open_file(path) as reader:
            table = reader.read_all()
            rows = table.to_pylist()
    waiting.close()
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    metadata |= {f"refcycle.{key}": "0" for key in ("frozen", "pause_seconds")}
    metadata["refcycle.untracked"] = "false"
    return rows, metadata, table.schema


class Mutation:
    """A file that is changed at random, the same for one seed."""

    def __init__(self, seed, rows, metadata, schema):
        self.random = random.Random(seed)
        self.rows = copy.deepcopy(rows)
        self.metadata = dict(metadata)
        self.fields = {field.name: field for field in schema}
        self.batches = 1
        self.done = []
        changes = [
            *(self.change_metadata,) * 3,
            *(self.change_number, self.change_text, self.change_references) * 3,
            *(self.change_roots, self.change_state, self.change_uncounted) * 2,
            self.change_weak,
            *(self.copy_cell, self.drop_metadata, self.change_shape, self.leave_out),
        ]
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 8])):
            change = self.random.choice(changes)
            self.done.append(change.__name__)
            change()

    def row(self):
        return self.random.choice(self.rows)

    def change_metadata(self):
        known = [*self.metadata, "refcycle.new", "other"]
        self.metadata[self.random.choice(known)] = self.random.choice(METADATA)

    def drop_metadata(self):
        if self.random.random() < 0.2:
            self.metadata = {"refcycle.format": self.random.choice(["1", "2"])}
        else:
            self.metadata.pop(self.random.choice([*self.metadata]), None)

    def change_number(self):
        column = self.random.choice(["address", "size", "reference_count"])
        self.row()[column] = self.random.choice([*NUMBERS, None])

    def change_text(self):
        column = self.random.choice(["type", "label", "kind", "name"])
        texts = {"type": TYPES, "label": HOLDERS, "kind": KINDS, "name": [None]}[column]
        self.row()[column] = self.random.choice([*texts, *TEXTS])

    def change_references(self):
        row = self.row()
        heads, labels = row["referents"], row["reference_labels"]
        kinds = row["reference_kinds"]
        if None in (heads, labels, kinds) or self.random.random() < 0.1:
            row["referents"] = self.random.choice([None, [], [0], [None]])
        elif heads and self.random.random() < 0.5:
            place = self.random.randrange(len(heads))
            if place < len(labels):
                labels[place] = self.random.choice([*LABELS, *TEXTS])
            if place < len(kinds) and self.random.random() < 0.5:
                kinds[place] = self.random.choice([*REFERENCE_KINDS, *TEXTS, None])
            if self.random.random() < 0.3:
                heads[place] = self.random.choice([*NUMBERS[:7], len(self.rows), None])
        else:
            heads.append(self.random.randrange(len(self.rows)))
            if self.random.random() < 0.95:
                labels.append(self.random.choice(LABELS))
                kinds.append(self.random.choice(REFERENCE_KINDS))

    def change_roots(self):
        root = {
            "group": self.random.choice([*GROUPS, *self.groups(), None]),
            "holder": self.random.choice([*HOLDERS, *TEXTS, None]),
        }
        row = self.row()
        row["roots"] = self.random.choice([[root], [root, root], (row["roots"] or []) + [root]])
        if self.random.random() < 0.1:
            row["roots"] = self.random.choice([None, [], [None]])

    def groups(self):
        return {root["group"] for row in self.rows for root in row["roots"] or [] if root}

    def change_state(self):
        self.row()["state"] = self.random.choice(STATES)

    def change_uncounted(self):
        choices = [None, [], [0], [0, 0], [1, 0], [0, 1, 2], [99], [(1 << 32) - 1], [None]]
        self.row()["uncounted"] = self.random.choice(choices)

    def change_weak(self):
        choices = [None, [], [0, 1], [0, 0], [1, 2, 0, 3], [0], [99, 0], [0, 99], [None, 0]]
        self.row()["weak_owners"] = self.random.choice(choices)
        self.row()["has_unknown_size"] = self.random.choice([None, False, True])

    def copy_cell(self):
        column = self.random.choice([*self.rows[0]])
        self.row()[column] = copy.deepcopy(self.row()[column])

    def leave_out(self):
        if self.random.random() < 0.3:
            self.rows = self.rows[: self.random.randrange(1, len(self.rows) + 1)]
        elif self.random.random() < 0.5:
            for row in self.rows:
                row["reference_count"] = None
        else:
            for row in self.rows:
                row["referents"], row["reference_labels"], row["reference_kinds"] = [], [], []

    def change_shape(self):
        name = self.random.choice([*self.fields])
        what = self.random.randrange(5)
        if what == 0:
            self.fields.pop(name, None)
        elif what == 1:
            self.fields = dict(self.random.sample([*self.fields.items()], len(self.fields)))
        elif what == 2:
            self.fields["more"] = pyarrow.field("more", pyarrow.string())
        elif what == 3:
            self.batches = self.random.choice([2, 3])
        elif name in self.fields:
            self.fields[name] = pyarrow.field(name, pyarrow.string())

    def write(self, path):
        """Write the file; False if Arrow itself cannot write it."""
        schema = pyarrow.schema(self.fields.values(), metadata=self.metadata)
        columns = []
        try:
            for field in schema:
                values = [row.get(field.name) for row in self.rows]
                columns.append(array(values, field.type))
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, TypeError, OverflowError):
            return False
        loose = pyarrow.schema(
            [field.with_nullable(True) for field in schema], metadata=self.metadata
        )
        whole = pyarrow.record_batch(columns, schema=loose)
        strict = pyarrow.RecordBatch.from_arrays(columns, schema=schema)
        size = -(-len(self.rows) // self.batches)
        compression = self.random.choice(["zstd", None])
        options = pyarrow.ipc.IpcWriteOptions(compression=compression)
        batch = self.random.choice([strict, strict, strict, whole])
        with pyarrow.ipc.new_file(path, batch.schema, options=options) as writer:
            for start in range(0, len(self.rows), max(size, 1)):
                writer.write_batch(batch.slice(start, size))
        return True


def array(values, kind):
    """Arrays with nulls, although the type says that there are none."""
    if pyarrow.types.is_dictionary(kind):
        return pyarrow.array(values, kind.value_type).dictionary_encode().cast(kind)
    if pyarrow.types.is_list(kind):
        flat = [item for value in values for item in value or []]
        inner = array(flat, kind.value_type)
        offsets, place = [0], 0
        for value in values:
            place += len(value or [])
            offsets.append(place)
        mask = pyarrow.array([value is None for value in values])
        return pyarrow.ListArray.from_arrays(
            pyarrow.array(offsets, pyarrow.int32()), inner, type=kind, mask=mask
        )
    if pyarrow.types.is_struct(kind):
        fields = [kind.field(number) for number in range(kind.num_fields)]
        children = [
            pyarrow.array([(value or {}).get(field.name) for value in values], field.type)
            for field in fields
        ]
        mask = pyarrow.array([value is None for value in values])
        return pyarrow.StructArray.from_arrays(children, fields=fields, mask=mask)
    return pyarrow.array(values, kind)


def ask_everything(graph, folder):
    """Run all queries on a loaded graph; exceptions are passed on."""
    some = [*graph][:4] + [*graph][-3:]
    for obj in graph:
        repr(obj), obj.references(), obj.state, obj.label, obj.size, obj.type_name
        repr((obj.kind, obj.name, obj.length))
        assert graph.at(obj.address) is obj
        graph.external_references(obj), graph.shallow_size(obj), graph.retained_size(obj)
        graph.immediate_dominator(obj), graph.parents(obj), graph.children(obj)
    for obj in some:
        why = graph.why(obj)
        str(why), repr(why), why.to_text(ascii=True), why.is_garbage, why.remedies
        str(graph.tree(obj)), str(graph.ancestors(obj).to_text())
        graph.dominated_by(obj), graph.descendants(obj, 2)
        str(graph.why(obj, limit=1).chains)
    for root in graph.roots():
        repr(root), root.holders, root.unexplained, root.external_references
    for cycle in graph.cycles()[:5]:
        str(cycle), repr(cycle), str(cycle.cut())
    graph.retained_sizes(), graph.shallow_sizes(), graph.statistics()
    for found in graph.top_retained(5):
        repr(found), found.vertex, found.retained_count
    str(graph.dominator_tree()), repr(graph.leak_suspects()), graph.metadata
    str(graph.waste())
    graph.unreachable(), graph.count_by_typename(), graph.find_by_typename("dict")
    graph.strongly_connected_components(), graph.source_components(), graph.simple_cycles(4)
    graph.feedback_arc_set()
    graph.feedback_vertex_set(), graph.on_every_cycle()
    graph.strong_bridges(), graph.strong_articulation_points()
    str(refcycle.diff(graph, graph))
    graph.to_json(), graph.to_dot(), graph.to_svg(), graph.to_graphml(), graph.to_gexf()
    graph.to_cytoscape(), graph.to_arrow(), graph.to_text(), graph.annotated()
    graph._repr_mimebundle_()
    for name in ("export_html", "export_heapsnapshot", "save", "export_csv", "export_image"):
        getattr(graph, name)(os.path.join(folder, name))
    again = refcycle.load(os.path.join(folder, "save"))
    assert [obj.address for obj in again] == [obj.address for obj in graph]
    assert again.metadata.items() >= graph.metadata.items()
    part = graph.descendants(some[0])
    part.save(os.path.join(folder, "part"))
    refcycle.load(os.path.join(folder, "part"))


COMMANDS = [
    ["top"],
    ["cycles"],
    ["why"],
    ["top", "--json"],
    ["cycles", "--json"],
    ["why", "--json"],
]


def ask_commands(path, address):
    """Print the output of the commands; a traceback is passed on."""
    for words in COMMANDS:
        more = [hex(address)] if words[0] == "why" else []
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as error,
        ):
            try:
                status = command([words[0], path, *more, *words[1:]])
            except SystemExit as end:
                status = end.code
        assert status in (0, 1, None), (words, status, out.getvalue(), error.getvalue())
        if "--json" in words:
            json.loads(out.getvalue())


def judge(seed, parts, folder):
    """Return "not made", "refused" or "answers" for a file; pass on any other error."""
    path = os.path.join(folder, "changed")
    mutation = Mutation(seed, *parts)
    try:
        if not mutation.write(path):
            return "not made"
        try:
            graph = refcycle.load(path)
        except ValueError as error:
            if type(error) is ValueError and REFUSED in str(error) and len(str(error)) < 1000:
                return "refused"
            newer = "version" in str(error) and "refcycle.format" in mutation.metadata
            if newer and "read it with a newer refcycle" in str(error):
                return "refused"
            raise
        if len(graph):
            ask_everything(graph, folder)
            if seed % 8 == 0:
                ask_commands(path, next(iter(graph)).address)
        return "answers"
    except BaseException as error:
        error.args = (*error.args, f"seed {seed}: {mutation.done}")
        raise


def sweep(seeds):
    parts = whole()
    found = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            found[judge(seed, parts, folder)] += 1
    return found


def main():
    import traceback

    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    parts = whole()
    found = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            try:
                found[judge(seed, parts, folder)] += 1
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                kind = f"{type(error).__name__} at {os.path.basename(last.filename)}:{last.lineno}"
                if not found[kind]:
                    traceback.print_exc()
                found[kind] += 1
    print(sys.version.split()[0], dict(found))


if __name__ == "__main__":
    main()
