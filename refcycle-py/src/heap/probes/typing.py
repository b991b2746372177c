# `typing`, the part of it that is written in C.


@probe
def bound():
    target = GenericAlias(list, (int,))
    measure(TypeVar("T", bound=target), {"__bound__": target})


@probe
def constraints():
    holder = TypeVar("T", int, str)
    measure(holder, {"__constraints__": holder.__constraints__})


@probe
def type_variable_default():
    target = GenericAlias(list, (int,))
    measure(TypeVar("T", default=target), {"__default__": target})


@probe
def type_variable_tuple_default():
    target = GenericAlias(list, (int,))
    measure(TypeVarTuple("T", default=target), {"__default__": target})


@probe
def parameters_bound():
    target = GenericAlias(list, (int,))
    measure(ParamSpec("P", bound=target), {"__bound__": target})
    measure(ParamSpec("P", default=target), {"__default__": target})


@probe
def parts_of_parameters():
    target = ParamSpec("P")
    measure(target.args, {"__origin__": target})
    measure(target.kwargs, {"__origin__": target})


def parameter(source):
    if version < (3, 12):
        raise NameError
    scope = {}
    exec(f"def function[{source}](): pass", scope)
    (found,) = scope["function"].__type_params__
    scope.clear()
    return found


@probe
def lazy_bound():
    holder = parameter("T: int")
    measure(holder, {"evaluate_bound": other(holder, "function")})


@probe
def lazy_constraints():
    holder = parameter("T: (int, str)")
    measure(holder, {"evaluate_constraints": other(holder, "function")})


@probe
def lazy_defaults():
    for source in ("T = int", "*T = int", "**T = int"):
        holder = parameter(source)
        measure(holder, {"evaluate_default": other(holder, "function")})


@probe
def alias():
    target = GenericAlias(list, (int,))
    parameters = (TypeVar("T"),)
    holder = TypeAliasType("Alias", target, type_params=parameters)
    measure(holder, {"__value__": target, "__type_params__": parameters})


@probe
def lazy_alias():
    scope = {}
    exec("type Alias = int", scope)
    holder = scope["Alias"]
    scope.clear()
    name = "evaluate_value" if hasattr(holder, "evaluate_value") else "compute_value"
    measure(holder, {name: other(holder, "function")})


@probe
def union():
    holder = Union[int, str]
    measure(holder, {"__args__": holder.__args__, "__parameters__": holder.__parameters__})


@probe
def union_hashes():
    holder = Union[int, str]
    measure(holder, {"hashable_args": other(holder, "frozenset")})
