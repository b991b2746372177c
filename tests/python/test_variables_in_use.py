"""`del` is advised only if the call no longer holds the object without the variable."""

import functools
import subprocess
import sys
import textwrap
import threading
from queue import SimpleQueue

import pytest
from test_fixes import UNUSED, Holder, names

import refcycle
from refcycle._objects import unused_locals

pytestmark = pytest.mark.any_version


class Target:
    def method(self):
        pass


class Rows(list):
    pass


class Context(Target):
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


class Jobs(SimpleQueue):
    def get(queue, *args):
        return super().get(*args)


def sorted_with_a_key(wait):
    rows = Rows([1])
    sorted(rows, key=wait)


def in_a_for_loop(wait):
    rows = Rows([1])
    for _ in rows:
        wait()


def by_an_iterator_of_the_loop(wait):
    rows = Rows([1])
    for _ in enumerate(rows):
        wait()


def in_a_with_statement(wait):
    context = Context()
    with context:
        wait()


def as_the_argument_of_a_call(wait):
    job = Target()
    functools.partial(wait)(job)


def as_an_item_that_a_list_has_too(wait):
    rows = [Target()]
    for row in rows:  # noqa: B007
        wait()


def under_two_names(wait):
    job = Target()
    same = job  # noqa: F841
    wait()


def in_a_list_too(wait):
    job = Target()
    every = [job]  # noqa: F841
    wait()


def as_a_method_that_a_list_has_too(wait):
    job = Target().method
    every = [job]  # noqa: F841
    wait()


def of_a_caller_that_is_c(wait):
    def waits(job):
        wait()

    list(map(waits, [Target()]))


def that_reads_it_by_super(wait):
    class Local(Target):
        def method(this):
            wait()
            super().method()

    Local().method()


def is_the_only_one(wait):
    job = Target()
    wait()
    del job


def only_one(wait):
    job = Target()
    job.method()
    wait()


def only_one_beside_a_loop(wait):
    job = Target()
    job.method()
    for _ in [1]:
        wait()


def asked_while_waiting(function):
    begun, end = threading.Event(), threading.Event()

    def wait(*args):
        begun.set()
        end.wait()
        return 0

    thread = threading.Thread(target=function, args=(wait,))
    thread.start()
    begun.wait()
    try:
        [found] = [obj for obj in refcycle.snapshot() if issubclass(type(obj), (Target, Rows))]
        return refcycle.why(found)
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize(
    "function",
    [
        sorted_with_a_key,
        in_a_for_loop,
        by_an_iterator_of_the_loop,
        in_a_with_statement,
        as_the_argument_of_a_call,
        as_an_item_that_a_list_has_too,
        under_two_names,
        in_a_list_too,
        as_a_method_that_a_list_has_too,
        of_a_caller_that_is_c,
        that_reads_it_by_super,
        is_the_only_one,
    ],
)
def test_what_is_still_in_use_or_held_otherwise(function):
    answer = asked_while_waiting(function)
    assert answer.chains
    assert UNUSED not in names(answer)


@pytest.mark.parametrize("function", [only_one, only_one_beside_a_loop])
def test_what_the_variable_alone_holds(function):
    answer = asked_while_waiting(function)
    [remedy] = answer.remedies
    assert remedy.name == UNUSED
    assert remedy.advice.startswith(f"`{function.__name__}` still holds the value of `job` and")


def test_a_queue_that_a_call_waits_for():
    jobs = Jobs()
    begun = threading.Event()

    def worker(queue):
        begun.set()
        queue.get()

    thread = threading.Thread(target=worker, args=(jobs,))
    thread.start()
    begun.wait()
    try:
        assert UNUSED not in names(refcycle.why(jobs))
    finally:
        jobs.put(None)
        thread.join()


def test_what_a_generator_has_yielded_is_not_in_use():
    def generate():
        held = Holder()
        yield id(held)

    running = generate()
    next(running)
    call = running if sys.version_info >= (3, 11) else running.gi_frame
    assert unused_locals.UnusedLocals(None).of(call).names == {"held"}


def test_what_a_coroutine_awaits_is_in_use():
    class Waits:
        def __await__(self):
            yield

    async def work():
        held, other = Waits(), Target()  # noqa: F841
        await held

    running = work()
    running.send(None)
    call = running if sys.version_info >= (3, 11) else running.cr_frame
    assert unused_locals.UnusedLocals(None).of(call).names == {"other"}
    running.close()


def test_the_variable_of_a_comprehension_cannot_be_deleted():
    def work(wait):
        held = wait  # noqa: F841
        return [wait() for row in [Target()]]

    found = []

    def wait():
        frame = sys._getframe(1)
        while frame.f_code is not work.__code__:
            frame = frame.f_back
        found.append(unused_locals._unused_in(frame.f_code, frame.f_lasti).names)

    work(wait)
    assert found == [{"held"}]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="attach comes with Python 3.14")
def test_the_main_thread_that_attach_interrupts(tmp_path):
    program = """
        import time

        class Job:
            pass

        def main():
            job = Job()
            print("ready", flush=True)
            while True:
                time.sleep(0.01)

        main()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout.readline() == "ready\n"
            refcycle.attach(running.pid, tmp_path / "heap.refcycle")
        finally:
            running.kill()
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    [job] = loaded.find_by_typename("Job")
    [remedy] = loaded.why(job).remedies
    assert remedy.name == UNUSED
    assert "`main` still holds the value of `job`" in remedy.advice
