# Futures and tasks.


def with_loop(function):
    """The methods of an event loop that a future calls."""

    def loop():
        pass

    loop.calls = []
    loop.get_debug = lambda: False
    loop.call_soon = lambda function, *arguments, **others: loop.calls.append(function)

    def run():
        try:
            # A task copies the context: that of a thread is created on first use.
            Context().run(function, loop)
        finally:
            # They refer to each other.
            loop.calls.clear()
            loop.__dict__.clear()

    return run


async def coroutine():
    pass


def see_callbacks(holder):
    context = Context()
    holder.add_done_callback(len, context=context)
    measure(holder, {"fut_callback0": len, "fut_context0": context})
    holder.add_done_callback(max, context=context)
    measure(holder, {"_callbacks": other(holder, "list")})
    holder.remove_done_callback(len)
    holder.remove_done_callback(max)


def see_waiting(loop, holder):
    if version >= (3, 14):
        waiting = Future(loop=loop)
        future_add_to_awaited_by(holder, waiting)
        measure(holder, {"fut_awaited_by": waiting})
        future_discard_from_awaited_by(holder, waiting)


@probe
@with_loop
def future(loop):
    holder, message = Future(loop=loop), []
    measure(holder, {"_loop": loop})
    measure(iter(holder), {"future": holder})
    see_callbacks(holder)
    see_waiting(loop, holder)
    holder.cancel(msg=message)
    measure(holder, {"_cancel_message": message})


@probe
@with_loop
def result(loop):
    holder, target = Future(loop=loop), []
    holder.set_result(target)
    measure(holder, {"_result": target})


@probe
@with_loop
def failure(loop):
    target = ValueError()
    holder = Future(loop=loop)
    holder.set_exception(target)
    # So that no message says that the exception was never retrieved.
    holder._log_traceback = False
    measure(holder, {"_exception": target})


@probe
@with_loop
def traceback_of_a_failure(loop):
    try:
        raise ValueError
    except ValueError as error:
        target = error
    holder = Future(loop=loop)
    holder.set_exception(target)
    holder._log_traceback = False
    measure(holder, {"fut_exception_tb": target.__traceback__})
    # The traceback refers to the frame of this function.
    del target, holder


@probe
@with_loop
def task(loop):
    awaited, name = coroutine(), "".join(["a", "name"])
    holder = None
    try:
        holder = Task(awaited, loop=loop, name=name)
        measure(holder, {"_loop": loop, "_coro": awaited, "task_name": name})
        measure(holder, {"task_context": other(holder, "Context")})
        measure(loop.calls[0], {"sw_task": holder})
        see_callbacks(holder)
        see_waiting(loop, holder)
    finally:
        # So that no message says that a pending task was destroyed.
        if holder is not None:
            holder._log_destroy_pending = False
        awaited.close()
