//! Grouping units that play the same role into one box.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use refcycle_core::{CsrGraph, Predecessors, Successors, VertexId, Vertices, Watch};
use rustc_hash::FxHashMap;

use super::type_name::type_name;
use super::units::Units;
use crate::annotated::AnnotatedGraph;
use crate::steps::Steps;

/// Fewer units of one role than this have one box each.
const FEWEST: u32 = 3;

/// Roles depend on each other; after this many searches, those that are known are taken.
const SEARCHES: usize = 8;

/// The box of each unit. Boxes are in the order of their first units.
pub(super) struct Groups {
    pub(super) of: Vec<u32>,
    pub(super) first: Vec<u32>,
    pub(super) count: Vec<u32>,
}

/// A graph has more boxes than allowed.
pub(super) struct TooMany;

impl Groups {
    /// One box for each unit.
    pub(super) fn single(units: &Units) -> Self {
        let all = 0..units.len() as u32;
        Self {
            of: all.clone().collect(),
            first: all.collect(),
            count: vec![1; units.len()],
        }
    }

    /// One box for three or more units of the same role: they are of the same type, their
    /// referrers and referents play the same roles, and none refers to another. The target always
    /// has its own box.
    ///
    /// O((vertices + edges log degree) × boxes) time in the worst case, and usually a few times
    /// that of one pass.
    pub(super) fn by_role<W: Watch>(
        graph: &AnnotatedGraph,
        units: &Units,
        target: Option<u32>,
        most: usize,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Result<Self, TooMany>> {
        let mut roles = Roles::of_types(graph, units, target, steps)?;
        for _ in 0..SEARCHES {
            while roles.boxes() <= most && roles.refine(&units.graph, steps)? {}
            if roles.boxes() > most {
                return ControlFlow::Continue(Err(TooMany));
            }
            if !roles.split_those_apart(units) {
                break;
            }
        }
        if roles.boxes() > most {
            return ControlFlow::Continue(Err(TooMany));
        }
        ControlFlow::Continue(Ok(roles.groups()))
    }

    /// The same for a graph that would have more than `most` boxes: the roles of neighbours count
    /// within two steps, or one, and a box may stand for units that refer to each other.
    pub(super) fn roughly<W: Watch>(
        graph: &AnnotatedGraph,
        units: &Units,
        most: usize,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Result<Self, TooMany>> {
        for rounds in [2, 1] {
            let mut roles = Roles::of_types(graph, units, None, steps)?;
            for _ in 0..rounds {
                if roles.boxes() <= most {
                    roles.refine(&units.graph, steps)?;
                }
            }
            if roles.boxes() <= most {
                return ControlFlow::Continue(Ok(roles.groups()));
            }
        }
        ControlFlow::Continue(Err(TooMany))
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    pub(super) fn is_several(&self, group: u32) -> bool {
        self.count[group as usize] > 1
    }
}

/// The role of each unit, as a number, and the number of units of each role.
struct Roles {
    of: Vec<u32>,
    sizes: Vec<u32>,
}

impl Roles {
    fn of_types<W: Watch>(
        graph: &AnnotatedGraph,
        units: &Units,
        target: Option<u32>,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let mut numbers = FxHashMap::default();
        let mut of = Vec::with_capacity(units.len());
        for (unit, &v) in (0..).zip(&units.first) {
            steps.step()?;
            let name = (target != Some(unit)).then(|| type_name(graph, v));
            let next = numbers.len() as u32;
            of.push(*numbers.entry(name).or_insert(next));
        }
        ControlFlow::Continue(Self::counted(of, numbers.len()))
    }

    fn counted(of: Vec<u32>, roles: usize) -> Self {
        let mut sizes = vec![0; roles];
        for &role in &of {
            sizes[role as usize] += 1;
        }
        Self { of, sizes }
    }

    /// The number of boxes.
    fn boxes(&self) -> usize {
        let boxes = self.sizes.iter().map(|&size| match size {
            size if size < FEWEST => size as usize,
            _ => 1,
        });
        boxes.sum()
    }

    /// Distinguishes units by the roles of their neighbours. Returns whether there are more roles.
    fn refine<W: Watch>(
        &mut self,
        graph: &CsrGraph,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, bool> {
        let mut numbers = FxHashMap::default();
        let mut roles = Vec::with_capacity(self.of.len());
        let mut near = Vec::new();
        for v in graph.vertices() {
            // A hash of 64 bits instead of the lists: equal hashes of different lists are as
            // unlikely as a fault of the memory.
            let mut hasher = DefaultHasher::new();
            self.neighbours(graph.predecessors(v), &mut near);
            near.hash(&mut hasher);
            steps.steps(1 + near.len())?;
            self.neighbours(graph.successors(v), &mut near);
            near.hash(&mut hasher);
            steps.steps(1 + near.len())?;
            let next = numbers.len() as u32;
            let key = (self.of[v.index()], hasher.finish());
            roles.push(*numbers.entry(key).or_insert(next));
        }
        let is_finer = numbers.len() > self.sizes.len();
        *self = Self::counted(roles, numbers.len());
        ControlFlow::Continue(is_finer)
    }

    /// The distinct roles of vertices, ascending.
    fn neighbours(&self, vertices: impl Iterator<Item = VertexId>, roles: &mut Vec<u32>) {
        roles.clear();
        roles.extend(vertices.map(|v| self.of[v.index()]));
        roles.sort_unstable();
        roles.dedup();
    }

    /// Gives each unit that has its own box a role of its own: those of which there are too few,
    /// and those that refer to another one of the same role. Returns whether there are any.
    fn split_those_apart(&mut self, units: &Units) -> bool {
        let mut is_apart: Vec<_> = self.sizes.iter().map(|&size| size == FEWEST - 1).collect();
        for edge in &units.edges {
            let role = self.of[edge.tail as usize];
            if edge.tail != edge.head && role == self.of[edge.head as usize] {
                is_apart[role as usize] = true;
            }
        }
        if !is_apart.contains(&true) {
            return false;
        }
        let mut roles = self.sizes.len() as u32;
        for role in &mut self.of {
            if is_apart[*role as usize] {
                *role = roles;
                roles += 1;
            }
        }
        *self = Self::counted(std::mem::take(&mut self.of), roles as usize);
        true
    }

    fn groups(&self) -> Groups {
        let mut groups = Groups {
            of: Vec::with_capacity(self.of.len()),
            first: Vec::new(),
            count: Vec::new(),
        };
        let mut group_of = vec![None; self.sizes.len()];
        for (unit, &role) in (0..).zip(&self.of) {
            let known = group_of[role as usize].filter(|_| self.sizes[role as usize] >= FEWEST);
            let group = known.unwrap_or_else(|| {
                groups.first.push(unit);
                groups.count.push(0);
                groups.first.len() as u32 - 1
            });
            group_of[role as usize] = Some(group);
            groups.count[group as usize] += 1;
            groups.of.push(group);
        }
        groups
    }
}
