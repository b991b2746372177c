//! The classes of a summary.

use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use super::places::Place;
use super::tally::{Ranking, TypeCount};

/// The vertices of one type in one place, or the vertices of all types that are not listed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) place: Place,
    /// The name of the type, or a name for several types.
    pub(crate) name: String,
    /// Whether the vertices are of one type.
    pub(crate) is_one_type: bool,
    pub(crate) count: u64,
    pub(crate) size: u64,
    /// The vertex with the most outgoing edges; the first one if there are several.
    pub(crate) example: VertexId,
    most_edges: usize,
}

impl Class {
    fn new(place: Place, name: String, is_one_type: bool) -> Self {
        Self {
            place,
            name,
            is_one_type,
            count: 0,
            size: 0,
            example: VertexId::new(0),
            most_edges: 0,
        }
    }

    fn include(&mut self, ty: &TypeCount<u32>) {
        self.count += ty.count;
        self.size += ty.size;
        if self.count == ty.count {
            self.example = ty.first;
        }
    }
}

/// The classes so far, by place and type.
#[derive(Default)]
pub(super) struct Classes {
    pub(super) all: Vec<Class>,
    of_type: FxHashMap<(usize, u32), u32>,
}

impl Classes {
    /// A class for each listed type of a place, and one for the others.
    pub(super) fn add(
        &mut self,
        place: Place,
        place_number: usize,
        types: &Ranking<u32>,
        name: impl Fn(u32) -> String,
    ) {
        for ty in &types.types {
            self.add_class(place_number, [ty], Class::new(place, name(ty.key), true));
        }
        if let Some(name) = types.others_name() {
            self.add_class(place_number, &types.others, Class::new(place, name, false));
        }
    }

    /// One class for all types of a place.
    pub(super) fn add_whole(
        &mut self,
        place: Place,
        place_number: usize,
        types: &Ranking<u32>,
        name: String,
    ) {
        let class = Class::new(place, name, false);
        self.add_class(place_number, types.all(), class);
    }

    fn add_class<'t>(
        &mut self,
        place_number: usize,
        types: impl IntoIterator<Item = &'t TypeCount<u32>>,
        mut class: Class,
    ) {
        let number = self.all.len() as u32;
        for ty in types {
            class.include(ty);
            self.of_type.insert((place_number, ty.key), number);
        }
        if class.count > 0 {
            self.all.push(class);
        }
    }

    /// Returns the number of the class of a vertex, and records the vertex with its outgoing
    /// edges.
    pub(super) fn see(
        &mut self,
        place_number: usize,
        type_number: u32,
        v: VertexId,
        edges: usize,
    ) -> u32 {
        let number = self.of_type[&(place_number, type_number)];
        let class = &mut self.all[number as usize];
        if edges > class.most_edges {
            (class.example, class.most_edges) = (v, edges);
        }
        number
    }
}
