# https://github.com/thumbor-community/aws/issues/109
"""A client makes its endpoint and gives it its own method: who is younger gives way."""

import refcycle

CAUSE = ["Client.endpoint", "Client.on_response"]
FIX = ["Endpoint.callback"]
NEVER = ["make `Client.endpoint` a weak"]


class Endpoint:
    def __init__(self, callback):
        self.callback = callback


class Client:
    def __init__(self):
        self.endpoint = Endpoint(self.on_response)

    def on_response(self, response):
        pass


def load():
    Client()


for cycle in refcycle.cycles_created_by(load).cycles():
    print(cycle, cycle.cut(), sep="\n")
