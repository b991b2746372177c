"""Facts about the types of objects, live or from a file."""

from __future__ import annotations

import codecs
import collections
import functools
import sys
import types
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from refcycle._objects import states, type_flags
from refcycle._refcycle import LoadedGraph, SavedObject, object_name
from refcycle._text.json_text import value_of_json

if TYPE_CHECKING:
    from refcycle._refcycle import ObjectGraph, ObjectName

__all__ = [
    "Facts",
    "Type",
    "Types",
    "facts_of",
    "id_of",
    "is_dict",
    "is_graph_of_file",
    "is_ours",
    "is_tracked_container",
    "items_of",
    "len_of",
    "names_of_items",
    "size_of",
]

# Python's own types that answers depend on, by their names in files.
_KNOWN: dict[str, type[Any]] = {
    "builtin_function_or_method": types.BuiltinFunctionType,
    "bytearray": bytearray,
    "cell": types.CellType,
    "classmethod": classmethod,
    "classmethod_descriptor": types.ClassMethodDescriptorType,
    "code": types.CodeType,
    "codecs.CodecInfo": codecs.CodecInfo,
    "collections.Counter": collections.Counter,
    "collections.OrderedDict": collections.OrderedDict,
    "collections.defaultdict": collections.defaultdict,
    "collections.deque": collections.deque,
    "coroutine": types.CoroutineType,
    "async_generator": types.AsyncGeneratorType,
    "dict": dict,
    "frame": types.FrameType,
    "function": types.FunctionType,
    "functools.cached_property": functools.cached_property,
    "functools.partial": functools.partial,
    "functools.partialmethod": functools.partialmethod,
    "functools._lru_cache_wrapper": type(functools.lru_cache(len)),
    "generator": types.GeneratorType,
    "getset_descriptor": types.GetSetDescriptorType,
    "list": list,
    "mappingproxy": types.MappingProxyType,
    "member_descriptor": types.MemberDescriptorType,
    "memoryview": memoryview,
    "method": types.MethodType,
    "method-wrapper": types.MethodWrapperType,
    "method_descriptor": types.MethodDescriptorType,
    "module": types.ModuleType,
    "property": property,
    "set": set,
    "staticmethod": staticmethod,
    "traceback": types.TracebackType,
    "tuple": tuple,
    "type": type,
    "wrapper_descriptor": types.WrapperDescriptorType,
}
# By their ids: a metaclass can have an `__eq__` and a `__hash__`.
_NAMES = {id(class_): name for name, class_ in _KNOWN.items()}


_CONTAINERS = {
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.deque",
    "dict",
    "list",
    "set",
}

# An item by the name of the reference, and the length in a label.
_ITEMS = {"item", "value", "element"}
_LETTERS = "hwteclfnkg"


class Facts(NamedTuple):
    """Facts about a type."""

    is_made_at_run_time: bool
    """Whether it is not one of CPython's static types."""
    has_weak_references: bool
    """Whether its instances can be referred to weakly."""
    is_tuple: bool
    is_exception: bool
    is_class: bool
    is_thread_local: bool
    is_future: bool
    """Whether its instances are tasks or futures."""
    is_enum: bool
    """Whether its instances are members of an enumeration."""
    has_keys_or_elements: bool
    """Whether its instances are dicts or sets."""
    is_greenlet: bool
    """Whether its instances are greenlets."""

    def flags(self) -> str:
        """Return the facts as letters, for a file.

        >>> facts_of(StopIteration).flags()
        'e'
        """
        marks = zip(_LETTERS, self, strict=True)
        return "".join(letter if fact else "" for letter, fact in marks)


def facts_of(class_: type[Any]) -> Facts:
    """Return the facts about a class. No code of its metaclass runs."""
    return Facts(
        type_flags.is_made_at_run_time(class_),
        type_flags.can_be_referred_to_weakly(class_),
        type_flags.is_tuple(class_),
        type_flags.is_exception(class_),
        type_flags.is_class(class_),
        type_flags.is_thread_local(class_),
        states.is_future(class_),
        type_flags.is_enum(class_),
        type_flags.has_keys_or_elements(class_),
        states.is_greenlet(class_),
    )


def facts_in_file(flags: str) -> Facts:
    """Return the facts that `Facts.flags` wrote."""
    return Facts(*(letter in flags for letter in _LETTERS))


class Type(NamedTuple):
    """The type of an object."""

    key: int | str
    """Equal for objects of one type; in a file also for objects of another type of the same
    name."""
    known: str
    """Its name, for example "list" or "collections.deque", if it is one of Python's own types
    about which more is known; else empty."""
    facts: Facts


class Types:
    """The types of the objects of a graph, each examined once."""

    def __init__(self, graph: ObjectGraph) -> None:
        self._known: dict[int | str, Type] = {}
        self._saved: dict[str, str] | None = None
        if is_graph_of_file(graph):
            self._saved = value_of_json(graph.metadata.get("types", "{}"))

    def of(self, obj: object) -> Type:
        """Return the type of an object. No code of it runs."""
        class_ = type(obj)
        if self._saved is not None and type(obj) is SavedObject:
            return self._of_saved(obj.type_name, self._saved)
        # By its id: a metaclass can have an `__eq__` and a `__hash__`.
        found = self._known.get(id(class_))
        if found is None:
            found = Type(id(class_), _NAMES.get(id(class_), ""), facts_of(class_))
            self._known[id(class_)] = found
        return found

    def _of_saved(self, name: str, flags: dict[str, str]) -> Type:
        found = self._known.get(name)
        if found is None:
            known = name if name in _KNOWN else ""
            found = Type(name, known, facts_in_file(flags.get(name, "")))
            self._known[name] = found
        return found


class Items(NamedTuple):
    """The types of the first items of a container."""

    types: Sequence[int | str]
    """Their keys, in the order of the items."""
    are_all: bool
    """Whether the items that are left out all come after these."""


def items_of(container: Any, limit: int, *, by_key: bool = False) -> Items:
    """Return the types of the first items of a container, or of its keys.

    No items if another thread changes it meanwhile. No code of the container runs.
    """
    if type(container) is SavedObject:
        return _saved_items(container, limit, by_key=by_key)
    try:
        items = islice(_live_items(container, by_key), limit)
        return Items([id(type(item)) for item in items], are_all=True)
    except RuntimeError:
        return Items([], are_all=True)


def names_of_items(container: Any, limit: int, *, by_key: bool = False) -> list[ObjectName]:
    """Return the names of the first items of a container, or of its keys, as `items_of` does."""
    if type(container) is SavedObject:
        wanted = {"key"} if by_key else _ITEMS
        named = container._referents(2 * limit)
        return [item for name, item in named if name and name.kind in wanted][:limit]
    try:
        return [object_name(item) for item in islice(_live_items(container, by_key), limit)]
    except RuntimeError:
        return []


def _live_items(container: Any, by_key: bool) -> Iterable[object]:
    if not issubclass(type(container), dict):
        found: Iterable[object] = container
        return found
    return dict.keys(container) if by_key else dict.values(container)


def _saved_items(container: SavedObject, limit: int, *, by_key: bool) -> Items:
    # Keys and values are interleaved, but an OrderedDict shows all keys again after them.
    is_ordered = container.type_name == "collections.OrderedDict"
    references = container._references(None if is_ordered else 2 * limit + 2)
    if by_key:
        types = [type_name for name, type_name in references if name and name.kind == "key"]
        types = types[: len(types) // 2] if is_ordered else types
    else:
        types = [type_name for name, type_name in references if name and name.kind in _ITEMS]
    # Snapshots leave out strings and numbers. An object of unknown length, such as a deque, is
    # assumed to have none.
    length = container.length
    return Items(types[:limit], are_all=length is None or len(types) >= length)


def is_dict(obj: object) -> bool:
    """Return whether an object is, or was when it was saved, exactly a dict."""
    return type(obj) is dict or (type(obj) is SavedObject and obj.type_name == "dict")


def is_tracked_container(obj: object) -> bool:
    """Return whether a live object is exactly one of Python's containers of items."""
    return _NAMES.get(id(type(obj))) in _CONTAINERS


def is_ours(obj: object) -> bool:
    """Return whether an object is of a class of refcycle. No code of the object runs."""
    return str(object_name(obj).type_name).startswith("refcycle.")


def is_graph_of_file(graph: object) -> TypeGuard[LoadedGraph]:
    """Return whether the objects of a graph are known from a file."""
    # Not isinstance: that asks the object for its `__class__`.
    return issubclass(type(graph), LoadedGraph)


def id_of(obj: object) -> int:
    """Return the address of an object; for an object of a file, the address that it had."""
    return obj.address if type(obj) is SavedObject else id(obj)


def len_of(container: Any) -> int:
    """Return the number of items of a container; 0 if a file does not have it.

    A subclass is not asked.
    """
    if type(container) is SavedObject:
        return container.length or 0
    for kind in (list, dict, set, frozenset, tuple, collections.deque):
        if issubclass(type(container), kind):
            return kind.__len__(container)
    return 0


def size_of(container: Any) -> int:
    """Return the bytes that a list itself takes, as `sys.getsizeof` does."""
    return container.size if type(container) is SavedObject else sys.getsizeof(container)
