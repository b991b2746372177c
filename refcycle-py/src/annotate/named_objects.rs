//! Names for objects that have a name of their own: builtin functions, descriptors, context
//! variables, code and tasks.

use refcycle_dot::dump::redaction::is_function;
use refcycle_dot::names::{ObjectName, Place, SUSPENDED};

use super::shown_names::{function_name, shown_dotted_name, shown_function, shown_place};
use super::shown_types::shown_with_module;
use super::spelling::{NAME_LIMIT, Values};
use super::type_names::{dotted, with_module};
use crate::heap::{
    FieldName, Kind, Obj, builtin_name, code_position, device_name, generator_function,
    generator_position, member, private_fields, small_integer, suspended_position, text,
};

/// The name of an object, and its location.
#[derive(Default)]
struct Called {
    name: String,
    about: String,
    place: Option<Place<String>>,
}

/// Types of which some instances have names of their own.
const NAMED: [&str; 14] = [
    "builtins.builtin_function_or_method",
    "builtins.builtin_method",
    "builtins.classmethod_descriptor",
    "builtins.getset_descriptor",
    "builtins.member_descriptor",
    "builtins.method_descriptor",
    "builtins.wrapper_descriptor",
    "builtins.property",
    "builtins.code",
    "_contextvars.ContextVar",
    "builtins.ContextVar",
    "_asyncio.Task",
    "refcycle.Buffer",
    // The graph shows the variables of cells.
    "builtins.cell",
];

/// Whether all instances of the type of an object of no special kind have one name.
pub(super) fn is_named_by_type(object: Obj<'_>) -> bool {
    !object.is_greenlet() && !NAMED.contains(&&*with_module(object.ty()))
}

/// The name of an object of no special kind: its own name, or its type.
pub(super) fn named(object: Obj<'_>, values: Values<'_>) -> ObjectName<String> {
    let type_name = shown_with_module(object.ty(), values);
    let called = match &*type_name {
        "builtins.builtin_function_or_method" | "builtins.builtin_method" => {
            builtin(object, values)
        }
        "builtins.classmethod_descriptor"
        | "builtins.getset_descriptor"
        | "builtins.member_descriptor"
        | "builtins.method_descriptor"
        | "builtins.wrapper_descriptor" => descriptor(object, values),
        "builtins.property" => property(object, values),
        "builtins.code" => code(object, values),
        "_contextvars.ContextVar" | "builtins.ContextVar" => variable(object, values),
        "_asyncio.Task" => task(object, values),
        "refcycle.Buffer" => device(object),
        _ => greenlet(object, values),
    };
    match called {
        None => ObjectName::Instance(type_name),
        Some(Called { name, about, place }) => ObjectName::Named {
            type_name,
            name,
            about,
            place,
        },
    }
}

/// `len`; `list.append` for a method that is bound to a list.
fn builtin(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let (name, owner) = builtin_name(object)?;
    let owner = owner.and_then(|owner| match Kind::of(owner) {
        Kind::Module => None,
        Kind::Type => Some(dotted(owner)),
        _ => Some(dotted(owner.ty())),
    });
    let name = match owner {
        None => name,
        Some(owner) => format!("{owner}.{name}"),
    };
    Some(Called {
        name: shown_dotted_name(name, values),
        ..Called::default()
    })
}

/// `list.append`.
fn descriptor(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let (name, _) = text(member(object, "__name__")?, NAME_LIMIT)?;
    let name = match member(object, "__objclass__") {
        Some(class) if Kind::of(class) == Kind::Type => format!("{}.{name}", dotted(class)),
        _ => name,
    };
    Some(Called {
        name: shown_dotted_name(name, values),
        ..Called::default()
    })
}

fn property(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let getter = member(object, "fget").filter(|&getter| Kind::of(getter) == Kind::Function)?;
    let name = function_name(getter, "__qualname__");
    let is_shown = match values {
        Values::Shown => true,
        Values::Redacted(_) => name.split('.').all(is_function),
    };
    is_shown.then(|| Called {
        name,
        ..Called::default()
    })
}

fn code(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let (name, _) = text(member(object, "co_name")?, NAME_LIMIT)?;
    Some(Called {
        name: shown_function(Some(name), values),
        place: shown_place(code_position(object), values),
        ..Called::default()
    })
}

fn variable(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let name = free_name(text(member(object, "name")?, NAME_LIMIT)?.0, values)?;
    Some(Called {
        name,
        ..Called::default()
    })
}

/// The name of a task, and the function that it runs.
fn task(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    let (mut name, mut coroutine) = (None, None);
    for (field, value) in private_fields(object) {
        match field {
            FieldName::Field("task_name") => name = Some(value),
            FieldName::Field("_coro") => coroutine = Some(value),
            _ => {}
        }
    }
    let name = name.and_then(|name| match text(name, NAME_LIMIT) {
        Some((name, _)) => free_name(name, values),
        // A name that was not given is stored as a number until it is first used.
        None => small_integer(name).map(|number| format!("Task-{number}")),
    });
    let coroutine = coroutine.filter(|&coroutine| Kind::of(coroutine) == Kind::Generator);
    let (about, place) = match coroutine {
        None => (String::new(), None),
        Some(coroutine) => (
            shown_function(generator_function(coroutine), values),
            shown_place(generator_position(coroutine), values),
        ),
    };
    Some(Called {
        name: name.unwrap_or_default(),
        about,
        place,
    })
}

/// The device of a buffer that is not in the memory of the process.
fn device(object: Obj<'_>) -> Option<Called> {
    let name = device_name(object).filter(|name| !name.is_empty())?;
    Some(Called {
        name,
        ..Called::default()
    })
}

/// The line at which a greenlet is suspended; none of other objects.
fn greenlet(object: Obj<'_>, values: Values<'_>) -> Option<Called> {
    Some(Called {
        about: SUSPENDED.to_owned(),
        place: Some(shown_place(suspended_position(object), values)?),
        ..Called::default()
    })
}

/// A name that the program gave as a string. A redacted file does not show it, as nothing tells
/// it from data.
fn free_name(name: String, values: Values<'_>) -> Option<String> {
    match values {
        Values::Shown => Some(name),
        Values::Redacted(_) => None,
    }
}
