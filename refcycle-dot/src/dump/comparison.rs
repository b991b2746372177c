//! The objects that only one of two dumps of a process has, and those that grew.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use refcycle_core::{VertexId, Watch};
use rustc_hash::FxHashMap;

use super::HeapDump;

/// How many objects are compared between two checks.
const AT_ONCE: usize = 1 << 16;

/// The number of the type of an object without one.
const NO_TYPE: u32 = u32::MAX;

/// The objects that only one of two dumps has: their places among those that were compared,
/// ascending. Also those that grew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The places of those of the earlier dump.
    pub gone: Vec<u32>,
    /// The places of those of the later dump.
    pub new: Vec<u32>,
    /// The objects that both have and that are larger in the later one, in the order of `place`.
    pub grown: Vec<Grown>,
}

/// An object that has become larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grown {
    /// Its place among the objects of the later dump.
    pub place: u32,
    /// The bytes that it has itself in addition to those of the earlier dump.
    pub more: u64,
}

impl Difference {
    /// Bytes for each object of both dumps while they are compared, at most: the order of the
    /// addresses, half of it again to sort it, and the result.
    pub const BYTES_AN_OBJECT: usize = 4 + 2 + size_of::<Grown>();

    /// Compares objects of two dumps of one process, each of them at most once. Two of them are the
    /// same object if they have the same address and a type of the same name.
    ///
    /// An object that replaces one of its type at the same address counts as the same.
    ///
    /// # Cost
    /// O(objects) if the addresses ascend, apart from a few places: those of a snapshot do. Else
    /// O(objects * log(objects)).
    ///
    /// ```
    /// use refcycle_core::{CsrGraph, Unwatched, VertexId};
    /// use refcycle_dot::dump::{Difference, DumpedObject, HeapDump};
    /// use refcycle_dot::names::ObjectName;
    ///
    /// let dump = |objects: &[(u64, &str)]| {
    ///     let graph = CsrGraph::from_edges(objects.len(), []).unwrap();
    ///     let mut builder = HeapDump::builder(graph);
    ///     for &(address, type_name) in objects {
    ///         let name = ObjectName::Instance(type_name);
    ///         builder.object(DumpedObject { address, type_name, name, size: 64, reference_count: None });
    ///     }
    ///     builder.build().unwrap()
    /// };
    /// let before = dump(&[(16, "app.Job"), (32, "app.Job")]);
    /// let after = dump(&[(16, "app.Job"), (32, "app.Page"), (48, "app.Job")]);
    /// let all = |count: u32| (0..count).map(VertexId::new).collect::<Vec<_>>();
    /// let found = Difference::of((&before, &all(2)), (&after, &all(3)), &mut Unwatched);
    /// let found = found.continue_value().unwrap();
    /// assert_eq!((found.gone, found.new), (vec![1], vec![1, 2]));
    /// ```
    pub fn of<W: Watch>(
        before: (&HeapDump, &[VertexId]),
        after: (&HeapDump, &[VertexId]),
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let mut known = FxHashMap::default();
        let before = Side::new(before, &mut known);
        let after = Side::new(after, &mut known);
        watch.check()?;
        let mut found = Self::default();
        let (mut old, mut late) = (0, 0);
        let mut next_check = AT_ONCE;
        loop {
            if old + late >= next_check {
                next_check += AT_ONCE;
                watch.check()?;
            }
            let order = match (before.address(old), after.address(late)) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.cmp(&other),
            };
            let is_same = order.is_eq() && before.type_at(old) == after.type_at(late);
            if order.is_le() {
                if !is_same {
                    found.gone.push(before.place(old));
                }
                old += 1;
            }
            if order.is_ge() {
                if !is_same {
                    found.new.push(after.place(late));
                }
                late += 1;
            }
            if is_same {
                let sizes = (before.size(old - 1), after.size(late - 1));
                let more = sizes.1.saturating_sub(sizes.0);
                if more > 0 {
                    let place = after.place(late - 1);
                    found.grown.push(Grown { place, more });
                }
            }
        }
        found.gone.sort_unstable();
        found.new.sort_unstable();
        found.grown.sort_unstable();
        ControlFlow::Continue(found)
    }
}

/// Objects of a dump, in the order of their addresses.
struct Side<'d> {
    dump: &'d HeapDump,
    vertices: &'d [VertexId],
    /// The places of the objects in this order; `None` if they are in it.
    order: Option<Vec<u32>>,
    /// The number of each type of the dump, the same for types of one name.
    types: Vec<u32>,
}

impl<'d> Side<'d> {
    fn new(
        (dump, vertices): (&'d HeapDump, &'d [VertexId]),
        known: &mut FxHashMap<&'d str, u32>,
    ) -> Self {
        let types = dump.types().map(|name| {
            let next = known.len() as u32;
            *known.entry(name).or_insert(next)
        });
        let types = types.collect();
        let order = match vertices.is_sorted_by_key(|&v| dump.address(v)) {
            true => None,
            false => {
                let mut order: Vec<_> = (0..vertices.len() as u32).collect();
                // The buffers of a snapshot come last: this sort merges what is sorted already.
                order.sort_by_key(|&place| dump.address(vertices[place as usize]));
                Some(order)
            }
        };
        Self {
            dump,
            vertices,
            order,
            types,
        }
    }

    /// The place of the object with this number in the order of the addresses.
    fn place(&self, number: usize) -> u32 {
        match &self.order {
            Some(order) => order[number],
            None => number as u32,
        }
    }

    fn vertex(&self, number: usize) -> VertexId {
        self.vertices[self.place(number) as usize]
    }

    fn address(&self, number: usize) -> Option<u64> {
        (number < self.vertices.len()).then(|| self.dump.address(self.vertex(number)))
    }

    fn size(&self, number: usize) -> u64 {
        self.dump.size(self.vertex(number))
    }

    fn type_at(&self, number: usize) -> u32 {
        let number = self.dump.types.number(self.vertex(number).index());
        number.map_or(NO_TYPE, |number| self.types[number as usize])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::btree_map;
    use proptest::prelude::*;
    use refcycle_core::{CsrGraph, Unwatched};

    use super::*;
    use crate::dump::DumpedObject;
    use crate::names::ObjectName;

    const TYPES: [&str; 3] = ["a.A", "b.A", "list"];

    /// An address, the number of a type, and a size.
    type Object = (u64, (usize, u64));

    /// Objects at a few addresses, in any order, and which of them are compared.
    fn heaps() -> impl Strategy<Value = (Vec<Object>, Vec<usize>)> {
        let heap = btree_map(0..30u64, (0..TYPES.len(), 0..3u64), 0..20);
        let shuffled = heap.prop_flat_map(|heap| {
            let objects: Vec<_> = heap.into_iter().collect();
            prop_oneof![Just(objects.clone()), Just(objects).prop_shuffle()]
        });
        shuffled.prop_flat_map(|objects| {
            let all: Vec<_> = (0..objects.len()).collect();
            let some = prop_oneof![
                Just(all.clone()),
                proptest::sample::subsequence(all.clone(), 0..=all.len()).prop_shuffle(),
            ];
            (Just(objects), some)
        })
    }

    fn dump(objects: &[Object]) -> HeapDump {
        let graph = CsrGraph::from_edges(objects.len(), []).unwrap();
        let mut builder = HeapDump::builder(graph);
        for &(address, (ty, size)) in objects {
            builder.object(DumpedObject {
                address,
                type_name: TYPES[ty],
                name: ObjectName::Instance(TYPES[ty]),
                size,
                reference_count: None,
            });
        }
        builder.build().unwrap()
    }

    fn vertices(some: &[usize]) -> Vec<VertexId> {
        some.iter().map(|&v| VertexId::from_index(v)).collect()
    }

    /// The places of the objects without a partner, by comparing each with all.
    fn alone(one: &[Object], some: &[usize], other: &[Object], rest: &[usize]) -> Vec<u32> {
        let others: BTreeMap<_, _> = rest.iter().map(|&v| (other[v].0, other[v].1.0)).collect();
        let is_alone = |v: usize| others.get(&one[v].0) != Some(&one[v].1.0);
        let places = (0..).zip(some).filter(|&(_, &v)| is_alone(v));
        places.map(|(place, _)| place).collect()
    }

    /// The objects with a partner that is smaller in the other heap.
    fn larger(one: &[Object], some: &[usize], other: &[Object], rest: &[usize]) -> Vec<Grown> {
        let others: BTreeMap<_, _> = rest.iter().map(|&v| other[v]).collect();
        let places = (0..).zip(some);
        let found = places.filter_map(|(place, &v)| {
            let (address, (ty, size)) = one[v];
            let &(other_type, other_size) = others.get(&address)?;
            let more = size.checked_sub(other_size).filter(|&more| more > 0)?;
            (ty == other_type).then_some(Grown { place, more })
        });
        found.collect()
    }

    proptest! {
        #[test]
        fn the_difference_is_that_of_sets(
            (before, some) in heaps(),
            (after, rest) in heaps(),
        ) {
            let dumps = (dump(&before), dump(&after));
            let compared = (vertices(&some), vertices(&rest));
            let found = Difference::of(
                (&dumps.0, &compared.0),
                (&dumps.1, &compared.1),
                &mut Unwatched,
            );
            let found = found.continue_value().unwrap();
            prop_assert_eq!(found.gone, alone(&before, &some, &after, &rest));
            prop_assert_eq!(found.new, alone(&after, &rest, &before, &some));
            prop_assert_eq!(found.grown, larger(&after, &rest, &before, &some));
        }

        #[test]
        fn a_dump_does_not_differ_from_itself((objects, some) in heaps()) {
            let dump = dump(&objects);
            let some = vertices(&some);
            let found = Difference::of((&dump, &some), (&dump, &some), &mut Unwatched);
            prop_assert_eq!(found.continue_value(), Some(Difference::default()));
        }
    }

    #[test]
    fn a_comparison_can_be_stopped() {
        let dump = dump(&[(16, (0, 16))]);
        let some = vertices(&[0]);
        let mut watch = || ControlFlow::Break("stopped");
        let found = Difference::of((&dump, &some), (&dump, &some), &mut watch);
        assert_eq!(found.break_value(), Some("stopped"));
    }
}
