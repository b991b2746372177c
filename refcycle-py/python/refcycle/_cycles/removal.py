"""The removal of a reference from a program: its risk, its cost, and how it is done."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

__all__ = ["NoChange", "Removal", "Risk", "let_go", "no_change"]


class Risk(IntEnum):
    """What may go wrong when a program does without a reference."""

    SAFE = 0
    """Nothing: something else holds the object, or the reference has no use any more."""
    OPEN = 1
    """The object is freed while it is in use, unless something else holds it."""
    OWNED = 2
    """Nothing else holds the object: the reference must stay until the owner is done."""
    FIXED = 3
    """No program can change the reference."""


class Removal(NamedTuple):
    """The name of a reference, and what it takes to do without it."""

    name: str
    cost: float
    advice: str
    risk: Risk
    target: str = ""
    """The name of the object that something else must hold, if the risk is open."""
    evidence: float = 0.0
    """The points for the reference to lead to an owner."""
    is_call: bool = False
    """Whether it leads through a method or another callable."""
    is_method: bool = False
    """Whether it leads to a method."""
    is_named: bool = False
    """Whether its name is one for an owner."""
    is_keyed: bool = False
    """Whether it is an item of a dict or a set, which may be passed around without its creator."""
    is_handed_out: bool = False
    """Whether a method or a property returns the object, which may be in use without its owner."""
    is_of_structure: bool = False
    """Whether it closes cycles that every class has."""
    is_of_peers: bool = False
    """Whether both ends are of one class, as in a linked list."""
    closing: str = ""
    """The method that ends the use of the holder, as `Class.method`, if it has one."""
    kind: str = ""
    """What equal changes of several classes have in common; empty for a change of its own."""

    @property
    def is_fixed(self) -> bool:
        """Whether no program can change the reference."""
        return self.risk is Risk.FIXED


class NoChange(str):
    """The advice on a reference for which no safe change is known."""

    __slots__ = ()


def no_change(reason: str) -> str:
    """Return the advice on a reference for which no safe change is known."""
    return NoChange(f"no safe change is known: {reason}")


def let_go(name: str, cost: float, method: str = "") -> Removal:
    """Return the removal of a reference to an object that nothing else holds.

    `method` is the name of the method that ends the use of the owner, if there is one.
    """
    advice = no_change(f"only `{name}` holds its object")
    if method:
        advice = f"set `{name}` to None in `{method}`"
    return Removal(name, cost, advice, Risk.OWNED)
