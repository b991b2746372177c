"""A patch release that moves a private field crashes no process and changes no answer silently.

In the normal wheels, the offset of a field cannot be changed: `.ci/layouts` builds a wheel in
which it can. The long form is `helpers/layouts.py`.
"""

import pytest
from helpers import layouts

CHANGES = layouts.changes()

pytestmark = pytest.mark.skipif(
    not CHANGES, reason="this build cannot move fields: .ci/layouts makes one that can"
)


@pytest.fixture(scope="module")
def normal():
    code, found, told = layouts.run(None)
    assert code == 0, told
    assert set(found["off"]) == layouts.USUALLY_OFF and found["warnings"] == []
    return found


@pytest.mark.parametrize("change", CHANGES or [None])
def test_a_field_that_has_moved(change, normal):
    assert layouts.faults(change, normal) == []


@pytest.mark.parametrize("flags", [["-X", "dev"], []], ids=["dev", "debug"])
def test_under_the_debug_allocator(flags, normal):
    environment = {} if flags else {"PYTHONMALLOC": "debug"}
    assert layouts.faults(None, normal, flags=flags, **environment) == []
    for change in CHANGES[:: len(CHANGES) // 3]:
        assert layouts.faults(change, normal, flags=flags, **environment) == []
