# https://github.com/nengo/nengo/issues/1089
"""A descriptor has the values of all objects in a dict by their identity."""

import refcycle

CAUSE = ["Ensemble", "vocabulary", "Parameter"]
FIX = [("remove", "weak", "take it out")]


class Vocabulary:
    pass


class Parameter:
    def __init__(self):
        self.data = {}

    def __get__(self, instance, owner):
        return self if instance is None else self.data[id(instance)]

    def __set__(self, instance, value):
        self.data[id(instance)] = value


class Ensemble:
    vocabulary = Parameter()


def simulate():
    Ensemble().vocabulary = Vocabulary()


simulate()
print(refcycle.why(refcycle.snapshot().find_by_typename("Vocabulary")[0]))
