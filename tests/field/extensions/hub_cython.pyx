# cython: language_level=3
"""A hub with listeners, as programs write it with Cython."""

cdef object last_seen = None


cdef class Hub:
    cdef public object last
    cdef object hidden
    cdef list listeners

    def __cinit__(self):
        self.listeners = []

    def connect(self, listener):
        self.listeners.append(listener)

    def hide(self, value):
        self.hidden = value

    def hide_twice(self, value):
        self.hidden = self.last = value


cdef class NamedHub(Hub):
    cdef public object name


def closure_of(value):
    def inner():
        return value

    return inner


def generator_of(value):
    yield 1
    yield value


def see(value):
    global last_seen
    last_seen = value
