# https://github.com/pytransitions/transitions/pull/182
"""A machine for all orders keeps each of them until `remove_model` is called."""

from transitions import Machine

import refcycle

CAUSE = ["machine", ".models"]
FIX = [("remove_model", "remove"), "models"]


class Order:
    pass


machine = Machine(
    model=None, states=["new", "paid"], initial="new", transitions=[["pay", "new", "paid"]]
)


def handle():
    order = Order()
    machine.add_model(order)
    order.pay()


for _ in range(3):
    handle()
print(refcycle.why(refcycle.snapshot().find_by_typename("Order")[0]))
