# https://github.com/marshmallow-code/marshmallow/issues/657
"""marshmallow registers each class of schemas, also one that a function makes."""

import weakref

import marshmallow

import refcycle

CAUSE = ["marshmallow.class_registry", "_registry"]
FIX = [("register = False", "remove", "take it out")]


def answer(number):
    name = f"Answer{number}"
    return weakref.ref(type(name, (marshmallow.Schema,), {"foo": marshmallow.fields.String()}))


still_there = [answer(number) for number in range(3)]
print(refcycle.why(still_there[0]()))
