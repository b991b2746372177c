//! Writing a heap snapshot: nodes, then edges in the order of their tails, then the strings of
//! both.

use std::io::{self, BufWriter, Write};

use refcycle_core::{IDirectedGraph, Vertices};

use super::super::escapes::Json;
use super::node::{MOST, NODE_FIELDS, Reference, StoredNode};
use super::snapshot::HeapSnapshot;
use crate::names::strings::StringId;
use crate::roots::Group;

/// The head of the file, without the numbers of nodes, edges and functions.
const HEAD: &str = concat!(
    r#"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count","#,
    r#""trace_node_id","detachedness"],"node_types":[["hidden","array","string","object","#,
    r#""code","closure","regexp","number","native","synthetic","concatenated string","#,
    r#""sliced string","symbol","bigint","object shape"],"string","number","number","#,
    r#""number","number","number"],"edge_fields":["type","name_or_index","to_node"],"#,
    r#""edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"#,
    r#""string_or_number","node"]},"#,
);

const SYNTHETIC: u32 = 9;
const NATIVE: u32 = 8;

const CONTEXT: u32 = 0;
const ELEMENT: u32 = 1;
const PROPERTY: u32 = 2;
const INTERNAL: u32 = 3;
const WEAK: u32 = 6;

/// The first strings of the file; those of the groups and of the heap follow.
const FIXED: [&str; 5] = [
    "<dummy>",
    "",
    "(GC roots)",
    "(more of its size)",
    "(reference)",
];
const EMPTY: u64 = 1;
const GC_ROOTS: u64 = 2;
const MORE: u64 = 3;
const NAMELESS: u64 = 4;

impl HeapSnapshot<'_> {
    /// Writes the file.
    ///
    /// # Errors
    /// Errors of the writer.
    ///
    /// # Complexity
    /// O(vertices + edges + text) time; the only additional memory is a buffer.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let mut out = SnapshotFile {
            out: BufWriter::with_capacity(1 << 16, out),
            is_first: true,
        };
        let places = NodePlaces::new(self);
        write!(
            out.out,
            "{HEAD}\"node_count\":{},\"edge_count\":{},\"trace_function_count\":0}},",
            places.node_count(),
            places.edge_count()
        )?;
        out.out.write_all(b"\n\"nodes\":[")?;
        self.write_nodes(&places, &mut out)?;
        out.out.write_all(b"],\n\"edges\":[")?;
        out.is_first = true;
        self.write_edges(&places, &mut out)?;
        out.out.write_all(b"],\n\"strings\":[")?;
        self.write_strings(&mut out.out)?;
        out.out.write_all(b"]}\n")?;
        out.out.flush()
    }

    fn write_nodes(
        &self,
        places: &NodePlaces,
        out: &mut SnapshotFile<impl Write>,
    ) -> io::Result<()> {
        out.node([SYNTHETIC, 1, 0], EMPTY, 1)?;
        out.node([SYNTHETIC, 3, 0], GC_ROOTS, places.groups.len() as u64)?;
        for &(group, count) in &places.groups {
            let name = FIXED.len() as u64 + group as u64;
            out.node([SYNTHETIC, group_id(group), 0], name, count)?;
        }
        let mut weak = self.weak.as_slice();
        for (v, node) in (0u32..).zip(&self.nodes) {
            let weaks = split_off(&mut weak, |&(tail, ..)| tail == v).len();
            let edges = self.graph.out_degree(v.into()) as u64 + weaks as u64 + node.rests();
            let size = node.size.min(MOST) as u32;
            let first = [node.kind.number(), node.id, size];
            out.node(first, text_of(node.name), edges)?;
        }
        let mut large = 0;
        for node in self.nodes.iter().filter(|node| node.rests() > 0) {
            for rest in 1..=node.rests() {
                // Objects have odd ids. Objects of 8 GiB or more are few, so these ids do not
                // run out.
                let id = match rest {
                    1 => node.id.wrapping_add(1),
                    _ => u32::MAX - 1 - 2 * large,
                };
                large += u32::from(rest > 1);
                let size = (node.size - rest * MOST).min(MOST) as u32;
                out.node([NATIVE, id, size], MORE, 0)?;
            }
        }
        Ok(())
    }

    fn write_edges(
        &self,
        places: &NodePlaces,
        out: &mut SnapshotFile<impl Write>,
    ) -> io::Result<()> {
        out.edge(ELEMENT, 1, 1)?;
        for group in 0..places.groups.len() as u64 {
            out.edge(ELEMENT, group + 1, 2 + group)?;
        }
        for &(_, vertex, name) in &self.roots {
            out.edge(INTERNAL, text_of(name), places.vertex(vertex))?;
        }
        let mut weak = self.weak.as_slice();
        let mut rests = places.first_rest();
        for v in self.graph.vertices() {
            for edge in self.graph.out_edges(v) {
                let to = places.vertex(edge.head.number());
                match self.edges[edge.id.index()] {
                    Reference::Element(index) => out.edge(ELEMENT, index.into(), to)?,
                    Reference::Variable(name) => out.edge(CONTEXT, text_of(name), to)?,
                    Reference::Property(name) => out.edge(PROPERTY, text_of(name), to)?,
                    Reference::Nameless => out.edge(INTERNAL, NAMELESS, to)?,
                }
            }
            for &(_, head, name) in split_off(&mut weak, |&(tail, ..)| tail == v.number()) {
                out.edge(WEAK, text_of(name), places.vertex(head))?;
            }
            for _ in 0..self.nodes[v.index()].rests() {
                out.edge(INTERNAL, MORE, rests)?;
                rests += 1;
            }
        }
        Ok(())
    }

    fn write_strings(&self, out: &mut impl Write) -> io::Result<()> {
        let groups = Group::ALL.map(Group::name);
        let fixed = FIXED.into_iter().chain(groups);
        for (index, text) in fixed.chain(self.names.iter()).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}\n{}", Json(text))?;
        }
        Ok(())
    }
}

/// The index of a string of the heap among all strings.
fn text_of(name: StringId) -> u64 {
    (FIXED.len() + Group::ALL.len()) as u64 + u64::from(name.number())
}

/// The id of the node of a group: the same in every snapshot.
const fn group_id(group: Group) -> u32 {
    5 + 2 * group as u32
}

/// The indices of the nodes in the file.
struct NodePlaces {
    /// The groups that have roots, with the number of roots.
    groups: Vec<(Group, u64)>,
    objects: u64,
    rests: u64,
    edges: u64,
}

impl NodePlaces {
    fn new(heap: &HeapSnapshot<'_>) -> Self {
        let groups: Vec<_> = heap
            .roots
            .chunk_by(|a, b| a.0 == b.0)
            .map(|roots| (roots[0].0, roots.len() as u64))
            .collect();
        let rests = heap.nodes.iter().map(StoredNode::rests).sum();
        let of_objects = heap.edges.len() + heap.weak.len() + heap.roots.len();
        Self {
            objects: heap.nodes.len() as u64,
            rests,
            edges: 1 + groups.len() as u64 + of_objects as u64 + rests,
            groups,
        }
    }

    fn node_count(&self) -> u64 {
        self.first_rest() + self.rests
    }

    fn edge_count(&self) -> u64 {
        self.edges
    }

    /// The index of a vertex among all nodes.
    fn vertex(&self, vertex: u32) -> u64 {
        2 + self.groups.len() as u64 + u64::from(vertex)
    }

    fn first_rest(&self) -> u64 {
        2 + self.groups.len() as u64 + self.objects
    }
}

/// Splits off the items at the front for which the predicate holds.
fn split_off<'a, T>(items: &mut &'a [T], holds: impl FnMut(&T) -> bool) -> &'a [T] {
    let (front, rest) = items.split_at(items.partition_point(holds));
    *items = rest;
    front
}

/// A writer that puts a comma before each item except the first.
struct SnapshotFile<W: Write> {
    out: BufWriter<W>,
    is_first: bool,
}

impl<W: Write> SnapshotFile<W> {
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.is_first, false) {
            return Ok(());
        }
        self.out.write_all(b",\n")
    }

    /// Writes a node, given its kind, id and size.
    fn node(&mut self, [kind, id, size]: [u32; 3], name: u64, edges: u64) -> io::Result<()> {
        self.begin()?;
        write!(self.out, "{kind},{name},{id},{size},{edges},0,0")
    }

    fn edge(&mut self, kind: u32, name: u64, to: u64) -> io::Result<()> {
        self.begin()?;
        write!(self.out, "{kind},{name},{}", to * NODE_FIELDS)
    }
}
