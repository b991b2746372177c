# Objects whose contents are known, and calls of the checks. The result of each check is stored.
import _thread
import sys

first, second, third = object(), object(), object()


class Instance:
    def __await__(self):
        yield


def finish(argument, other):
    local = third
    return sys._getframe()


def suspend(argument, other):
    local = third
    return [second, (yield)]


def handle(error):
    try:
        raise error
    except ValueError:
        yield


def look(frame, function, values, holder):
    here = sys._getframe(), running
    found = [running, running_fits(here, frame, function, values, waiting, holder)]
    running.append(found[1])
    del here  # this frame would hold itself, and its callers


def turn(argument, other):
    local = first
    states.append(is_cleared(turning))
    yield [local, look(sys._getframe(), turn, [argument, other, local], turning)]


async def wait(argument, other):
    local = third
    await Instance()


async def give(argument, other):
    yield argument


def inner(argument, other):
    local = first
    return [local, look(sys._getframe(), inner, [argument, other, local], None)]


def outer(argument, other):
    global waiting
    local = second
    waiting = sys._getframe(), local
    return [local, inner(second, third)]


def outer_of_c(argument, other):
    global waiting
    local = second
    waiting = sys._getframe(), local
    return [local, list(map(inner, [second], [third]))]


def outer_of_generator(argument, other):
    global waiting
    local = second
    waiting = sys._getframe(), local
    return [local, next(turning)]


def many(a, b, c, d):
    def within():
        return [a, [b, [c, [d, [e, f]]]]]

    e = f = first
    return within


here = sys._getframe()

# Frames
frame = finish(first, second)
frame.f_trace = finish
results["finished"] = finished(frame, finish, [first, second, third], here, finish)
cleared = finish(first, second)
cleared.clear()
results["cleared"] = cleared_frame(cleared, finish)

# Generators
generator, fresh, turning = suspend(first, second), suspend(first, second), turn(second, third)
next(generator)
coroutine, giving = wait(first, second), give(first, second)
coroutine.send(None)
error = ValueError()
handling = handle(error)
next(handling)
done = suspend(first, second)
list(done)
depth = sys.get_coroutine_origin_tracking_depth()
sys.set_coroutine_origin_tracking_depth(1)
tracked = wait(first, second)
sys.set_coroutine_origin_tracking_depth(depth)
values = [first, second, third]
results["suspended"] = (
    suspended(generator, generator.gi_frame, suspend, values, [second])
    and suspended(fresh, fresh.gi_frame, suspend, values[:2], [])
    and suspended(coroutine, coroutine.cr_frame, wait, values, None)
    and suspended(giving, giving.ag_frame, give, values[:2], [])
)
states = [is_cleared(each) for each in (generator, fresh, coroutine, giving)]
results["fields"] = generator_field(handling, "exception", error) and generator_field(
    tracked, "origin", tracked.cr_origin
)

# Code
results["code"] = code_fits(suspend.__code__) and code_fits(many.__code__)
results["code"] = results["code"] and code_fits(many(1, 2, 3, 4).__code__)
results["cached"] = cache_fits(suspend.__code__, suspend.__code__.co_code)

# Running calls: called from Python, called from C, and a generator.
ready(results["finished"] and results["suspended"])
running = []
outer(first, second)
outer_of_c(first, second)
outer_of_generator(first, second)
results["running"] = len(running) == 3 and all(running)
results["states"] = states == [False] * 5 and is_cleared(done)
names = {}
around = {"sys": sys, "results": results, "body_fits": body_fits, "names": names}
exec("results['body'] = body_fits(sys._getframe(), names)", around, names)
coroutine.close()
tracked.close()

# Dicts
by_name = {"first": first, "gone": 0, "second": second}
del by_name["gone"]
by_object = {1: first, second: 2, "gone": 0}
del by_object["gone"]
large = dict.fromkeys(map(str, range(200)), third)

# Instances
other = Instance()
other.first = first
other.second = second
place = place_of_values(other)
shared = vars(other)
replaced = Instance()
replaced.first = first
replaced.__dict__ = {}
instance = Instance()
instance.first = first
instance.second = second
pairs = [["first", first], ["second", second]]
results["tables"] = (
    shared_table_fits(Instance, shared, ["first", "second"])
    and table_fits(by_name, "unicode", [pairs[0], None, pairs[1]])
    and table_fits(by_object, "general", [[1, first], [second, 2], None])
    and table_fits(large, "unicode", [[key, third] for key in large])
)
results["instances"] = results["tables"] and instances_fit(
    other, place, shared, replaced, instance, [first, second]
)
results["values"] = results["instances"] and values_fit(instance, _thread.LockType)

# A generator's exception and its frame hold each other. Once these names are deleted, the frame of
# this code is in no cycle with the objects that it created.
handling.close()
error.__traceback__ = None
del here, waiting
