# Contexts and the hash tables that they share.


@probe
def context():
    holder, variable, target = Context(), ContextVar("variable"), []
    token = holder.run(variable.set, target)
    measure(token, {"var": variable, "tok_ctx": holder})
    table = other(holder, "hamt")
    measure(holder, {"ctx_vars": table})
    node = other(table, "hamt_bitmap_node")
    measure(table, {"h_root": node})
    measure(node, {}, "pairs", (variable, target))


@probe
def token_of_a_value():
    holder, variable, target = Context(), ContextVar("variable"), []
    holder.run(variable.set, target)
    token = holder.run(variable.set, 1)
    measure(token, {"old_value": target})


@probe
def entered_context():
    holder, previous = Context(), Context()
    previous.run(holder.run, measure, holder, {"ctx_prev": previous})


@probe
def many_variables():
    holder = Context()
    variables = [ContextVar("variable") for _ in range(100)]
    for variable in variables:
        holder.run(variable.set, 1)
    node = other(other(holder, "hamt"), "hamt_array_node")
    measure(node, {}, "a_array", tuple(get_referents(node)))


@probe
def default():
    target = []
    measure(ContextVar("variable", default=target), {"var_default": target})


@probe
def iterator():
    holder, variable = Context(), ContextVar("variable")
    holder.run(variable.set, [])
    for iterator in (iter(holder), iter(holder.items()), iter(holder.values())):
        measure(iterator, {"hi_obj": other(iterator, "hamt")})
