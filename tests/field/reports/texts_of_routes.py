# https://github.com/mathsman5133/coc.py/pull/154
"""The URLs of all requests stay as the keys of a cache."""

import refcycle

CAUSE = ["cache"]
FIX = [("remove", "bound", "maxsize", "take")]


class Client:
    def __init__(self):
        self.cache = {}

    def get(self, url):
        self.cache[url] = len(url)


client = Client()
with refcycle.watch() as growth:
    for step in growth.steps(range(20)):
        for number in range(500):
            client.get(f"https://localhost/clans/{step}/{number}" + "x" * 50)
print(growth.report())
