# https://github.com/Uninett/nav/issues/97
"""With DEBUG, Django keeps the text of each query, by thread."""

import django
from django.conf import settings

settings.configure(
    DEBUG=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
from django.db import connection

import refcycle

CAUSE = ["queries_log"]
FIX = [("reset_queries", "DEBUG", "maxlen", "clear")]


def poll(number):
    with connection.cursor() as cursor:
        cursor.execute(f"select {number}")


poll(-1)
before = refcycle.snapshot(untracked=True)
for number in range(300):
    poll(number)
print(refcycle.diff(before, refcycle.snapshot(untracked=True)))
