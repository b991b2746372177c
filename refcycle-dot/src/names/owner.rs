//! Names of objects after their referrers: `list (3,000 items), app.cache.entries`.

use refcycle_core::VertexId;

use super::object::CELL;
use super::owner_path::Path;
use super::{ObjectKind, ObjectName, ReferenceName};

/// The number of references that are followed towards a module.
const DEEPEST: usize = 8;

/// The number of referrers of an object whose kinds are read.
const MOST_SEEN: usize = 4096;

/// The number of these whose references are read.
const MOST_ASKED: usize = 24;

/// Attributes whose values belong to the object alone, as a rule.
const PARTS: [&str; 7] = [
    "__annotations__",
    "__bases__",
    "__closure__",
    "__defaults__",
    "__dict__",
    "__kwdefaults__",
    "__mro__",
];

/// A graph whose objects and references have names.
pub trait NamedGraph {
    /// The error of a lookup.
    type Error;

    /// The name of an object.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn object(&mut self, v: VertexId) -> Result<ObjectName<String>, Self::Error>;

    /// The kind of an object. It is asked of many referrers.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn kind(&mut self, v: VertexId) -> Result<ObjectKind, Self::Error> {
        self.object(v).map(|name| name.kind())
    }

    /// The names of the references from one object to another.
    ///
    /// # Errors
    /// If they cannot be determined.
    fn references(
        &mut self,
        tail: VertexId,
        head: VertexId,
    ) -> Result<Vec<ReferenceName<String>>, Self::Error>;

    /// At most `most` objects that refer to an object, one for each reference.
    fn referrers(&mut self, v: VertexId, most: usize) -> Vec<VertexId>;

    /// The variable of the cell at a place of a function's closure, if the name of the cell does
    /// not contain it.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn closure_variable(
        &mut self,
        function: VertexId,
        place: u64,
    ) -> Result<Option<String>, Self::Error>;
}

/// The name of an object, in a graph that may know more than the object itself: the variable of a
/// cell.
///
/// # Errors
/// Errors of the graph.
pub fn name_in<G: NamedGraph>(graph: &mut G, v: VertexId) -> Result<ObjectName<String>, G::Error> {
    let name = graph.object(v)?;
    if !name.is_nameless_cell() {
        return Ok(name);
    }
    let variable = match function_of_cell(graph, v)? {
        Some((function, place)) => graph.closure_variable(function, place)?,
        None => variable_of_frame(graph, v)?,
    };
    Ok(variable.map_or(name, ObjectName::cell))
}

/// The variable of a frame for which a cell stands.
fn variable_of_frame<G: NamedGraph>(
    graph: &mut G,
    cell: VertexId,
) -> Result<Option<String>, G::Error> {
    for frame in graph.referrers(cell, MOST_ASKED) {
        if !matches!(
            graph.kind(frame)?,
            ObjectKind::Frame | ObjectKind::Generator
        ) {
            continue;
        }
        for reference in graph.references(frame, cell)? {
            if let ReferenceName::Local(variable) = reference {
                return Ok(Some(variable));
            }
        }
    }
    Ok(None)
}

/// The long name of an object and, for a container or a cell, what it belongs to.
///
/// # Errors
/// Errors of the graph.
///
/// # Complexity
/// A bounded number of lookups, each of which may read all references of a referrer.
pub fn full_name<G: NamedGraph>(graph: &mut G, v: VertexId) -> Result<String, G::Error> {
    let name = name_in(graph, v)?;
    let long = name.borrowed().long().into_owned();
    if !has_owner(&name) {
        return Ok(long);
    }
    Ok(match owner(graph, v)? {
        None => long,
        Some(owner) => format!("{long}, {}", owner.text),
    })
}

/// Whether an object is usually a part of another one, and has no name of its own.
fn has_owner(name: &ObjectName<String>) -> bool {
    match name {
        ObjectName::Container { .. } | ObjectName::Instance(_) => true,
        name => is_cell(name),
    }
}

fn is_cell(name: &ObjectName<String>) -> bool {
    matches!(
        name,
        ObjectName::Named { type_name, .. } | ObjectName::Instance(type_name) if type_name == CELL
    )
}

/// A referrer of an object, with its most informative reference.
struct Referrer {
    v: VertexId,
    name: ObjectName<String>,
    reference: ReferenceName<String>,
}

/// What an object belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// As in `app.cache.entries`, `globals of app`, `local 'jobs' of frame run at app.py:7`.
    pub text: String,
    /// The same without keys, indices and lines, as in `app.rows[*]`, by which objects in one place
    /// have one name.
    pub stable: String,
    /// Whether a module, a class or an instance names it, and not only another object refers to it.
    pub is_name: bool,
}

/// What an object belongs to; `None` if nothing is known.
///
/// # Errors
/// Errors of the graph.
pub fn owner<G: NamedGraph>(graph: &mut G, v: VertexId) -> Result<Option<Owner>, G::Error> {
    if let Some(text) = namespace(graph, v)? {
        return Ok(Some(Owner {
            stable: text.clone(),
            text,
            is_name: true,
        }));
    }
    let named = |path: &Path, root: &str| Owner {
        text: path.below(root),
        stable: path.stable_below(root),
        is_name: true,
    };
    if graph.kind(v)? == ObjectKind::Instance
        && is_cell(&graph.object(v)?)
        && let Some((function, place)) = function_of_cell(graph, v)?
    {
        let function = graph.object(function)?;
        return Ok(Some(Owner {
            text: format!(".__closure__[{place}] of {}", function.borrowed().long()),
            stable: format!(".__closure__[*] of {}", function.borrowed().stable()),
            is_name: false,
        }));
    }
    let mut seen = vec![v];
    // The references from the object upwards.
    let mut path = Path::default();
    // The nearest object that is not a container: the length of the path below it, and its names.
    let mut nearest = None;
    let mut at = v;
    while seen.len() <= DEEPEST {
        let Some(found) = best_referrer(graph, at, &seen)? else {
            break;
        };
        let Referrer {
            v: holder,
            name,
            reference,
        } = found;
        seen.push(holder);
        let is_dict = matches!(name.kind(), ObjectKind::Container(c) if c.word() == "dict");
        if is_dict && let Some((of, of_name)) = namespace_holder(graph, holder)? {
            path.push_attribute(&reference);
            match root(&of_name) {
                Some(root) => return Ok(Some(named(&path, root))),
                None => {
                    nearest.get_or_insert_with(|| {
                        let name = of_name.borrowed().short().into_owned();
                        (path.len(), name, of_name.borrowed().stable().into_owned())
                    });
                }
            }
            seen.push(of);
            at = of;
            continue;
        }
        if let Some(root) = root(&name) {
            path.push_attribute(&reference);
            return Ok(Some(named(&path, root)));
        }
        if let ReferenceName::Attribute(field) = &reference
            && field == "cell_contents"
            && let Some((function, _)) = function_of_cell(graph, holder)?
        {
            let cell = name_in(graph, holder)?;
            path.push(&reference, &cell);
            let function = graph.object(function)?;
            nearest.get_or_insert_with(|| {
                let name = function.borrowed().long().into_owned();
                (path.len(), name, function.borrowed().stable().into_owned())
            });
            break;
        }
        path.push(&reference, &name);
        let is_end = ends(&name);
        if !is_container(&name) {
            let text = match is_end {
                true => name.borrowed().long(),
                false => name.borrowed().short(),
            };
            nearest.get_or_insert_with(|| {
                let stable = name.borrowed().stable().into_owned();
                (path.len(), text.into_owned(), stable)
            });
        }
        if is_end {
            break;
        }
        at = holder;
    }
    Ok(nearest.map(|(below, name, stable)| {
        path.truncate(below);
        Owner {
            text: format!("{} of {name}", path.below("")),
            stable: format!("{} of {stable}", path.stable_below("")),
            is_name: false,
        }
    }))
}

/// Whether its holders have nothing to add to this name.
fn ends(name: &ObjectName<String>) -> bool {
    matches!(
        name.kind(),
        ObjectKind::Frame | ObjectKind::Generator | ObjectKind::Function | ObjectKind::Method
    ) || matches!(name, ObjectName::Named { .. })
}

fn is_container(name: &ObjectName<String>) -> bool {
    matches!(name, ObjectName::Container { .. }) || name.is_nameless_cell()
}

/// The name of a module or a class in Python code.
fn root(name: &ObjectName<String>) -> Option<&str> {
    match name {
        ObjectName::Module(name) => Some(name),
        ObjectName::Class { dotted, .. } if !dotted.is_empty() => Some(dotted),
        _ => None,
    }
}

/// What a namespace belongs to, in words; `None` if the object is not a namespace.
fn namespace<G: NamedGraph>(graph: &mut G, v: VertexId) -> Result<Option<String>, G::Error> {
    if graph.kind(v)? != ObjectKind::Container(super::Container::Dict) {
        return Ok(None);
    }
    let Some((of, name)) = namespace_holder(graph, v)? else {
        return Ok(None);
    };
    Ok(Some(match &name {
        ObjectName::Module(name) if is_globals(graph, v)? => format!("globals of {name}"),
        ObjectName::Instance(_) => {
            let owner = owner_of_instance(graph, of, v)?;
            let name = name.borrowed().short().into_owned();
            match owner {
                None => format!("__dict__ of {name}"),
                Some(owner) => format!("__dict__ of {name}, {owner}"),
            }
        }
        name => format!("__dict__ of {}", name.borrowed().short()),
    }))
}

/// The name by which a module or a class refers to the instance with this namespace.
fn owner_of_instance<G: NamedGraph>(
    graph: &mut G,
    of: VertexId,
    namespace: VertexId,
) -> Result<Option<String>, G::Error> {
    let Some(found) = best_referrer(graph, of, &[of, namespace])? else {
        return Ok(None);
    };
    let holder = namespace_holder(graph, found.v)?;
    Ok(holder.and_then(|(_, name)| {
        let root = root(&name)?;
        let mut path = Path::default();
        path.push_attribute(&found.reference);
        Some(path.below(root))
    }))
}

/// Whether a dict is the globals of functions.
fn is_globals<G: NamedGraph>(graph: &mut G, v: VertexId) -> Result<bool, G::Error> {
    let referrers = graph.referrers(v, MOST_SEEN);
    let mut asked = 0;
    for referrer in referrers {
        if !matches!(
            graph.kind(referrer)?,
            ObjectKind::Function | ObjectKind::Frame
        ) {
            continue;
        }
        for reference in graph.references(referrer, v)? {
            if matches!(&reference, ReferenceName::Attribute(name) if name == "__globals__" || name == "f_globals")
            {
                return Ok(true);
            }
        }
        asked += 1;
        if asked == MOST_ASKED {
            break;
        }
    }
    Ok(false)
}

/// The object whose `__dict__` a dict is; modules and classes come first.
fn namespace_holder<G: NamedGraph>(
    graph: &mut G,
    v: VertexId,
) -> Result<Option<(VertexId, ObjectName<String>)>, G::Error> {
    let mut holders = Vec::new();
    for referrer in graph.referrers(v, MOST_SEEN) {
        let rank = match graph.kind(referrer)? {
            ObjectKind::Module => 0,
            ObjectKind::Class => 1,
            ObjectKind::Instance => 2,
            ObjectKind::Function => 3,
            _ => continue,
        };
        holders.push((rank, referrer));
    }
    holders.sort_unstable_by_key(|&(rank, _)| rank);
    for (_, holder) in holders.into_iter().take(MOST_ASKED) {
        let references = graph.references(holder, v)?;
        if references.iter().any(ReferenceName::is_dict) {
            let name = graph.object(holder)?;
            return Ok(Some((holder, name)));
        }
    }
    Ok(None)
}

/// The referrer that describes an object best, and its reference.
fn best_referrer<G: NamedGraph>(
    graph: &mut G,
    v: VertexId,
    seen: &[VertexId],
) -> Result<Option<Referrer>, G::Error> {
    let mut referrers = Vec::new();
    for referrer in graph.referrers(v, MOST_SEEN) {
        if seen.contains(&referrer) {
            continue;
        }
        let rank = match graph.kind(referrer)? {
            ObjectKind::Module | ObjectKind::Class => 0,
            ObjectKind::Container(container) => match container.word() {
                "dict" => 1,
                _ => 4,
            },
            ObjectKind::Instance => 2,
            ObjectKind::Frame | ObjectKind::Generator => 3,
            ObjectKind::Function => 5,
            ObjectKind::Method => 6,
            ObjectKind::WeakReference => continue,
            _ => 7,
        };
        referrers.push((rank, referrer));
    }
    referrers.sort_by_key(|&(rank, _)| rank);
    referrers.dedup();
    let mut best = None;
    for (_, referrer) in referrers.into_iter().take(MOST_ASKED) {
        let references = graph.references(referrer, v)?;
        for reference in references {
            let rank = rank(graph, referrer, &reference)?;
            let is_better = best.as_ref().is_none_or(|&(known, _, _)| rank < known);
            if is_better {
                best = Some((rank, referrer, reference));
            }
        }
        if matches!(best, Some((0, ..))) {
            break;
        }
    }
    let Some((_, referrer, reference)) = best else {
        return Ok(None);
    };
    let name = graph.object(referrer)?;
    Ok(Some(Referrer {
        v: referrer,
        name,
        reference,
    }))
}

/// The rank of a reference by how little it says about the object to which it leads.
fn rank<G: NamedGraph>(
    graph: &mut G,
    referrer: VertexId,
    reference: &ReferenceName<String>,
) -> Result<u8, G::Error> {
    Ok(match reference {
        ReferenceName::Value(_) if reference.borrowed().identifier_key().is_some() => {
            match namespace_holder(graph, referrer)? {
                Some((_, name)) if root(&name).is_some() => 0,
                Some(_) => 1,
                None => 4,
            }
        }
        ReferenceName::Attribute(name) => match &**name {
            "cell_contents" => 3,
            name if PARTS.contains(&name) => 1,
            name if name.starts_with("__") => 6,
            _ => 1,
        },
        ReferenceName::Local(_) => 2,
        ReferenceName::Value(_) => 4,
        ReferenceName::Item(_) | ReferenceName::Key | ReferenceName::Element => 5,
        _ => 6,
    })
}

/// The function to whose closure a cell belongs, and its place there.
fn function_of_cell<G: NamedGraph>(
    graph: &mut G,
    cell: VertexId,
) -> Result<Option<(VertexId, u64)>, G::Error> {
    let tuple = ObjectKind::Container(super::Container::Tuple);
    for closure in graph.referrers(cell, MOST_ASKED) {
        if graph.kind(closure)? != tuple {
            continue;
        }
        let place = graph.references(closure, cell)?;
        let Some(ReferenceName::Item(place)) = place.first() else {
            continue;
        };
        for function in graph.referrers(closure, MOST_ASKED) {
            let is_closure = |reference: &ReferenceName<String>| matches!(reference, ReferenceName::Attribute(name) if name == "__closure__");
            if graph.kind(function)? == ObjectKind::Function
                && graph.references(function, closure)?.iter().any(is_closure)
            {
                return Ok(Some((function, *place)));
            }
        }
    }
    Ok(None)
}
