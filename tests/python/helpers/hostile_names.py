"""Names that a terminal would interpret, on everything that can have a name."""

import threading
import types

# A title, a bell, a C1 control, directions, line ends, zero-width characters, tags.
CHARACTERS = "\x1b\x07\x00\r\t\x7f\x85\x9b\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029"
CHARACTERS += "\u200b\u2060\ufeff\xad\U000e0041\uffff"
# A name of a type has no NUL.
NAME = "Evil" + CHARACTERS.replace("\x00", "") + "中文"
KEY = "key" + CHARACTERS + "\udc80"


def raw(text):
    """The characters in a text that a terminal must not receive."""
    return sorted({ascii(c) for c in text if c in CHARACTERS or "\ud800" <= c <= "\udfff"})


def hostile_class(*bases):
    made = type(NAME, bases, {"__module__": "module" + NAME})
    made.__qualname__ = NAME
    return made


class Heap:
    """Objects in a cycle, with names as above; a thread with such a name holds them."""

    def __init__(self):
        cls = hostile_class()
        self.owner, self.child = cls(), cls()
        vars(self.owner)[NAME] = self.child
        vars(self.child)[KEY] = self.owner
        self.mapping = {KEY: self.owner, self.owner: [self.child]}
        vars(self.owner)["mapping"] = self.mapping
        self.module = types.ModuleType(NAME)
        vars(self.module)[NAME] = self.owner
        self.function = self._function()
        vars(self.child)["function"] = self.function
        self.objects = [
            self.owner,
            vars(self.owner),
            self.child,
            vars(self.child),
            self.mapping,
            self.mapping[self.owner],
            self.module,
            vars(self.module),
            self.function,
            self.function.__code__,
        ]
        self._stop = threading.Event()
        self._begun = threading.Event()
        self.thread = threading.Thread(target=self.function, name=NAME, daemon=True)
        self.thread.start()
        self._begun.wait()

    def _function(self):
        space = {"heap": self}
        source = (
            "def work():\n    held = heap.owner\n    heap._begun.set()\n    heap._stop.wait()\n"
        )
        exec(compile(source, f"/{NAME}/{NAME}.py", "exec"), space)
        made = space["work"]
        made.__name__ = NAME
        made.__qualname__ = NAME
        made.__module__ = NAME
        made.__code__ = made.__code__.replace(co_name=NAME)
        return made

    def close(self):
        self._stop.set()
        self.thread.join()
        for part in (vars(self.owner), vars(self.child), self.mapping):
            part.clear()
