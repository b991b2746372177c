# https://github.com/Suor/django-cacheops/pull/218
"""A receiver connected with `weak=False` is held by the signal."""

from django.dispatch import Signal

import refcycle

CAUSE = ["post_save", "receivers", "QuerySetManager.invalidate"]
FIX = [("disconnect", "take the callback back", "weak")]

post_save = Signal()


class QuerySetManager:
    def contribute_to_class(self):
        post_save.connect(self.invalidate, weak=False)

    def invalidate(self, **named):
        pass


QuerySetManager().contribute_to_class()
print(refcycle.why(refcycle.snapshot().find_by_typename("QuerySetManager")[0]))
