"""Holders of the standard library, of prompts and of well-known packages, and how to release them.

Each is recognised by the names that lead to it: its module or class, and the attribute.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from refcycle._why.remedy import Pattern, Seen, put_in

__all__ = ["KNOWN", "PROMPT", "held_by_interpreter", "known_holder", "prompt"]

KNOWN = "known holder"
PROMPT = "result or error of the prompt"

_LOGGER = "a logger keeps its handlers and filters: call removeHandler() or removeFilter()"
_MOCK = "a mock keeps the arguments of all calls (mock_calls): call reset_mock()"
_SELECTOR = (
    "the selector keeps what is registered for a file or socket: call unregister(), or close the "
    "transport or server"
)
_WIDGET = "ipywidgets keeps each widget: call its close()"
_CACHETOOLS = (
    "a cache of cachetools keeps its keys, with the arguments, and its values: call cache_clear() "
    "or clear(), or for a method use cachetools.cachedmethod with a cache in the object"
)
_EXIT_STACK = (
    "an ExitStack keeps its callbacks, with their arguments, until it is closed: call close(), or "
    "use it in a `with` statement"
)
_ASYNC_EXIT_STACK = (
    "an AsyncExitStack keeps its callbacks, with their arguments, until it is closed: await its "
    "aclose(), or use it in an `async with` statement"
)
_METRIC = "a metric keeps the child of each set of labels: call remove(*labels) or clear()"

_WARNINGS = (
    "`warnings` remembers each text and place of a warning: give warnings of one kind the same "
    "text, or let warnings.simplefilter ignore them"
)
_GARBAGE = "gc.DEBUG_SAVEALL keeps all garbage in `gc.garbage`: clear the list"
_QUERIES = "Django records queries while settings.DEBUG is set: django.db.reset_queries()"

# By module and global variable.
_IN_MODULES = {
    ("gc", "garbage"): _GARBAGE,
    ("ipywidgets.widgets.widget", "_instances"): _WIDGET,
    ("linecache", "cache"): "`linecache` keeps the lines of source files: linecache.clearcache()",
    ("marshmallow.class_registry", "_registry"): (
        "marshmallow keeps each schema class that was ever made: make a class once, or set "
        "`register = False` in its `class Meta`"
    ),
    ("multiprocessing.util", "_finalizer_registry"): (
        "`multiprocessing` keeps its finalizers and their arguments until the program ends: close "
        "and join the pool, the queue or the manager"
    ),
    ("re", "_cache"): "`re` keeps compiled patterns: re.purge()",
    ("re", "_cache2"): "`re` keeps compiled patterns: re.purge()",
    ("urllib.request", "ftpcache"): "`urllib.request` keeps FTP connections: urlcleanup()",
}
# By the name of a root.
_IN_INTERPRETER = {"gc.garbage of the interpreter": _GARBAGE}
# By module, class and class attribute.
_IN_CLASSES = {
    ("matplotlib._pylab_helpers", "Gcf", "figs"): (
        "`pyplot` keeps each figure until it is closed: plt.close(fig)"
    ),
    ("unittest.mock", "_patch", "_active_patches"): (
        "`unittest.mock` keeps a patch that was started until it is stopped: call its stop(), or "
        "patch.stopall()"
    ),
    ("weakref", "finalize", "_registry"): (
        "`weakref.finalize` keeps its function and its arguments until the object that it watches "
        "is freed: let them not lead to that object, or call its detach() when they are no longer "
        "needed"
    ),
    ("ipywidgets.widgets.widget", "Widget", "_active_widgets"): _WIDGET,
    ("ipywidgets.widgets.widget", "Widget", "widgets"): _WIDGET,
}
_CLASSES = {
    (name, attribute): (module, name, attribute) for module, name, attribute in _IN_CLASSES
}
# By type and attribute.
_IN_OBJECTS = {
    ("contextlib.AsyncExitStack", "_exit_callbacks"): _ASYNC_EXIT_STACK,
    ("contextlib.ExitStack", "_exit_callbacks"): _EXIT_STACK,
    ("django.dispatch.dispatcher.Signal", "receivers"): (
        "a signal keeps receivers that were connected with weak=False: call disconnect()"
    ),
    ("logging.Logger", "filters"): _LOGGER,
    ("logging.Logger", "handlers"): _LOGGER,
    ("logging.Manager", "loggerDict"): (
        "`logging` keeps every logger by name: use few names, and a LoggerAdapter for what varies"
    ),
    ("logging.RootLogger", "filters"): _LOGGER,
    ("logging.RootLogger", "handlers"): _LOGGER,
    ("logging.handlers.MemoryHandler", "buffer"): "the handler buffers its records: call flush()",
    ("matplotlib.cbook.CallbackRegistry", "callbacks"): (
        "the canvas keeps callbacks that were connected: call mpl_disconnect(cid)"
    ),
    ("prometheus_client.metrics.Counter", "_metrics"): _METRIC,
    ("prometheus_client.metrics.Gauge", "_metrics"): _METRIC,
    ("prometheus_client.metrics.Histogram", "_metrics"): _METRIC,
    ("prometheus_client.metrics.Summary", "_metrics"): _METRIC,
    ("prometheus_client.registry.CollectorRegistry", "_collector_to_names"): (
        "the registry keeps each collector: call registry.unregister(collector)"
    ),
    ("sched.scheduler", "_queue"): "the scheduler keeps pending events: call cancel(event)",
    ("selectors.DevpollSelector", "_fd_to_key"): _SELECTOR,
    ("selectors.EpollSelector", "_fd_to_key"): _SELECTOR,
    ("selectors.KqueueSelector", "_fd_to_key"): _SELECTOR,
    ("selectors.PollSelector", "_fd_to_key"): _SELECTOR,
    ("selectors.SelectSelector", "_fd_to_key"): _SELECTOR,
    ("warnings.WarningMessage", "source"): (
        "a recorded warning keeps the object that it is about: store its message instead"
    ),
}
# By type, for any attribute.
_WHOLE_OBJECTS = {
    "cachetools.Cache": _CACHETOOLS,
    "cachetools.FIFOCache": _CACHETOOLS,
    "cachetools.LFUCache": _CACHETOOLS,
    "cachetools.LRUCache": _CACHETOOLS,
    "cachetools.MRUCache": _CACHETOOLS,
    "cachetools.RRCache": _CACHETOOLS,
    "cachetools.TLRUCache": _CACHETOOLS,
    "cachetools.TTLCache": _CACHETOOLS,
    "psygnal._weak_callback.StrongFunction": (
        "a signal keeps functions and lambdas that are connected: call disconnect(), or connect "
        "a method, of which it has a weak reference"
    ),
}
_OF_MOCKS = {
    "_mock_call_args",
    "_mock_call_args_list",
    "_mock_mock_calls",
    "method_calls",
}
# Closing one frees all of its parts.
_OF_WHOLES = {_IN_CLASSES["matplotlib._pylab_helpers", "Gcf", "figs"], _WIDGET}
_MOCKS = {
    "unittest.mock.AsyncMock",
    "unittest.mock.MagicMock",
    "unittest.mock.Mock",
    "unittest.mock.NonCallableMagicMock",
    "unittest.mock.NonCallableMock",
}

_FUNCTIONS = {"function", "method", "builtin_function_or_method"}
_LAST_ERROR = {"last_exc", "last_traceback", "last_value"}
_OF_IPYTHON = re.compile(r"Out|_oh|_\d+")
# Names that programs use too.
_RESULTS_OF_IPYTHON = {"_", "__", "___"}


def known_holder(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise the holder of a library that is nearest to the object.

    The result is None if another container that has grown is nearer.
    """
    for place in range(len(steps) - 3, -1, -1):
        advice = _advice(steps[place], str(steps[place + 1].name))
        if advice is not None:
            is_far = advice not in _OF_WHOLES and _is_put_in_below(steps, place + 2)
            return None if is_far else Pattern(KNOWN, advice, put_in(steps, place + 1))
    return None


def held_by_interpreter(holder: str, steps: Sequence[Seen]) -> Pattern | None:
    """Recognise what the interpreter holds itself, which needs no module.

    `holder` is the holder of the first object of a chain. The result is None if a container that
    has grown is nearer to the object.
    """
    advice = _IN_INTERPRETER.get(holder)
    if advice is None or _is_put_in_below(steps, 1):
        return None
    return Pattern(KNOWN, advice, put_in(steps, 0))


def _is_put_in_below(steps: Sequence[Seen], place: int) -> bool:
    """Return whether an attribute below a place is a container to which items were added."""
    below = steps[place:]
    return any(
        step.is_attribute
        and step.may_have_grown
        and not holder.is_container
        and following.is_put_in
        for holder, step, following in zip(below, below[1:], below[2:], strict=False)
    )


def _advice(step: Seen, name: str) -> str | None:
    own_name = step.own_name or ""
    if step.type.known == "module":
        if name == "__warningregistry__":
            return _WARNINGS
        return _IN_MODULES.get((own_name, name))
    if step.is_class:
        found = _CLASSES.get((own_name, name))
        return _IN_CLASSES[found] if found and step.is_class_of(*found[:2]) else None
    type_name = step.type_name or ""
    if type_name in _MOCKS and name in _OF_MOCKS:
        return _MOCK
    if name == "queries_log" and type_name.startswith("django.db.backends."):
        return _QUERIES
    return _WHOLE_OBJECTS.get(type_name) or _IN_OBJECTS.get((type_name, name))


def prompt(steps: Sequence[Seen]) -> Pattern | None:
    """Recognise the objects that a prompt keeps: the last result and the last uncaught error."""
    for place, (step, following) in enumerate(pairwise(steps), start=1):
        name = str(following.name)
        # `gettext.install` puts a function there.
        if name == "_" and following.type.known in _FUNCTIONS:
            continue
        if step.type.known == "module" and following.kind == "attribute":
            advice = _of_module(step.own_name or "", name)
        elif step.type_name == "IPython.core.interactiveshell.ExecutionResult":
            advice = "IPython keeps the last result: evaluate another expression"
        else:
            continue
        if advice is not None:
            return Pattern(PROMPT, advice, place)
    return None


def _of_module(module: str, name: str) -> str | None:
    if module == "sys" and name in _LAST_ERROR:
        return (
            f"`sys.{name}` keeps the last uncaught exception with the variables of its frames: "
            "`del sys.last_value, sys.last_traceback` (from Python 3.12 on also `sys.last_exc`)"
        )
    if module == "builtins" and name == "_":
        return (
            "the prompt keeps its last result in `_`: evaluate another expression, or assign "
            "`builtins._ = None`"
        )
    is_name = _OF_IPYTHON.fullmatch(name) is not None or name in _RESULTS_OF_IPYTHON
    if module == "__main__" and is_name and _is_ipython():
        return (
            f"IPython keeps results, in `{name}` and `Out`: run `%reset -f out`, or end a line "
            "with `;` so that its result is not kept"
        )
    return None


def _is_ipython() -> bool:
    return "IPython" in sys.modules
