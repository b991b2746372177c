"""The remedies that `why` names for objects that the standard library's test programs leave.

    python tests/python/helpers/false_alarms.py [MODULE ...]

Needs a Python with refcycle and with its own test programs, `test.test_list` and so on. Each group
of them runs in a process of its own, which then asks `why` of objects of all types, alive and
garbage. The remedies that fire are compared with `JUDGED`, those that were checked by hand and are
correct. Anything else is shown, and the exit status is 1. Takes some twenty minutes; the figures
are at the end.
"""

import gc
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

# The number of objects of a type that are queried.
OF_A_TYPE = 8
LIMIT_SECONDS = 1200

GROUPS = [
    "test_list test_dict test_set test_tuple test_json",
    "test_functools test_generators test_contextlib test_weakref test_coroutines",
    "test_logging",
    "test_threading test_threading_local test_queue test_thread test_sched",
    "test_asyncio.test_tasks test_asyncio.test_futures test_asyncio.test_events",
    "test_asyncio.test_streams test_asyncio.test_locks test_asyncio.test_queues",
    "test_asyncio.test_runners test_contextlib_async test_asyncgen test_contextvars",
    "test_exceptions test_traceback test_raise test_with test_sys test_baseexception",
    "test_unittest test_collections test_typing test_dataclasses test_enum",
    "test_email test_http_cookies test_httplib test_urlparse test_mailbox",
    "test_xml_etree test_minidom test_sax test_html test_configparser test_htmlparser",
    "test_pickle test_copy test_decimal test_fractions test_statistics test_random",
    "test_inspect test_descr test_super test_scope test_abc test_weakset test_argparse",
    "test_sqlite3 test_csv test_zipfile test_tarfile test_io test_tempfile",
    "test_selectors test_subprocess test_signal",
    "test_re test_string test_datetime test_calendar test_locale test_codecs",
    "test_ast test_dis test_tokenize test_compile test_doctest test_pdb test_bdb",
    "test_ctypes test_struct test_array test_mmap test_memoryview test_bytes",
    "test_socketserver test_wsgiref test_xmlrpc test_ssl test_urllib test_urllib2",
]

# Remedies that fire correctly: the remedy, and a pattern of the path to the object.
JUDGED = [
    # Nested functions that call themselves or each other.
    ("closure that holds itself", r"closure '\w+' -> function (_iterencode|_scan_once)"),
    ("closure that holds itself", r"closure '\w+' -> function (recurs|_convert|_fix|_rmtree)"),
    # A variable that leads to the exception, in a frame to which its traceback leads.
    ("exception in a variable of its own frame", r"tb_.*local '|local '.*tb_"),
    # A variable of the enclosing function, as a cell; one at which a debugger has looked.
    ("exception in a variable of its own frame", r"tb_.*closure '|closure '.*tb_"),
    ("exception in a variable of its own frame", r"(\.f_locals|\.curframe_locals) -> dict.*tb_"),
    ("exception in a variable of its own frame", r"tb_.*\.f_locals -> dict"),
    # Caches, and hooks that are never removed.
    ("module-level registry", r"module encodings / \._cache "),
    ("module-level registry", r"module (sys|test\.test_grammar) / \.path_(importer_cache|hooks) "),
    ("class-level registry", r"class \S*_BaseVN / \._netmask_cache "),
    ("known holder", r"module linecache / \.cache "),
    ("known holder", r"module re / \._cacheN? "),
    ("known holder", r"module urllib\.request / \.ftpcache "),
    # A lock of refcycle for each process: `why` is asked of objects of all types.
    ("module-level registry", r"module refcycle\.dumping / \._locks "),
    # Loggers that nothing uses any more; a value of the context of a thread.
    ("known holder", r"object logging\.Manager / \.loggerDict "),
    ("context variable", r"^held by C code: N reference / +-> object _contextvars\.Context / "),
    # Patches that a test has started and not stopped, and the mocks in them.
    ("known holder", r"class unittest\.mock\._patch / \._active_patches "),
    # What tests have left at the prompt, and a list of all frames of a stack.
    ("result or error of the prompt", r"module (sys / \.last_traceback|builtins / \._) "),
    ("stored frame", r"module test\.test_inspect\.inspect_fodder / \.st "),
    # Data of tests. A heap does not show whether it was added later.
    ("class-level registry", r"class test\.test_email\.\S+ / \.(msg|content_object)_params "),
    ("class-level registry", r"class test\.pickletester\.AbstractUnpickleTests / \._testdata "),
    ("class-level registry", r"class test\.test_weakref\.\S+ / \.\S+__ref "),
    ("module-level registry", r"module test\.test_xmlrpc / \.alist "),
    # Handlers of signals that a test has left, and the debugger of a frame that it has stopped.
    ("bound method", r"^handler of signal N / +-> method ItimerTest\."),
    ("bound method", r"\.f_trace -> method Bdb\.trace_dispatch "),
    # Arguments and results of functions of `typing`, `urllib.parse` and others.
    ("functools.lru_cache", r"_lru_cache_wrapper / (key|\[)"),
    # The mock for which a method of it was created, and the opener of a handler.
    ("link back", r"\.parent -> object unittest\.mock\.MagicMock"),
    ("link back", r"\.parent -> object \S*OpenerDirector"),
    ("link back", r"\._mock_(new_)?parent -> object unittest\.mock\."),
    # A node of a document refers to its parent, to the document and to the node before it.
    ("link back", r"object xml\.dom\.minidom\..*\.(parentNode|previousSibling|owner\w+)\b"),
    ("link back", r"\.parent -> object argparse\.HelpFormatter\._Section"),
    # The parser of a group of options, and the group of an option.
    ("link back", r"\._?container -> object (argparse\._|test\.test_argparse\.Error)"),
]


def tell(names, of_a_type):
    """The remedies that fire in this process after the test programs with these names have run."""
    gc.disable()
    suite = unittest.TestSuite()
    for name in names:
        try:
            suite.addTests(unittest.defaultTestLoader.loadTestsFromName(f"test.{name}"))
        except unittest.SkipTest:
            pass
    ran = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite).testsRun
    del suite
    import refcycle

    answers = {"tests": ran, "asked": 0, "garbage": 0, "fired": []}
    garbage = refcycle.garbage_preview()
    ask(garbage, "garbage", answers, of_a_type)
    del garbage
    ask(refcycle.snapshot(), "asked", answers, of_a_type)
    return answers


def ask(graph, what, answers, of_a_type):
    """Query some objects of each type."""
    counts = Counter(id(type(obj)) for obj in graph)
    seen = Counter()
    for obj in graph:
        cls = id(type(obj))
        seen[cls] += 1
        if seen[cls] % max(1, counts[cls] // of_a_type) == 0:
            answers[what] += 1
            # Variables of this function do not count.
            answers["fired"] += fired(graph.why(obj))


def fired(answer):
    """The names of the remedies, each with the advice and the path to the object."""
    from refcycle._objects.types import Types
    from refcycle.remedies import remedies

    if not answer.remedies:
        return []
    types = Types(answer.graph)
    ways = [(chain.holder, chain.steps) for chain in answer.chains]
    if answer.cycle:
        ways.append(("cycle", answer.cycle))
    told = []
    for remedy in answer.remedies:
        for holder, steps in ways:
            chains = [chain for chain in answer.chains if chain.steps is steps]
            if remedy in remedies(chains, () if chains else steps, types):
                told.append([remedy.name, remedy.advice, way(holder, steps)])
    return told


def way(holder, steps):
    """The steps in a line, the same in every run."""
    told = [re.sub(r"0x[0-9a-f]+|\d+", "N", f"{step.reference} -> {step.label}") for step in steps]
    if holder == "cycle":
        told = min(told[place:] + told[:place] for place in range(len(told)))
    return " / ".join([re.sub(r"\d+", "N", holder), *told])


def is_judged(name, line):
    return any(name == judged and re.search(pattern, line) for judged, pattern in JUDGED)


def run(names, directory, of_a_type=OF_A_TYPE):
    """The remedies that fire in a separate process, or a string with the reason for none."""
    path = Path(directory, "told.json")
    path.unlink(missing_ok=True)
    command = [sys.executable, __file__, "--tell", str(path), str(of_a_type), *names]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"took more than {LIMIT_SECONDS} s"
    if done.returncode or not path.exists():
        return done.stderr.decode(errors="replace")[-2000:]
    return json.loads(path.read_text(encoding="utf-8"))


def main(groups):
    totals = {"tests": 0, "asked": 0, "garbage": 0}
    judged, others, failed = {}, {}, 0
    for group in groups:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as directory:
            told = run(group.split(), directory)
        if isinstance(told, str):
            failed += 1
            print(f"{group}: {told}", flush=True)
            continue
        for key in totals:
            totals[key] += told[key]
        for name, advice, line in told["fired"]:
            table = judged if is_judged(name, line) else others
            table.setdefault((name, line), [0, advice])[0] += 1
        seconds = time.monotonic() - started
        print(
            f"{group}: {told['tests']} tests, {told['asked']} objects and {told['garbage']} of "
            f"garbage, {len(told['fired'])} remedies, {seconds:.0f} s",
            flush=True,
        )
    for (name, line), (times, advice) in sorted(others.items()):
        print(f"NOT JUDGED, {times} times: {name}: {line}\n    {advice}")
    count = {}
    for (name, _), (times, _) in judged.items():
        count[name] = count.get(name, 0) + times
    print(f"{totals}, {failed} groups failed; judged: {count}, ways not judged: {len(others)}")
    return bool(others or failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tell"]:
        told = json.dumps(tell(sys.argv[4:], int(sys.argv[3])))
        Path(sys.argv[2]).write_text(told, encoding="utf-8")
    else:
        sys.exit(main([" ".join(sys.argv[1:])] if sys.argv[1:] else GROUPS))
