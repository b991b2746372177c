//! Grows a tree, by choosing its lines.

use std::collections::VecDeque;
use std::rc::Rc;

use refcycle_core::{Edge, IDirectedGraph, VertexId};
use rustc_hash::FxHashMap;

use super::cells::kept;
use super::names::Names;
use super::options::{Direction, FEWEST_LINES, TreeOptions};
use super::tree::{Limits, Then, Tree, TreeLine, TreeNode};
use crate::annotated::AnnotatedGraph;

/// The largest number of distinct names of parallel references on one line.
const NAMES: usize = 3;

/// Parallel references beyond this number are counted but not named.
const NAMED: usize = 1000;

impl Tree {
    /// Grows the trees of some starts, one below the other.
    ///
    /// # Complexity
    /// Labels are looked up only for the lines that are shown. All edges of each expanded vertex
    /// are visited. For [`Direction::Referrers`] the graph builds its reversed edges.
    ///
    /// # Panics
    /// If a start is not a vertex of the graph.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::VertexId;
    /// use refcycle_dot::AnnotatedGraph;
    /// use refcycle_dot::text::{Charset, Direction, Tree, TreeOptions};
    /// let mut builder = AnnotatedGraph::builder();
    /// builder.vertex(0, "list[9]");
    /// for id in 1..10 {
    ///     builder.vertex(id, "dict[0]");
    ///     builder.edge(id, 0, id, None);
    /// }
    /// let graph = builder.build()?;
    /// let options = TreeOptions { direction: Direction::Referents, ..TreeOptions::default() };
    /// let tree = Tree::new(&graph, &[VertexId::new(0)], &options);
    /// assert!(tree.render(80, Charset::Ascii).ends_with("`- ... and 6 more of kind dict"));
    /// # Ok::<(), refcycle_dot::BuildError>(())
    /// ```
    pub fn new(graph: &AnnotatedGraph, starts: &[VertexId], options: &TreeOptions) -> Self {
        let mut names = graph;
        match Self::with_names(graph, &mut names, starts, options) {
            Ok(tree) => tree,
            Err(never) => match never {},
        }
    }

    /// The same for a graph with external labels: labels are requested from `names` only for the
    /// lines that are shown.
    ///
    /// # Errors
    /// Errors of `names`.
    ///
    /// # Panics
    /// If a start is not a vertex of the graph.
    pub fn with_names<G: IDirectedGraph, N: Names>(
        graph: &G,
        names: &mut N,
        starts: &[VertexId],
        options: &TreeOptions,
    ) -> Result<Self, N::Error> {
        let lines = options.max_lines.max(FEWEST_LINES);
        let mut tree = grow(graph, names, starts, options, lines)?;
        for room in 1..FEWEST_LINES {
            if tree.line_count() <= lines {
                break;
            }
            // Makes room for the lines that say what is left out.
            tree = grow(graph, names, starts, options, lines - room)?;
        }
        Ok(tree)
    }
}

/// Grows a tree of at most `lines` lines, breadth first: vertices near the start come first.
fn grow<G: IDirectedGraph, N: Names>(
    graph: &G,
    names: &mut N,
    starts: &[VertexId],
    options: &TreeOptions,
    lines: usize,
) -> Result<Tree, N::Error> {
    let mut grower = Grower {
        graph,
        names,
        options,
        lines,
        tree: Tree {
            direction: options.direction,
            nodes: Vec::new(),
            roots: Vec::new(),
            limits: Limits {
                max_lines: options.max_lines,
                max_depth: options.max_depth.unwrap_or_default(),
                ..Limits::default()
            },
        },
        first: FxHashMap::default(),
        waiting: VecDeque::new(),
    };
    grower.add_siblings(None, starts)?;
    while let Some((node, v)) = grower.waiting.pop_front() {
        grower.open(node, v)?;
    }
    Ok(grower.tree)
}

struct Grower<'a, G, N> {
    graph: &'a G,
    names: &'a mut N,
    options: &'a TreeOptions,
    lines: usize,
    tree: Tree,
    /// The first line of each vertex.
    first: FxHashMap<VertexId, usize>,
    /// Vertices to be expanded.
    waiting: VecDeque<(usize, VertexId)>,
}

impl<G: IDirectedGraph, N: Names> Grower<'_, G, N> {
    /// Calls `see` with each neighbour of a vertex and the edge from or to it.
    fn neighbours(&self, v: VertexId, mut see: impl FnMut(VertexId, Edge)) {
        match self.options.direction {
            Direction::Referrers => {
                self.graph.in_edges(v).for_each(|edge| see(edge.tail, edge));
            }
            Direction::Referents => {
                self.graph
                    .out_edges(v)
                    .for_each(|edge| see(edge.head, edge));
            }
        }
    }

    fn has_neighbours(&self, v: VertexId) -> bool {
        match self.options.direction {
            Direction::Referrers => self.graph.in_edges(v).next().is_some(),
            Direction::Referents => self.graph.out_edges(v).next().is_some(),
        }
    }

    fn open(&mut self, node: usize, v: VertexId) -> Result<(), N::Error> {
        if !self.has_neighbours(v) {
            let found = self.names.note(v)?;
            if let TreeLine::Vertex { note, .. } = &mut self.tree.nodes[node].line {
                *note = found;
            }
            return Ok(());
        }
        let depth = self.tree.nodes[node].depth;
        let is_too_deep = self.options.max_depth.is_some_and(|limit| depth >= limit);
        if is_too_deep || self.room() == 0 {
            let limits = &mut self.tree.limits;
            match is_too_deep {
                true => limits.too_deep += 1,
                false => limits.unopened += 1,
            }
            if let TreeLine::Vertex { then, .. } = &mut self.tree.nodes[node].line {
                *then = Then::Cut;
            }
            return Ok(());
        }
        let mut siblings = Vec::new();
        let mut known = FxHashMap::default();
        self.neighbours(v, |sibling, _| {
            known
                .entry(sibling)
                .or_insert_with(|| siblings.push(sibling));
        });
        self.add_siblings(Some((node, v)), &siblings)
    }

    /// The number of lines left.
    fn room(&self) -> usize {
        self.lines.saturating_sub(self.tree.nodes.len())
    }

    fn add_siblings(
        &mut self,
        parent: Option<(usize, VertexId)>,
        siblings: &[VertexId],
    ) -> Result<(), N::Error> {
        let (mut shown, mut folded) = self.folded(siblings)?;
        let room = self.room();
        if shown.len() + folded.len() > room {
            // One line, perhaps the only one, gives the number of neighbours without a line.
            let kept = room.saturating_sub(1);
            self.tree.limits.unlisted += siblings.len() - kept.min(shown.len());
            shown.truncate(kept);
            let kinds = (folded.len() == 1 && shown.is_empty()).then(|| folded.remove(0).0);
            folded = vec![(kinds.flatten(), siblings.len() - shown.len())];
        }
        let names = self.references(parent, &shown)?;
        for (v, names) in shown.into_iter().zip(names) {
            self.add_vertex(parent.map(|(node, _)| node), v, names)?;
        }
        for (kind, count) in folded {
            self.add_line(
                parent.map(|(node, _)| node),
                TreeLine::More {
                    count,
                    kind: kind.as_deref().map(kept),
                },
            );
        }
        Ok(())
    }

    /// The siblings that are shown, and the numbers of the others by kind.
    #[allow(clippy::type_complexity)]
    fn folded(
        &mut self,
        siblings: &[VertexId],
    ) -> Result<(Vec<VertexId>, Vec<(Option<Rc<str>>, usize)>), N::Error> {
        let Some(limit) = self
            .options
            .fold
            .filter(|&limit| siblings.len() > limit + 1)
        else {
            return Ok((siblings.to_vec(), Vec::new()));
        };
        let mut kinds = Vec::<(Rc<str>, Vec<VertexId>)>::new();
        let mut numbers = FxHashMap::<Rc<str>, usize>::default();
        for &v in siblings {
            let kind = self.names.kind(v)?;
            let number = *numbers.entry(kind.clone()).or_insert_with(|| {
                kinds.push((kind, Vec::new()));
                kinds.len() - 1
            });
            kinds[number].1.push(v);
        }
        let mut folded = Vec::new();
        let mut left = FxHashMap::default();
        for (kind, members) in &kinds {
            // Replacing one sibling by one line would save nothing.
            if members.len() <= limit + 1 {
                left.extend(members.iter().map(|&v| (v, ())));
                continue;
            }
            // Vertices that are not yet shown are more informative.
            let (new, old): (Vec<_>, Vec<_>) =
                members.iter().partition(|&v| !self.first.contains_key(v));
            left.extend(new.into_iter().chain(old).take(limit).map(|&v| (v, ())));
            folded.push((Some(kind.clone()), members.len() - limit));
        }
        let shown = siblings.iter().copied().filter(|v| left.contains_key(v));
        Ok((shown.collect(), folded))
    }

    /// The labels of the references between a parent and each shown neighbour.
    fn references(
        &mut self,
        parent: Option<(usize, VertexId)>,
        shown: &[VertexId],
    ) -> Result<Vec<Named>, N::Error> {
        let mut edges = vec![(Vec::new(), 0); shown.len()];
        if let Some((_, v)) = parent {
            let places: FxHashMap<_, _> = shown.iter().copied().zip(0usize..).collect();
            self.neighbours(v, |sibling, edge| {
                if let Some(&place) = places.get(&sibling) {
                    let (named, more) = &mut edges[place];
                    match named.len() < NAMED {
                        true => named.push(edge),
                        false => *more += 1,
                    }
                }
            });
        }
        edges
            .into_iter()
            .map(|(edges, more)| {
                let labels = match edges.is_empty() {
                    true => Vec::new(),
                    false => self.names.references(&edges)?,
                };
                Ok(Named::new(labels, more))
            })
            .collect()
    }

    fn add_vertex(
        &mut self,
        parent: Option<usize>,
        v: VertexId,
        names: Named,
    ) -> Result<(), N::Error> {
        let label = kept(&self.names.vertex(v)?);
        let seen = self.first.get(&v).copied();
        let node = self.add_line(
            parent,
            TreeLine::Vertex {
                label,
                names: names.different,
                more_names: names.more,
                note: None,
                then: seen.map_or(Then::Children, Then::Again),
            },
        );
        if seen.is_none() {
            self.first.insert(v, node);
            self.waiting.push_back((node, v));
        }
        Ok(())
    }

    fn add_line(&mut self, parent: Option<usize>, line: TreeLine) -> usize {
        let nodes = &mut self.tree.nodes;
        let node = nodes.len();
        nodes.push(TreeNode {
            parent,
            depth: parent.map_or(0, |parent| nodes[parent].depth + 1),
            children: Vec::new(),
            line,
        });
        match parent {
            Some(parent) => nodes[parent].children.push(node),
            None => self.tree.roots.push(node),
        }
        node
    }
}

/// The names of parallel references.
struct Named {
    different: Vec<(Option<String>, usize)>,
    more: usize,
}

impl Named {
    fn new(labels: Vec<Option<String>>, mut more: usize) -> Self {
        let mut different = Vec::<(Option<String>, usize)>::new();
        for label in labels {
            let label = label.filter(|label| !label.is_empty());
            let known = different.iter().position(|known| known.0 == label);
            match known {
                Some(place) => different[place].1 += 1,
                None if different.len() < NAMES => different.push((label, 1)),
                None => more += 1,
            }
        }
        for (label, _) in &mut different {
            *label = label.as_deref().map(kept);
        }
        Self { different, more }
    }
}
