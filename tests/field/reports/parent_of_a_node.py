# https://github.com/xmpppy/xmpppy/pull/17
"""Each node holds its parent, and that its children."""

import refcycle

CAUSE = ["Node.kids", "Node.parent"]
FIX = ["make `Node.parent` a weak reference"]


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.kids = []

    def add_child(self, name):
        self.kids.append(Node(name, self))
        return self.kids[-1]


def stanza():
    message = Node("message")
    for name in ("body", "thread"):
        message.add_child(name)


for cycle in refcycle.cycles_created_by(stanza).cycles():
    print(cycle, cycle.cut(), sep="\n")
