//! Many objects grouped by how they are held, as Python objects.

use std::cmp::Reverse;
use std::collections::HashSet;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyString, PyType};
use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use super::why::told;
use crate::annotate::dotted;
use crate::answers::{self, Earlier, HolderGroup, HolderGroups, NetGrowth, ObjectTypes};
use crate::border;
use crate::engine::Engine;
use crate::heap::{memory, paused};
use crate::interrupt::Checkpoint;
use crate::provided::{Provided, provided};

/// The number of groups for which further chains are looked for: each takes searches of its own.
const MOST_WITH_OTHERS: usize = 10;

/// Groups that have a chain in addition to the first ones of their types: those of a type up to this
/// number, and how many there are together. Groups of single objects have none.
const FURTHER: [(usize, usize); 2] = [(3, 40), (8, 20)];

/// The groups for which a chain is shown.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    /// The first ones, up to this number.
    First(usize),
    /// The first ones of each type, live and garbage apart, except groups with these signatures.
    FirstOfType(&'a HashSet<String>),
}

impl Shown<'_> {
    /// Whether a chain is shown for each of these groups. Those that did not grow have none.
    fn of(self, groups: &[HolderGroup], types: &ObjectTypes, grown: &[NetGrowth]) -> Vec<bool> {
        let allowed = match self {
            Self::First(limit) => return (0..groups.len()).map(|place| place < limit).collect(),
            Self::FirstOfType(allowed) => allowed,
        };
        let mut order: Vec<_> = (0..groups.len()).collect();
        order.retain(|&place| grown[place].is_growth());
        order.sort_by_key(|&place| Reverse(grown[place].weight));
        let mut is_shown = vec![false; groups.len()];
        let mut of_type = FxHashMap::<_, usize>::default();
        for (most_of_type, mut left) in FURTHER {
            for &place in &order {
                let (group, is_shown) = (&groups[place], &mut is_shown[place]);
                let is_allowed = !group.is_garbage && allowed.contains(&group.signature);
                if is_allowed || *is_shown {
                    continue;
                }
                let number = of_type
                    .entry((types.of(group.example), group.is_garbage))
                    .or_default();
                let is_first = *number == 0;
                if is_first || *number < most_of_type && group.count > 1 && left > 0 {
                    left -= usize::from(!is_first);
                    *number += 1;
                    *is_shown = true;
                }
            }
        }
        is_shown
    }
}

/// What `ObjectGraph.why_all` returns: a `refcycle.holder_groups.WhyAll`.
pub(super) fn why_all<'py>(
    engine: &Engine,
    target: &Bound<'py, PyAny>,
    limit: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let py = target.py();
    let types = ObjectTypes::new(py, engine)?;
    let (name, targets) = targets(engine, &types, target)?;
    let found = grouped(py, engine, &types, &targets)?;
    let known = (&types, &*targets, &found);
    told_groups(py, engine, known, name, (Shown::First(limit), &[]))
}

/// The same for objects of the graph, with a chain for the groups of each type that retain most; and how
/// much each group has grown, since an earlier graph if there is one. What this package holds itself has
/// not.
pub(super) fn why_types<'py>(
    py: Python<'py>,
    engine: &Engine,
    targets: &[VertexId],
    allowed: &HashSet<String>,
    before: Option<&Earlier<'_>>,
) -> PyResult<(Bound<'py, PyAny>, Vec<NetGrowth>)> {
    let types = ObjectTypes::new(py, engine)?;
    let mut found = grouped(py, engine, &types, targets)?;
    let mut grown = match before.filter(|_| !targets.is_empty()) {
        Some(before) => {
            let after = (engine, &types);
            let mut net = answers::net_growth(py, before, after, targets, &found)?;
            if !net.replaced.is_empty() {
                let last = net.replaced;
                found = answers::holder_groups_beside(py, engine, &types, targets, last)?;
                net = answers::net_growth(py, before, after, targets, &found)?;
            }
            net.of_groups
        }
        None => found.groups.iter().map(NetGrowth::whole).collect(),
    };
    for (group, grown) in found.groups.iter().zip(&mut grown) {
        if found.is_ours(group) {
            *grown = NetGrowth::default();
        }
    }
    let shown = (Shown::FirstOfType(allowed), &*grown);
    let told = told_groups(py, engine, (&types, targets, &found), String::new(), shown)?;
    Ok((told, grown))
}

/// The types of the objects of a graph, some vertices, ascending, and their groups.
type Known<'a> = (&'a ObjectTypes, &'a [VertexId], &'a HolderGroups);

/// A `refcycle.holder_groups.WhyAll`; `name` is that of the type if the objects were asked for by type.
fn told_groups<'py>(
    py: Python<'py>,
    engine: &Engine,
    (types, targets, found): Known<'_>,
    name: String,
    (shown, grown): (Shown<'_>, &[NetGrowth]),
) -> PyResult<Bound<'py, PyAny>> {
    let rows = PyList::empty(py);
    let with_chain = shown.of(&found.groups, types, grown);
    for (place, group) in found.groups.iter().enumerate() {
        let is_shown = with_chain[place];
        let example = engine.object(py, group.example)?;
        let why = is_shown
            .then(|| told(engine, &example, found.why(py, engine, group)?))
            .transpose()?;
        let others = match shown {
            Shown::First(_) if is_shown && place < MOST_WITH_OTHERS => {
                let members = members(targets, &found.group_of, place);
                let others = found.others(py, engine, types, (group, &members))?;
                let others = others.into_iter();
                let others = others.map(|other| (other.signature, other.count));
                Some(PyList::new(py, others.collect::<Vec<_>>())?)
            }
            _ => None,
        };
        rows.append((
            &group.signature,
            group.count,
            group.shallow_size,
            group.retained_size,
            example,
            why,
            group.is_garbage,
            others,
        ))?;
    }
    let tracked_only = engine.has_tracked_only(py);
    provided(py, Provided::WhyAll)?.call1((name, rows, found.retained_size, tracked_only))
}

/// The targets of one group.
fn members(targets: &[VertexId], group_of: &[u32], group: usize) -> Vec<VertexId> {
    let numbered = targets.iter().zip(group_of);
    let of_group = numbered.filter(|&(_, &number)| number as usize == group);
    of_group.map(|(&v, _)| v).collect()
}

/// The name of the type that `target` is or names, if any, and the objects.
fn targets(
    engine: &Engine,
    types: &ObjectTypes,
    target: &Bound<'_, PyAny>,
) -> PyResult<(String, Vec<VertexId>)> {
    let py = target.py();
    if let Ok(name) = target.cast::<PyString>() {
        let name = name.to_str()?;
        return Ok((name.to_owned(), of_type(py, engine, types, name)));
    }
    if let Ok(class) = target.cast::<PyType>() {
        let held = class.as_any().as_unbound();
        let name = paused(py, |heap| dotted(heap.see(held)));
        if engine.kind().is_from_file() {
            let found = of_type(py, engine, types, &name);
            return Ok((name, found));
        }
        let of = |ty: usize| engine.type_key(py, types.examples()[ty]);
        let found = types.objects_of(|ty| of(ty) == class.as_type_ptr() as usize);
        return Ok((name, found));
    }
    match target.try_iter() {
        Ok(objects) => Ok((String::new(), vertices(engine, objects)?)),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            let ty = target.get_type().name()?;
            Err(PyTypeError::new_err(format!(
                "target must be a class, the name of one, or a collection of objects of the graph, \
                 not {ty}: for a single object, pass [obj]"
            )))
        }
        Err(error) => Err(error),
    }
}

/// Objects that have become larger, grouped by how they are held.
pub(super) struct LargerGroup<'py> {
    pub(super) count: usize,
    /// By how many bytes.
    pub(super) more: u64,
    /// Why the one that grew most is alive: a `refcycle.liveness.Why`.
    pub(super) why: Bound<'py, PyAny>,
}

/// The groups of objects that have become larger, each by some bytes, those that grew most first, and at
/// most so many. Left out are garbage, what tools hold, and groups with the signatures in `allowed`.
pub(super) fn larger_groups<'py>(
    py: Python<'py>,
    engine: &Engine,
    larger: &[(Bound<'py, PyAny>, u64)],
    allowed: &HashSet<String>,
    limit: usize,
) -> PyResult<Vec<LargerGroup<'py>>> {
    let types = ObjectTypes::new(py, engine)?;
    let mut targets = Vec::with_capacity(larger.len());
    for (object, more) in larger {
        targets.push((engine.vertex(object)?, *more));
    }
    targets.sort_unstable();
    targets.dedup_by_key(|target| target.0);
    let vertices: Vec<_> = targets.iter().map(|target| target.0).collect();
    let found = grouped(py, engine, &types, &vertices)?;
    let mut groups: Vec<_> = found
        .groups
        .iter()
        .map(|group| (0, 0, group.clone()))
        .collect();
    for (&number, &(v, more)) in found.group_of.iter().zip(&targets) {
        let (sum, most, group) = &mut groups[number as usize];
        *sum += more;
        if more > *most {
            *most = more;
            group.example = v;
        }
    }
    groups.retain(|(_, _, group)| {
        let is_allowed = group.is_garbage || allowed.contains(&group.signature);
        !is_allowed && !found.is_of_tool(group)
    });
    groups.sort_by_key(|(sum, _, group)| (Reverse(*sum), group.example));
    let groups = groups.into_iter().take(limit);
    let groups = groups.map(|(more, _, group)| {
        let example = engine.object(py, group.example)?;
        let why = told(engine, &example, found.why(py, engine, &group)?)?;
        Ok(LargerGroup {
            count: group.count,
            more,
            why,
        })
    });
    groups.collect()
}

/// What `ObjectGraph.signatures` returns: a `refcycle.holder_groups.SignatureTable`.
pub(super) fn signatures<'py>(
    py: Python<'py>,
    engine: &Engine,
    objects: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let targets = match objects {
        Some(objects) => vertices(engine, border::iterable(objects, "objects")?)?,
        None => {
            memory::ask(4 * engine.vertex_count())?;
            (0..engine.vertex_count())
                .map(VertexId::from_index)
                .collect()
        }
    };
    table(py, engine, targets, |_| true)
}

/// The rows of that table with one of these signatures.
pub(super) fn signatures_among<'py>(
    py: Python<'py>,
    engine: &Engine,
    wanted: &HashSet<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let targets = match wanted.is_empty() {
        true => Vec::new(),
        false => answers::named_at_the_end(py, engine, wanted)?,
    };
    table(py, engine, targets, |signature| wanted.contains(signature))
}

fn table<'py>(
    py: Python<'py>,
    engine: &Engine,
    targets: Vec<VertexId>,
    is_wanted: impl Fn(&str) -> bool,
) -> PyResult<Bound<'py, PyAny>> {
    let types = ObjectTypes::new(py, engine)?;
    let found = grouped(py, engine, &types, &targets)?;
    let rows = PyList::empty(py);
    for group in found.groups.iter() {
        if is_wanted(&group.signature) {
            rows.append((
                &group.signature,
                group.count,
                group.shallow_size,
                group.retained_size,
                engine.object(py, group.example)?,
                group.is_garbage,
            ))?;
        }
    }
    provided(py, Provided::SignatureTable)?.call1((rows,))
}

fn grouped(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    targets: &[VertexId],
) -> PyResult<HolderGroups> {
    match targets.is_empty() {
        true => Ok(HolderGroups::default()),
        false => answers::holder_groups(py, engine, types, targets),
    }
}

/// The vertices of some objects, each once.
pub(super) fn vertices(engine: &Engine, objects: Bound<'_, PyIterator>) -> PyResult<Vec<VertexId>> {
    let py = objects.py();
    let mut checkpoint = Checkpoint::new();
    let mut found = Vec::new();
    for object in objects {
        checkpoint.step(py)?;
        found.push(engine.vertex(&object?)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The objects of a type, by its name with or without the module.
pub(super) fn named_type(py: Python<'_>, engine: &Engine, name: &str) -> PyResult<Vec<VertexId>> {
    Ok(of_type(py, engine, &ObjectTypes::new(py, engine)?, name))
}

fn of_type(py: Python<'_>, engine: &Engine, types: &ObjectTypes, name: &str) -> Vec<VertexId> {
    let examples = types.examples();
    let is_wanted = |ty: usize| {
        let example = examples[ty];
        engine.type_name(py, example) == name || engine.dotted_type(py, example) == name
    };
    types.objects_of(is_wanted)
}
