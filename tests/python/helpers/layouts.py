"""Deliberately wrong tables of offsets, in separate processes.

    python layouts.py [PART/PARTS]     # all numbers, all steps: some minutes

What is looked at is fixed, so that its answers are those of the unchanged tables, or the
capability on which they depend is reported as not available. Only builds with the feature
`layout-overrides` can change a number.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import textwrap
import time

# The changes of a number: of an offset, depending on the width of the field, and of a value.
STEPS = {
    "word": [8, -8],
    "half": [8, -8, 4, -4],
    "byte": [8, -8, 1, -1],
    "value": [1, -1],
}

SCENARIO = """
import json, sys, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import refcycle
import gc, os, tempfile, threading

class Target:
    pass

class Holder:
    def __init__(self, value):
        self.first = value
        self.second = [value]

class Items(list):
    pass

class Slotted:
    __slots__ = ("field",)

def generate(argument):
    local = argument
    yield [argument, (yield local)]

async def wait(argument):
    local = argument
    await Pause()

class Pause:
    def __await__(self):
        yield

def work(argument, begun, end):
    local = argument
    begun.set()
    end.wait()

def wait_inside(argument):
    local = argument
    return (Target(), call(argument))

def call(argument):
    local = argument
    return look(argument, sys._getframe(), sys._getframe(1))

def run_inside(argument):
    local = argument
    yield (argument, look(argument, sys._getframe(), sys._getframe(1)))

def edges(graph, tail, targets):
    graph = graph.full_subgraph([tail, *targets.values()])
    names = {id(target): name for name, target in targets.items()}
    found = [(str(edge.annotation), names.get(edge.head, "tail"))
             for edge in graph.annotated().edges if edge.tail == id(tail)]
    return sorted(found)

def look(argument, frame, caller):
    graph = refcycle.snapshot()
    targets = {"target": target, "lists": lists, "key": key}
    names = {"target": target, "generate": generate, "wait": wait, "call": call}
    inline = FROM_3_11
    facts = {
        "frame": [edges(graph, frame, names), edges(graph, caller, names)],
        "thread": edges(graph, work_frame, names),
        "generators": [
            edges(graph, each if inline else frame_of(each), names)
            for each in (suspended, fresh, coroutine)
        ],
        "attributes": [
            edges(graph, each, {**targets, "second": getattr(each, "second", target)})
            for each in (inlined, dicted, items, slotted, empty)
        ],
        "dicts": [edges(graph, each, targets) for each in (by_name, by_object, vars(dicted))],
        "stack": sum(
            id(caller) in {edge.tail for edge in graph.ancestors(held, generations=1)
                           .annotated().edges}
            for held in graph.find_by_typename("Target")
        ),
        "roots": sorted(
            (type(root.vertex).__name__, root.name)
            for root in graph.roots() if isinstance(root.vertex, MINE)
        ),
        "external": sorted(
            (name, graph.external_references(each))
            for name, each in [("target", target), ("lists", lists), ("shared", shared)]
        ) if hasattr(graph, "external_references") else None,
    }
    if frame.f_code is run_inside.__code__:
        return facts
    whole = refcycle.snapshot(untracked=True)
    sizes = dict(zip(map(id, whole), whole.shallow_sizes()))
    facts["sizes"] = [
        sizes.get(id(each)) for each in
        (inlined, dicted, items, slotted, by_name, by_object, large, lists, Holder, Slotted)
    ]
    facts["retained"] = [graph.retained_size(each) for each in (inlined, large)]
    facts["why"] = str(graph.why(alone)).count("inlined") > 0
    facts["everything"] = len(graph.annotated().edges) == len(graph.edges)
    facts["retained_sizes"] = len(graph.retained_sizes()) == len(graph)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "graph")
        whole.save(path)
        loaded = refcycle.load(path)
        facts["saved"] = [len(loaded) == len(whole), len(loaded.edges) == len(whole.edges)]
        facts["of_file"] = len(loaded.roots()) >= 0 and len(loaded.shallow_sizes()) == len(whole)
    del whole, loaded
    for rooted in (inlined, suspended, coroutine, by_object, work):
        reached = refcycle.objects_reachable_from(rooted)
        facts["everything"] &= len(reached.annotated()) == len(reached)
    preview = refcycle.garbage_preview()
    facts["preview"] = [len(preview.find_by_typename(kind)) for kind in ("Target", "Cyclic")]
    return facts

def frame_of(each):
    return each.gi_frame if hasattr(each, "gi_frame") else each.cr_frame

class Cyclic:
    pass

FROM_3_11 = sys.version_info >= (3, 11)
MINE = (Target, Holder, Items, Slotted)
gc.collect()
gc.disable()
target, lists, key = Target(), [], Target()
inlined, dicted, slotted, shared = Holder(target), Holder(target), Slotted(), Holder(lists)
alone = Holder(lists)
inlined.alone = alone
vars(dicted)["third"] = lists
items, empty = Items([target]), Items()
items.name = target
slotted.field = target
by_name = {"one": target, "two": lists, "gone": 1}
del by_name["gone"]
by_object = {key: target, 2: lists, "gone": 1}
del by_object["gone"]
large = {str(number): [] for number in range(300)}
suspended, fresh = generate(target), generate(target)
next(suspended)
coroutine = wait(target)
coroutine.send(None)
begun, end = threading.Event(), threading.Event()
thread = threading.Thread(target=work, args=(target, begun, end), daemon=True)
thread.start()
begun.wait()
work_frame = sys._current_frames()[thread.ident]
while work_frame.f_code is not work.__code__:
    work_frame = work_frame.f_back
cyclic = Cyclic()
cyclic.me = cyclic
del cyclic

facts = {"running": wait_inside(target)[1]}
facts["in_generator"] = next(run_inside(target))[1]
gc.freeze()
graph = refcycle.snapshot()
gc.unfreeze()
statistics = graph.statistics()
facts["frozen"] = [statistics["frozen"] > 0, statistics["frozen_unseen"], target in graph]
del graph, statistics
refcycle.garbage()
end.set()
thread.join()
coroutine.close()
capabilities = refcycle.capabilities()
print(json.dumps({
    "warnings": [str(warning.message) for warning in caught],
    "off": sorted(name for name, each in capabilities.items() if not each),
    "facts": facts,
}))
"""

# The capabilities on which an answer depends. All other answers never change.
DEPENDS = {
    "frame": ["frame_locals"],
    "thread": ["frame_locals"],
    "stack": ["frame_locals"],
    "generators": ["generator_locals", *(["frame_locals"] if sys.version_info < (3, 11) else [])],
    "attributes": ["attribute_names"],
    "roots": ["frame_locals", "generator_locals"],
    "external": ["frame_locals", "generator_locals", "attribute_names"],
    "sizes": ["attribute_sizes", "attribute_names", "dict_tables"],
    "retained": ["attribute_sizes", "attribute_names", "dict_tables"],
    "frozen": ["frozen_objects"],
}
USUALLY_OFF = {"frame_stacks"} if sys.version_info < (3, 14) else set()


def numbers():
    """Return the name, the kind and the value of every number that can be changed."""
    from refcycle import _refcycle

    return _refcycle.layout_numbers() if hasattr(_refcycle, "layout_numbers") else []


def changes():
    """Return the changes to try, as values of the environment variable."""
    return [f"{name}={step:+d}" for name, kind, _ in numbers() for step in STEPS[kind]]


def run(change, code=SCENARIO, flags=(), **environment):
    """Return the exit code, the answers or None, and the text on stderr."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **environment}
    env.pop("REFCYCLE_LAYOUT_OVERRIDE", None)
    if change:
        env["REFCYCLE_LAYOUT_OVERRIDE"] = change
    command = [sys.executable, "-X", "faulthandler", *flags, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, env=env)
    answers = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    return done.returncode, answers, done.stderr


def faults(change, normal, **options):
    """Return the faults of the answers under a change: a list of strings."""
    code, found, told = run(change, **options)
    if found is None:
        last = [line for line in told.splitlines() if line.strip()][-12:]
        return [f"{change}: exit code {code}: " + " | ".join(last)]
    off = set(found["off"])
    wrong = []
    for name in sorted(set(found["facts"]) | set(normal["facts"])):
        mine, theirs = found["facts"].get(name), normal["facts"].get(name)
        parts = [(name, mine, theirs)]
        if isinstance(theirs, dict):
            parts = [(part, mine.get(part), theirs[part]) for part in theirs]
        for part, mine_part, their_part in parts:
            if mine_part != their_part and not off & set(DEPENDS.get(part, [])):
                wrong.append(f"{change}: {name}.{part}: {mine_part}, not {their_part}")
    if "frame_locals" in off and sys.version_info >= (3, 11):
        roots = [
            name
            for part in ("running", "in_generator")
            for _, name in found["facts"][part]["roots"]
        ]
        wrong += [f"{change}: {name}" for name in roots if name.startswith("held by C code:")]
    missing = [name for name in off - {"frame_stacks"} if name not in "".join(found["warnings"])]
    if missing:
        wrong.append(f"{change}: no warning of {missing}")
    return wrong


def outcome(change, normal):
    """Return the outcome of a change: a word, and its faults."""
    wrong = faults(change, normal)
    if not wrong:
        return "right", []
    return ("crashed" if "exit code" in wrong[0] else "wrong"), wrong


def main(arguments):
    """Try all changes, and report their outcomes."""
    started = time.monotonic()
    code, normal, told = run(None)
    assert code == 0, told
    assert set(normal["off"]) == USUALLY_OFF and not normal["warnings"], normal
    part, parts = map(int, arguments[0].split("/")) if arguments else (0, 1)
    tried = changes()[part::parts]
    counts = {"right": 0, "wrong": 0, "crashed": 0}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for word, wrong in pool.map(lambda change: outcome(change, normal), tried):
            counts[word] += 1
            for text in wrong:
                print(text[:600], flush=True)
    version = ".".join(map(str, sys.version_info[:3]))
    seconds = time.monotonic() - started
    print(f"{version}: {len(numbers())} numbers, {len(tried)} changes, {counts}, {seconds:.0f} s")
    return 1 if counts["wrong"] + counts["crashed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
