"""Calls of refcycle while memory runs out, each in a separate fork.

    python tests/python/helpers/memory_sweep.py limits 400
    python tests/python/helpers/memory_sweep.py failing 200
    python tests/python/helpers/memory_sweep.py reserves 48

`limits` sets that many limits of the address space, from far too little to more than the call
needs. `failing` lets that many allocations of Python's fail: one at a time, and all from
that one on. `reserves` dumps at a MemoryError, with that many sizes of `reserve`.

Prints a line for each call, and as the last line JSON: how often each call was done, raised a
MemoryError, raised another exception, or ended the process. After the count: the name of the
only call to make, and how many objects to make first (4,000).
"""

import contextlib
import gc
import json
import os
import resource
import signal
import sys
import tempfile

import refcycle

MEBIBYTE = 1 << 20
LARGEST = 512 * MEBIBYTE
# The range of limits to try, around the smallest with which a call succeeds.
BELOW, ABOVE = 40 * MEBIBYTE, 4 * MEBIBYTE
LIMIT_SECONDS = 60
DONE, SHORT, OTHER, SILENT, PARTIAL = range(10, 15)
NAMES = {DONE: "done", SHORT: "MemoryError", SILENT: "not printed", PARTIAL: "partial file"}


class Node:
    def __init__(self, before, number):
        self.before = before
        self.values = {"name": f"node {number}", "numbers": [number]}


def chain(length):
    """Nodes, each of which holds the previous one, some of them in rings."""
    nodes = [None]
    for number in range(length):
        nodes.append(Node(nodes[-1], number))
    nodes[1].before = nodes[len(nodes) // 2]
    return nodes


def address_space():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit_to(margin):
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (max(0, address_space() + margin), hard))


def in_a_fork(work):
    """The outcome of a call: an exit code from above, or the name of a way to end."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = OTHER
        try:
            signal.alarm(LIMIT_SECONDS)
            code = work()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return NAMES.get(os.WEXITSTATUS(status)) or f"exit {os.WEXITSTATUS(status)}"


def outcome(ask, before, after):
    """Make a call between two steps that need no memory; the exit code."""
    # Everything that is needed afterwards is created before.
    short, other = MemoryError, Exception
    before()
    try:
        ask()
    except short:
        after()
        return SHORT
    except other as error:
        after()
        with contextlib.suppress(Exception):
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        return OTHER
    after()
    return DONE


def calls(folder, length):
    """Each call by its name, and the file that it writes if it does."""
    nodes = chain(length)
    texts = [
        f"a text of which there is no other, number {number} of {length}"
        for number in range(length)
    ]
    graph = refcycle.snapshot()
    everything = refcycle.snapshot(untracked=True)
    assert texts
    node = nodes[-1]
    small = graph.ancestors(node, generations=4)
    saved = os.path.join(folder, "saved.refcycle")
    graph.save(saved)
    loaded = refcycle.load(saved)
    at = loaded.at(id(node))

    def path(name):
        return os.path.join(folder, name)

    made = {
        "snapshot": refcycle.snapshot,
        "snapshot untracked": lambda: refcycle.snapshot(untracked=True),
        "why": lambda: str(refcycle.why(node)),
        "graph.why": lambda: str(graph.why(node)),
        "roots": graph.roots,
        "annotated": graph.annotated,
        "retained_sizes": graph.retained_sizes,
        "top_retained": lambda: repr(graph.top_retained()),
        "waste": lambda: str(graph.waste()),
        "garbage_preview": refcycle.garbage_preview,
        "cycles": lambda: [str(cycle.cut()) for cycle in graph.cycles()],
        "components": graph.strongly_connected_components,
        "to_json": graph.to_json,
        "to_text": lambda: str(small.to_text(node)),
        "save": lambda: graph.save(path("save.refcycle")),
        "save with texts": lambda: everything.save(path("texts.refcycle"), redact=False),
        "dump": lambda: refcycle.dump(path("dump.refcycle")),
        "export_html": lambda: graph.export_html(path("page.html")),
        "export_heapsnapshot": lambda: graph.export_heapsnapshot(path("heap.heapsnapshot")),
        "export_image": lambda: small.export_image(path("image.svg")),
        "export_image png": lambda: small.export_image(path("image.png")),
        "export_image pdf": lambda: small.export_image(path("image.pdf")),
        "load": lambda: refcycle.load(saved),
        "loaded.why": lambda: str(loaded.why(at)),
    }
    files = {
        "save": "save.refcycle",
        "save with texts": "texts.refcycle",
        "dump": "dump.refcycle",
        "export_html": "page.html",
        "export_heapsnapshot": "heap.heapsnapshot",
        "export_image": "image.svg",
        "export_image png": "image.png",
        "export_image pdf": "image.pdf",
    }
    return {name: (ask, files.get(name)) for name, ask in made.items()}


ENDINGS = {
    ".refcycle": b"ARROW1",
    ".html": b"</html>",
    ".heapsnapshot": b"]}",
    ".svg": b"</svg>",
    ".png": b"IEND\xaeB`\x82",
    ".pdf": b"%%EOF",
}


class Files:
    """The files in the folder are complete, whatever happened."""

    def __init__(self, folder):
        self.folder = folder
        self.names = set(os.listdir(folder))

    def are_whole(self, name):
        if name is None:
            return set(os.listdir(self.folder)) == self.names
        with open(os.path.join(self.folder, name), "rb") as file:
            content = file.read()
        is_whole = content.rstrip().endswith(ENDINGS[os.path.splitext(name)[1]])
        return is_whole and set(os.listdir(self.folder)) == self.names


def sweep(asks, folder, attempts):
    """Make each call in all its `attempts`, pairs of a step before and a step after."""
    found = {}
    for name, (ask, file) in asks.items():
        ask()
        files = Files(folder)
        counts = {}
        for before, after in attempts(ask):
            end = in_a_fork(lambda a=ask, b=before, c=after: outcome(a, b, c))
            if not files.are_whole(file):
                end = NAMES[PARTIAL]
                files = Files(folder)
            counts[end] = counts.get(end, 0) + 1
        found[name] = counts
        print(f"{name}: {counts}", flush=True)
    return found


def limits(asks, folder, count):
    unlimited = resource.getrlimit(resource.RLIMIT_AS)

    def attempt(margin):
        return (
            lambda: limit_to(margin),
            lambda: resource.setrlimit(resource.RLIMIT_AS, unlimited),
        )

    def attempts(ask):
        def is_done(margin):
            return in_a_fork(lambda: outcome(ask, *attempt(margin))) == "done"

        # Memory that is kept for the next call is given back first: hence less than is in use.
        short, enough = -LARGEST, LARGEST
        while enough - short > MEBIBYTE // 4:
            middle = (short + enough) // 2
            if is_done(middle):
                enough = middle
            else:
                short = middle
        for step in range(count):
            yield attempt(enough - BELOW + (BELOW + ABOVE) * step // count)

    return sweep(asks, folder, attempts)


def failing(asks, folder, count):
    from _testcapi import remove_mem_hooks, set_nomemory

    def attempts(_):
        half = count // 2
        # The first ones, and then at growing distances.
        for step in range(half):
            start = step if step < half // 2 else int(1.09 ** (step - half // 2)) + half // 2
            yield (lambda s=start: set_nomemory(s, s + 1)), remove_mem_hooks
            yield (lambda s=start: set_nomemory(s, 0)), remove_mem_hooks

    return sweep(asks, folder, attempts)


def at_a_memory_error(folder, reserve):
    """Dump at an uncaught MemoryError; the exit code."""
    reading, writing = os.pipe()

    def fill():
        kept = []
        while True:
            kept.append((Node(None, len(kept)), bytearray(100_000)))

    refcycle.dump_on_memory_error(folder, reserve=reserve)
    os.dup2(writing, 2)
    limit_to(100 * MEBIBYTE)
    try:
        fill()
    except MemoryError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    os.set_blocking(reading, False)
    try:
        printed = os.read(reading, 1 << 16)
    except BlockingIOError:
        printed = b""
    if b"MemoryError" not in printed:
        return SILENT
    names = os.listdir(folder)
    if not names:
        return SHORT if b"refcycle: no dump in " in printed else SILENT
    refcycle.load(os.path.join(folder, names[0]))
    return DONE if len(names) == 1 else PARTIAL


def reserves(count):
    counts = {}
    for step in range(count):
        with tempfile.TemporaryDirectory() as folder:
            reserve = 128 * MEBIBYTE * step // count
            end = in_a_fork(lambda f=folder, r=reserve: at_a_memory_error(f, r))
        counts[end] = counts.get(end, 0) + 1
    print(f"dump_on_memory_error: {counts}", flush=True)
    return {"dump_on_memory_error": counts}


def main(kind, count, only=None, length=4000):
    gc.disable()
    if kind == "reserves":
        found = reserves(count)
    else:
        with tempfile.TemporaryDirectory() as folder:
            asks = calls(folder, int(length))
            asks = {only: asks[only]} if only else asks
            found = {"limits": limits, "failing": failing}[kind](asks, folder, count)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
