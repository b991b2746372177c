# The helper objects with which coroutines and asynchronous generators are awaited.


async def coroutine():
    pass


async def generator():
    yield


@probe
def coroutine_wrapper():
    target = coroutine()
    try:
        measure(target.__await__(), {"cw_coroutine": target})
    finally:
        target.close()


def without_hooks(function):
    """Disable the hooks, which are called when an asynchronous generator is first awaited."""

    def run():
        hooks = get_asyncgen_hooks()
        set_asyncgen_hooks(None, None)
        try:
            function()
        finally:
            set_asyncgen_hooks(*hooks)

    return run


@probe
@without_hooks
def sent():
    target, value = generator(), []
    holder = target.asend(value)
    try:
        measure(holder, {"ags_gen": target, "ags_sendval": value})
    finally:
        holder.close()


@probe
@without_hooks
def thrown():
    target, value = generator(), ValueError()
    holder = target.athrow(value)
    try:
        measure(holder, {"agt_gen": target, "agt_typ": value})
        measure(holder, {"agt_args": other(holder, "tuple")})
    finally:
        holder.close()


@probe
@without_hooks
def awaited_next():
    target, default = generator(), []
    holder = anext(target, default)
    (wrapped,) = [found for found in get_referents(holder) if found is not default]
    try:
        measure(holder, {"wrapped": wrapped, "default_value": default})
    finally:
        wrapped.close()
