"""Every place in a program where a string can be that is not an identifier.

One file, because each place is a few lines of one list.
"""

import array
import ast
import asyncio
import collections
import configparser
import contextlib
import contextvars
import ctypes
import dataclasses
import decimal
import enum
import functools
import http.cookies
import io
import itertools
import linecache
import logging
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import types
import urllib.request
import uuid
import warnings
import weakref

from helpers.secrets_of_all_kinds import number, secrets

PLACES = {}


def place(plant):
    """Register a function that puts secrets into a place and returns what keeps them there."""
    PLACES[plant.__name__] = plant
    return plant


class Kept:
    pass


class Slotted:
    __slots__ = ("first", "others")


class Text(str):
    pass


class Mapping(dict):
    pass


def words(secrets):
    return [secret for secret in secrets if secret.isidentifier()]


def no_words(secrets):
    return [secret for secret in secrets if not secret.isidentifier()]


def no_dotted_names(given):
    """Omit those that could be the name of a module, or of a nested type."""
    return [
        secret for secret in given if not all(part.isidentifier() for part in secret.split("."))
    ]


# Keys of dicts.


@place
def keys_of_a_dict(given):
    return {secret: Kept() for secret in given}


@place
def keys_of_an_attribute(given):
    kept = Kept()
    kept.sessions = {secret: Kept() for secret in given}
    return kept


@place
def keys_with_values_that_are_not_tracked(given):
    return dict.fromkeys(given, 1)


@place
def keys_within_keys(given):
    return {"users": {secret: {secret: {secret: [secret]}} for secret in given}}


@place
def keys_of_a_subclass(given):
    kept = Mapping({secret: Kept() for secret in given})
    kept.more = Kept()
    return kept


@place
def keys_of_collections(given):
    return [
        collections.OrderedDict((secret, Kept()) for secret in given),
        collections.Counter(given),
        collections.UserDict({secret: Kept() for secret in given}),
        collections.ChainMap({secret: Kept() for secret in given}),
        collections.defaultdict(list, {secret: [secret] for secret in given}),
        types.MappingProxyType({secret: Kept() for secret in given}),
        weakref.WeakKeyDictionary({Text(secret): Kept() for secret in given}),
    ]


@place
def keys_of_weak_values(given):
    kept = [Kept() for _ in given]
    return kept, weakref.WeakValueDictionary(zip(given, kept, strict=True))


@place
def keys_in_tuples(given):
    found = {(secret, 1, (secret, (secret, (secret,)))): Kept() for secret in given}
    return {**found, tuple(given): Kept(), frozenset(given): Kept()}


@place
def keys_of_bytes(given):
    return {secret.encode("utf-8", "surrogatepass"): Kept() for secret in given}


@place
def keys_of_a_subclass_of_str(given):
    kept = Kept()
    vars(kept).update({Text(secret): Kept() for secret in given})
    return {Text(secret): Kept() for secret in given}, kept


@place
def keys_that_are_numbers(given):
    found = number(PLACE)
    return {found: Kept(), float(found): Kept(), (found, -found): Kept(), complex(found): Kept()}


@place
def keys_of_keywords(given):
    def called(**keywords):
        return sys._getframe()

    frame = called(**{secret: Kept() for secret in given})
    return frame, functools.partial(called, **{secret: Kept() for secret in given})


@place
def keys_of_a_cache(given):
    @functools.cache
    def without_limit(key):
        return [key]

    @functools.lru_cache(maxsize=10_000)
    def with_limit(key, *, more=None):
        return [key]

    for secret in given:
        without_limit(secret)
        with_limit(secret)
        with_limit(secret, more=secret)
    return without_limit, with_limit


@place
def keys_held_by_a_field_like_a_namespace(given):
    """A slot, an item or a variable with the name of a namespace is data."""

    class Holder:
        __slots__ = ("__annotations__", "__globals__", "__kwdefaults__", "f_locals")

    def sessions():
        return {secret: Kept() for secret in given}

    held = Holder()
    for name in Holder.__slots__:
        setattr(held, name, sessions())
    kept = Kept()
    kept.__globals__, kept.f_locals, kept._data = sessions(), sessions(), sessions()
    return held, kept, {"__dict__": sessions(), "f_globals": sessions(), "environ": sessions()}


@place
def keys_of_copies_of_namespaces(given):
    kept = Kept()
    vars(kept).update({secret: Kept() for secret in words(given)})
    copied = dict(vars(kept))
    vars(kept).clear()
    return kept, copied


@place
def keys_of_thread_locals(given):
    kept = threading.local()
    kept.sessions = {secret: Kept() for secret in given}
    vars(kept).update({secret: Kept() for secret in no_words(given)})
    return kept


@place
def keys_in_the_environment_copied(given):
    return dict.fromkeys(given, "1"), os.environ.copy()


@place
def keys_of_loggers(given):
    return [logging.getLogger(secret) for secret in given]


@place
def keys_of_warnings(given):
    def warn():
        for secret in given:
            warnings.warn(secret, UserWarning, stacklevel=2)

    namespace = {"__name__": "warned", "warn": warn}
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("default")
        exec("warn()", namespace)
    return namespace


@place
def keys_of_caches_of_the_library(given):
    for secret in given:
        linecache.cache[secret] = (1, None, [secret], secret)
        with contextlib.suppress(re.error, ValueError):
            re.compile(re.escape(secret))
    return [re.compile(re.escape(secret)) for secret in given]


@place
def keys_of_cookies_and_settings(given):
    settings = configparser.RawConfigParser()
    settings.read_dict({"section": {secret: secret.replace("\n", "") for secret in given}})
    cookies = http.cookies.SimpleCookie()
    for secret in filter(str.isascii, words(given)):
        cookies[secret] = secret
    return settings, cookies


# Names that are not identifiers, where names are expected.


@place
def attributes(given):
    kept = Kept()
    for secret in no_words(given):
        setattr(kept, secret, Kept())
    other = types.SimpleNamespace(**{secret: Kept() for secret in no_words(given)})
    return kept, other, type("Class", (), {secret: Kept() for secret in no_words(given)})


@place
def attributes_inline(given):
    found = []
    for secret in no_words(given):

        class Fresh:
            pass

        kept = Fresh()
        setattr(kept, secret, Kept())
        found.append(kept)
    return found


@place
def attributes_in_a_dict(given):
    kept, other, borg = Kept(), Kept(), Kept()
    vars(kept).update({secret: Kept() for secret in no_words(given)})
    other.__dict__ = borg.__dict__ = {secret: Kept() for secret in no_words(given)}
    return kept, other, borg, vars(kept)


@place
def variables(given):
    module = types.ModuleType("planted")
    vars(module).update({secret: Kept() for secret in no_words(given)})
    globals().update({secret: Kept() for secret in no_words(given)})
    namespace = {"__name__": "executed", **{secret: Kept() for secret in no_words(given)}}
    exec("def function(): pass", namespace)
    return module, namespace


@place
def variables_of_frames(given):
    def raised():
        raise ValueError

    names = {"raised": raised, **{secret: Kept() for secret in no_words(given)}}
    try:
        exec("raised()", {"__name__": "executed"}, names)
    except ValueError as error:
        return error


@place
def variables_of_code(given):
    def function(first, second):
        return sys._getframe()

    code = function.__code__
    found = []
    for secret in no_words(given):
        with contextlib.suppress(ValueError):
            named = code.replace(co_varnames=(secret, secret + "_"))
            found.append(types.FunctionType(named, globals())([Kept()], [Kept()]))
    return found


@place
def names_of_types(given):
    classes = {}
    for secret in no_dotted_names(given):
        # The name of a type cannot contain a NUL or a surrogate.
        with contextlib.suppress(ValueError):
            classes[secret] = type(secret, (), {})
    types_ = list(classes.values())
    instances = [type_() for type_ in types_]
    bases = (list, dict, set, int, str)
    containers = [type(secret, (base,), {})() for secret in classes for base in bases]
    kept = Kept()
    kept.by_type = {type_: Kept() for type_ in types_}
    kept.by_instance = {instance: Kept() for instance in instances}
    return types_, instances, containers, kept


@place
def modules_of_types(given):
    classes = []
    for secret in no_dotted_names(given):
        classes.append(type("Class", (), {"__module__": secret}))
    return classes, [class_() for class_ in classes]


@place
def names_of_code(given):
    def function():
        return sys._getframe()

    def generate():
        yield Kept()

    found = []
    for secret in no_words(given):
        for made in (function, generate):
            with contextlib.suppress(ValueError):
                named = made.__code__.replace(co_name=secret)
                found.append(types.FunctionType(named, globals())())
    return found, [next(each, None) for each in found if isinstance(each, types.GeneratorType)]


@place
def annotations(given):
    def function():
        pass

    class Class:
        pass

    function.__annotations__ = {secret: Kept() for secret in no_words(given)}
    Class.__annotations__ = {secret: [secret] for secret in no_words(given)}
    function.__kwdefaults__ = {secret: Kept() for secret in no_words(given)}
    return function, Class


@place
def modules(given):
    for secret in no_words(given):
        if not all(map(str.isidentifier, secret.split("."))):
            sys.modules[secret] = types.ModuleType("planted")
    return None


@place
def environment(given):
    for secret in given:
        with contextlib.suppress(ValueError, UnicodeEncodeError):
            os.environ[f"NAME_{len(os.environ)}"] = secret
        if not secret.isidentifier():
            with contextlib.suppress(ValueError, UnicodeEncodeError, OSError):
                os.environ[secret] = "1"
    return None


@place
def names_of_files_of_code(given):
    found = []
    for secret in given:
        if "\0" not in secret:
            code = compile("import sys; frame = sys._getframe()", secret, "exec")
            exec(code, namespace := {})
            found.append(namespace)
    return found


# Values.


@place
def values_of_containers(given):
    return [
        list(given),
        tuple(given),
        set(given),
        frozenset(given),
        collections.deque(given),
        dict(enumerate(given)),
        [bytes(secret, "utf-8", "surrogatepass") for secret in given],
        [bytearray(secret, "utf-8", "surrogatepass") for secret in given],
        [memoryview(bytes(secret, "utf-8", "surrogatepass")) for secret in given],
        array.array("u" if sys.version_info < (3, 13) else "w", "".join(given)),
        [number(PLACE), -number(PLACE), float(number(PLACE)), complex(number(PLACE))],
    ]


@place
def values_of_attributes(given):
    kept, slotted = Kept(), Slotted()
    kept.first, slotted.first = given[0], given[1]
    for index, secret in enumerate(given):
        setattr(kept, f"value_{index}", secret)
    kept.others = slotted.others = [Text(secret) for secret in given]
    vars(kept)["more"] = list(given)
    return kept, slotted


@place
def values_of_classes(given):
    members = {f"MEMBER_{index}": secret for index, secret in enumerate(given)}
    Point = collections.namedtuple("Point", ["first", "second"])
    Record = dataclasses.make_dataclass(
        "Record", [(f"field_{i}", str, dataclasses.field(default=s)) for i, s in enumerate(given)]
    )
    Class = type("Class", (), {"__doc__": given[0], "secrets": given, **members})
    return enum.Enum("Members", members), Point(*given[:2]), Record(), Class, Class()


@place
def values_of_variables(given):
    def generator(argument, *arguments, default=given[2]):
        local = given[3]
        texts = list(given)
        yield local, texts, argument

    async def coroutine(argument):
        await asyncio.sleep(argument)

    running, waiting = generator(given[0], *given), coroutine(given[1])
    next(running)
    ASIDE.append(waiting)

    def closure():
        return given, running

    return running, closure


@place
def values_of_exceptions(given):
    class Failed(Exception):
        pass

    found = []
    for secret in given:
        try:
            local = secret
            try:
                raise KeyError(secret)
            except KeyError:
                raise Failed(local, {secret: secret}) from None
        except Failed as error:
            error.detail = secret
            error.__notes__ = [secret]
            found.append(error)
    found.append(OSError(2, given[0], given[1]))
    found.append(ImportError(given[0], name=given[1], path=given[2]))
    found.append(UnicodeEncodeError("utf-8", given[0], 0, 1, given[1]))
    found.append(SyntaxError(given[0], (given[1], 1, 1, given[2])))
    found.append(StopIteration(given[0]))
    return found


@place
def values_of_functions(given):
    def functions(secret):
        def function(first=secret, *, second=secret):
            return secret

        function.__doc__ = secret
        function.__annotations__ = {"first": secret, "return": {secret: secret}}
        function.attribute = secret
        yield function
        yield functools.partial(function, secret, second=secret)
        yield functools.wraps(function)(Kept())
        yield property(function, doc=secret)

    return [list(functions(secret)) for secret in given]


@place
def values_in_code(given):
    texts = [secret for secret in given if secret.isascii()]
    code = compile(
        f"def function():\n    {given[0]!r}\n    return {texts!r}, {texts[0]!r}", "-", "exec"
    )
    exec(code, namespace := {})
    return namespace, code, ast.parse(repr(texts)), memoryview(repr(texts).encode())


@place
def values_of_modules(given):
    module = types.ModuleType("planted_values", doc=given[0])
    module.__file__ = None
    module.PASSWORDS = list(given)
    for index, secret in enumerate(given):
        setattr(module, f"value_{index}", secret)
    sys.modules["planted_values"] = module
    return None


@place
def values_of_the_library(given):
    variable = contextvars.ContextVar(given[0], default=given[1])
    context = contextvars.copy_context()
    context.run(variable.set, given[2])
    jobs, simple = queue.Queue(), queue.SimpleQueue()
    for secret in given:
        jobs.put(secret)
        simple.put(secret)
    record = logging.LogRecord(given[0], 10, given[1], 1, given[2], (given[3],), None)
    return [
        context,
        jobs,
        simple,
        record,
        [pathlib.PurePosixPath(secret) for secret in given],
        [io.StringIO(secret) for secret in given],
        [io.BytesIO(secret.encode("utf-8", "surrogatepass")) for secret in given],
        [ctypes.create_string_buffer(secret.encode("utf-8", "surrogatepass")) for secret in given],
        uuid.UUID(int=number(PLACE)),
        decimal.Decimal(number(PLACE)),
        urllib.request.Request("http://a/" + words(given)[0], headers={words(given)[1]: given[2]}),
        itertools.cycle(given),
        iter(given),
        zip(given, given, strict=True),
        map(str.upper, given),
        re.compile("a").match("a" + given[0]),
        [sys.intern(secret) for secret in given],
        weakref.finalize(ASIDE_OBJECT, print, *given, **{s: s for s in words(given)}),
    ]


@place
def names_of_open_files(given):
    found = []
    folder = tempfile.mkdtemp()
    for secret in given:
        name = os.path.join(folder, secret.replace("/", "_")[:200])
        with contextlib.suppress(OSError, ValueError, UnicodeEncodeError):
            found.append(open(name, "w"))
            found.append(open(name, "rb", buffering=0))
            os.unlink(name)
    return found


@place
def arguments_of_programs(given):
    sys.argv += given
    started = [s for s in given if "\0" not in s and "\udc80" not in s]
    process = subprocess.Popen([sys.executable, "-c", "", *started])
    process.wait()
    return process


@place
def arguments_of_threads(given):
    ready, over = threading.Event(), threading.Event()

    def waiting(sessions, *arguments, **keywords):
        local = sessions
        ready.set()
        over.wait()
        return local

    sessions = {secret: Kept() for secret in given}
    thread = threading.Thread(
        target=waiting,
        args=(sessions, *given),
        kwargs={secret: secret for secret in given},
        daemon=True,
        name="a worker",
    )
    thread.start()
    ready.wait()
    return thread


@place
def results_of_tasks(given):
    loop = asyncio.new_event_loop()

    async def work(secrets):
        return {secret: [secret] for secret in secrets}

    async def fail(secret):
        raise ValueError(secret)

    async def all_of_them():
        tasks = [loop.create_task(work(given))]
        tasks += [loop.create_task(fail(secret)) for secret in given]
        await asyncio.wait(tasks)
        return tasks

    return loop.run_until_complete(all_of_them()), loop


NAMES = list(PLACES)
ASIDE = []
ASIDE_OBJECT = Kept()
PLACE = 0
KEPT = []


def plant():
    """Put secrets of all kinds into all places, and keep them there."""
    global PLACE
    for PLACE, name in enumerate(NAMES):
        KEPT.append(PLACES[name](secrets(PLACE)))


# What must remain: identifiers.


class StayingClass:
    staying_class_attribute = []
    staying_annotated: list = []

    def __init__(self):
        self.staying_attribute = Kept()
        self.staying_table = {"not_staying_key": Kept()}

    def staying_method(self, staying_parameter: list = []):  # noqa: B006
        return staying_parameter


class StayingSlots:
    __slots__ = ("staying_slot",)

    def __init__(self):
        self.staying_slot = Kept()


def staying_function(*, staying_keyword=[]):  # noqa: B006
    staying_cell = Kept()

    def staying_inner():
        return staying_cell

    return staying_inner


def staying_generator():
    staying_variable = Kept()
    yield staying_variable


def stay():
    """Create objects with identifiers that must remain."""
    touched = StayingClass()
    vars(touched)["staying_in_a_dict"] = Kept()
    running = staying_generator()
    next(running)
    os.environ["STAYING_IN_THE_ENVIRONMENT"] = "not_staying_value"
    namespace = {"__name__": "staying_module", "staying_global": [Kept()]}
    module = types.ModuleType("staying_module")
    module.staying_in_a_module = Kept()
    sys.modules["staying_package.staying_module"] = module
    exec("def staying_executed(): pass", namespace)
    KEPT.append(
        [StayingClass(), touched, StayingSlots(), staying_function(), running, namespace, module]
    )


STAYING = [
    "StayingClass",
    "staying_attribute",
    "staying_class_attribute",
    "staying_executed",
    "staying_function",
    "staying_generator",
    "staying_global",
    "staying_in_a_dict",
    "staying_in_a_module",
    "staying_inner",
    "staying_keyword",
    "staying_method",
    "staying_package.staying_module",
    "staying_slot",
    "staying_table",
    "staying_variable",
    "STAYING_IN_THE_ENVIRONMENT",
    "StayingSlots",
]
