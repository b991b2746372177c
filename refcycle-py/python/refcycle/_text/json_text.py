"""JSON in dumps. Writing it imports nothing: `json` would stay in the program that is dumped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

__all__ = ["Value", "json_text", "value_of_json"]

Value = Union[str, int, "Sequence[Value]", "Mapping[str, Value]"]

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_HIGHEST = 0xFFFF

# `json.loads`, once it was needed: at the end of the program, `json` cannot be imported.
_loads: Callable[[str], Any] | None = None


def json_text(value: Value) -> str:
    r"""Return the same as `json.dumps`, for strings, integers, lists and dicts of them.

    Takes linear time. No code of a subclass of `str` runs.

    >>> json_text({"a": ["é", 1]})
    '{"a": ["\\u00e9", 1]}'
    """
    if issubclass(type(value), str):
        return _quoted(str.__str__(value))
    if type(value) is int:
        return f"{value:d}"
    if type(value) is dict:
        items = (f"{json_text(key)}: {json_text(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if type(value) is list:
        return "[" + ", ".join(map(json_text, value)) + "]"
    raise TypeError(f"a {type(value).__name__} cannot be in a dump")


def value_of_json(text: str) -> Any:
    """Return the value in a JSON text of a file; ValueError or RecursionError if it is wrong."""
    global _loads
    if _loads is None:
        import json

        _loads = json.loads
    return _loads(text)


def _quoted(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if " " <= character <= "~":
        return _ESCAPES.get(character, character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    number = ord(character)
    if number <= _HIGHEST:
        return f"\\u{number:04x}"
    high, low = divmod(number - _HIGHEST - 1, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
