"""Signatures, types and fixes without what a redacted file hides: texts that cannot be names.

`redacted_function` and `ObjectName.qualified` decide what can be a name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from refcycle._refcycle import object_name, redacted_file, redacted_function

if TYPE_CHECKING:
    from refcycle._why.chains import Step
    from refcycle._why.tree import Line
    from refcycle.liveness import Why

__all__ = ["redacted_fixes", "redacted_signature", "redacted_type"]

_HIDDEN = "?"
_HIDDEN_TYPE = "(type)"
_NAMED = ("attribute", "field", "local")

# The parts of a signature. Their words are examined afterwards.
_WORD = r"(?:[\w<>?-]+|\(type\)|\(attribute\))"
_DOTTED = rf"{_WORD}(?:\.{_WORD})*"
_TYPE = rf"{_DOTTED}(?:\[(?:[\w.<>\[\]]|, )*\])?"
_KINDS = "module|class|function|method|frame|generator|coroutine|async generator"
_OBJECT = rf"(?:(?:{_KINDS}) {_TYPE}|weak reference|{_TYPE})"
_REFERENCE = (
    rf"(?:\.__dict__ key|\.{_WORD}(?:\[\*\])?|\[\*\]| key| element| local(?: '\.?{_WORD}')?"
    rf"| stack\[\*\]| state of '{_DOTTED}')"
)
_GARBAGE = rf"garbage cycle of {_OBJECT}(?:, {_OBJECT})*(?:, \.\.\.)?"
_HOLDER = (
    rf"(?:copy of the namespace of {_DOTTED}|refcycle, for the (?:dump|end of the program)"
    rf"|[\w*./]+(?: (?!of )[\w*./]+)*(?: of (?:(?:code|object|signal|the|type) )?(?:{_DOTTED}|\*)"
    r"(?: \(\w+\)|, by their index)?)?)"
)
_STEP = re.compile(rf"{_OBJECT}{_REFERENCE}?|\.\.\.")
_FIRST_STEP = re.compile(rf"(?:(?:{_GARBAGE}|{_HOLDER}): )?{_OBJECT}{_REFERENCE}?")
_WORDS = re.compile(r"[^\s.,:'\[\]()*/]+")
_OWN_WORDS = {_HIDDEN, "method-wrapper"}


def redacted_type(obj: object, name: str) -> str:
    """Return the name of the type of an object, or a text in its place."""
    return name if _has_shown_type(obj) else _HIDDEN_TYPE


def redacted_signature(signature: str, why: Why | None) -> str:
    """Return a signature with `?` in place of names and parts that a redacted file would hide.

    `why` has its chain, if that is known. Otherwise, an attribute whose name is that of several
    identifiers (`a.b`) is taken for these.
    """
    if why is not None:
        names = {step.name for step in _steps(why) if step.kind in _NAMED and step.name}
        for name in sorted(filter(_is_hidden, names), key=len, reverse=True):
            signature = signature.replace(name, _HIDDEN)
    first, *others = signature.split(" -> ")
    shown = [_is_shown(_FIRST_STEP, first), *(_is_shown(_STEP, part) for part in others)]
    parts = zip([first, *others], shown, strict=True)
    return " -> ".join(part if is_shown else _HIDDEN for part, is_shown in parts)


def redacted_fixes(why: Why) -> list[Line]:
    """Return the lines with fixes, without those that show what a redacted file would hide."""
    if not all(_is_shown(_STEP, name) for cut in why.cuts for name in cut.names):
        return []
    hidden = {text for text in _hidden_texts(why) if text}
    lines = [line for line in why.lines(ascii=True)[1:] if line.is_fix]
    return [line for line in lines if not any(text in line.text for text in hidden)]


def _is_hidden(name: str) -> bool:
    return redacted_function(name.removeprefix(".")) != name.removeprefix(".") and name != ".0"


def _is_shown(form: re.Pattern[str], text: str) -> bool:
    if form.fullmatch(text) is None:
        return False
    words = set(_WORDS.findall(text.replace(" local '.0'", "")))
    return not any(map(_is_hidden, words - _OWN_WORDS))


def _has_shown_type(obj: object) -> bool:
    return object_name(type(obj)).qualified != _HIDDEN_TYPE


def _steps(why: Why) -> Iterable[Step]:
    for chain in why.chains:
        yield from chain.steps
    yield from why.cycle
    if why.otherwise is not None:
        yield from _steps(why.otherwise)


def _hidden_texts(why: Why) -> Iterable[str]:
    """Yield texts of the chains and cycles that a redacted file would hide."""
    for step in _steps(why):
        if step.name and (step.kind not in _NAMED or _is_hidden(step.name)):
            yield step.name
        yield from _hidden_names(step.object)
    for cycle in why.cycles:
        for obj in cycle.graph:
            yield from _hidden_names(obj)


def _hidden_names(obj: object) -> Iterable[str]:
    name = object_name(obj)
    own = name.name or ""
    # A program can give any name to a task or a context variable.
    is_given = name.kind == "instance" and not str(name.type_name).startswith("builtins.")
    if is_given or any(map(_is_hidden, own.split("."))):
        yield own
    if not _has_shown_type(obj):
        yield str(object_name(type(obj)).name)
    if name.kind == "value" or not _has_shown_file(obj, name.file):
        yield name.long
    # The module is not imported for this purpose.
    module = sys.modules.get("_contextvars")
    if type(module) is ModuleType and type(obj) is vars(module).get("Context"):
        variables: Any = obj
        for variable in variables:
            yield object_name(variable).name or ""


def _has_shown_file(obj: object, file: str | None) -> bool:
    if type(obj) is MethodType:
        obj = obj.__func__
    code = obj.__code__ if type(obj) is FunctionType else obj
    if type(code) is CodeType:
        file = code.co_filename
    return file is None or redacted_file(file) == file
