//! The state of the GraphML reader between elements.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::GraphmlError;
use crate::annotated::{AnnotatedGraph, AnnotatedGraphBuilder};
use crate::names::NameId;

/// A start tag with the attributes that the reader needs.
pub(super) struct Element<'a> {
    name: String,
    id: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    target: Option<Cow<'a, str>>,
    key: Option<Cow<'a, str>>,
    domain: Option<Cow<'a, str>>,
    attribute_name: Option<Cow<'a, str>>,
    directed: Option<Cow<'a, str>>,
    edge_default: Option<Cow<'a, str>>,
}

impl<'a> Element<'a> {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            id: None,
            source: None,
            target: None,
            key: None,
            domain: None,
            attribute_name: None,
            directed: None,
            edge_default: None,
        }
    }

    /// The field for the value of an attribute, if it is needed.
    pub(super) fn place(&mut self, attribute: &str) -> Option<&mut Option<Cow<'a, str>>> {
        Some(match attribute {
            "id" => &mut self.id,
            "source" => &mut self.source,
            "target" => &mut self.target,
            "key" => &mut self.key,
            "for" => &mut self.domain,
            "attr.name" => &mut self.attribute_name,
            "directed" => &mut self.directed,
            "edgedefault" => &mut self.edge_default,
            _ => return None,
        })
    }
}

/// The names of keys that hold labels, preferred names first.
const LABELS: [&str; 3] = ["label", "annotation", "name"];

/// The id is used by an edge, but no vertex has declared it yet.
const UNDECLARED: u32 = u32::MAX;

/// An open element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Graphml,
    Graph,
    Node,
    Edge,
    Label,
    /// An ignored element, with everything inside it.
    Other,
}

/// A vertex id, which may appear in an edge before the vertex itself.
struct Mention {
    vertex: u32,
    line: u64,
}

/// The label of the open vertex or edge.
#[derive(Default)]
struct Label {
    text: String,
    rank: Option<usize>,
}

#[derive(Default)]
pub(super) struct Elements {
    builder: AnnotatedGraphBuilder,
    open: Vec<Open>,
    seen_graphml: bool,
    seen_graph: bool,
    undirected: bool,
    /// The ranks of the keys that hold labels: for vertices, and for edges.
    labels: [HashMap<String, usize>; 2],
    label: Label,
    /// The rank of the open data element.
    rank: usize,

    // The ids may be hostile, so these use the standard hasher, which is seeded.
    mentions: HashMap<Box<str>, u32>,
    mentioned: Vec<Mention>,
    /// The id of the open vertex, which is its label if it has no other.
    vertex_name: String,
    vertices: Vec<NameId>,
    vertex_ids: Ids,
    edges: Vec<(u32, u32, NameId)>,
    edge_ids: Ids,
    /// The ids of edges that are not numbers.
    edge_names: HashSet<Box<str>>,
}

/// The ids of vertices or edges. They are kept only if all of them are numbers.
#[derive(Default)]
struct Ids {
    numbers: Vec<u64>,
    count: u64,
}

impl Ids {
    fn push(&mut self, id: Option<&str>) -> Option<u64> {
        let number = id.and_then(number);
        if let Some(number) = number
            && self.numbers.len() as u64 == self.count
        {
            self.numbers.push(number);
        }
        self.count += 1;
        number
    }

    fn get(&self, index: usize) -> u64 {
        if self.numbers.len() as u64 == self.count {
            self.numbers[index]
        } else {
            index as u64
        }
    }
}

/// Parses a number in the form in which the writer writes it.
fn number(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_plain)
}

impl Elements {
    pub(super) fn start(&mut self, element: &Element<'_>, line: u64) -> Result<(), String> {
        let open = match (self.open.last(), &*element.name) {
            (None, "graphml") if !self.seen_graphml => {
                self.seen_graphml = true;
                Open::Graphml
            }
            (None, _) if self.seen_graphml => {
                return Err("unexpected content after the end of the graph; remove it".into());
            }
            (None, name) => {
                let name: String = name.chars().take(40).collect();
                return Err(format!("not GraphML: the root element is <{name}>"));
            }
            (Some(Open::Graphml), "key") => {
                self.key(element)?;
                Open::Other
            }
            (Some(Open::Graphml), "graph") => {
                self.graph(element)?;
                Open::Graph
            }
            (Some(Open::Graph), "node") => {
                self.node(element, line)?;
                Open::Node
            }
            (Some(Open::Graph), "edge") => {
                self.edge(element, line)?;
                Open::Edge
            }
            (Some(Open::Graph), "hyperedge") => {
                return Err("hyperedges are not supported; replace them by edges".into());
            }
            (Some(Open::Node | Open::Edge), "graph") => {
                return Err(
                    "nested graphs are not supported; export the graph without groups".into(),
                );
            }
            (Some(&(parent @ Open::Node | parent @ Open::Edge)), "data") => {
                self.data(parent, element)?
            }
            _ => Open::Other,
        };
        self.open.push(open);
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), String> {
        match self.open.pop() {
            Some(Open::Label) => self.label.rank = Some(self.rank),
            Some(Open::Node) => {
                let label = std::mem::take(&mut self.label);
                let text = label.rank.map_or(&self.vertex_name, |_| &label.text);
                self.vertices.push(self.builder.names.parse_object(text));
            }
            Some(Open::Edge) => {
                let label = std::mem::take(&mut self.label);
                if let (Some(_), Some((_, _, id))) = (label.rank, self.edges.last_mut()) {
                    *id = self.builder.names.parse_reference(&label.text);
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last() {
            Some(Open::Label) => self.label.text.push_str(text),
            None if !text.trim_ascii().is_empty() => {
                return Err("not GraphML: text outside of the root element".into());
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn finish(mut self, line: u64) -> Result<AnnotatedGraph, GraphmlError> {
        let at = |line, message: String| Err(GraphmlError::Text { line, message });
        if !self.open.is_empty() {
            return at(line, "the text ends early: is the file truncated?".into());
        }
        if !self.seen_graph {
            return at(line, "not GraphML: no <graph> element".into());
        }
        let missing =
            (0..self.mentioned.len()).find(|&index| self.mentioned[index].vertex == UNDECLARED);
        if let Some(index) = missing {
            let known = self.mentions.iter();
            let name = known
                .filter(|&(_, &mention)| mention as usize == index)
                .map(|(name, _)| shown(name))
                .next()
                .unwrap_or_default();
            let line = self.mentioned[index].line;
            return at(
                line,
                format!(
                    "an edge refers to {name}, but no node has this id; add the node or remove the \
                     edge"
                ),
            );
        }
        drop((self.mentions, self.edge_names));
        for (index, &label) in self.vertices.iter().enumerate() {
            self.builder.push_vertex(self.vertex_ids.get(index), label);
        }
        for (index, &(source, target, label)) in self.edges.iter().enumerate() {
            let end = |mention: u32| {
                let vertex = self.mentioned[mention as usize].vertex;
                self.vertex_ids.get(vertex as usize)
            };
            let id = self.edge_ids.get(index);
            self.builder.push_edge(id, end(source), end(target), label);
        }
        self.builder.build().map_err(GraphmlError::Graph)
    }

    fn key(&mut self, element: &Element<'_>) -> Result<(), String> {
        let id = required(element.id.as_ref(), "a <key>", "id")?;
        let Some(name) = &element.attribute_name else {
            return Ok(());
        };
        let rank = LABELS
            .iter()
            .position(|label| name.eq_ignore_ascii_case(label));
        let Some(rank) = rank else {
            return Ok(());
        };
        let domain = element.domain.as_deref().unwrap_or("all");
        for (labels, wanted) in self.labels.iter_mut().zip(["node", "edge"]) {
            if domain == wanted || domain == "all" {
                labels.insert(id.to_owned(), rank);
            }
        }
        Ok(())
    }

    fn graph(&mut self, element: &Element<'_>) -> Result<(), String> {
        if std::mem::replace(&mut self.seen_graph, true) {
            return Err("the file has several graphs; save each in its own file".into());
        }
        self.undirected = element.edge_default.as_deref() == Some("undirected");
        Ok(())
    }

    fn node(&mut self, element: &Element<'_>, line: u64) -> Result<(), String> {
        let id = required(element.id.as_ref(), "a <node>", "id")?;
        let mention = self.mention(id, line)?;
        let vertex = self.vertices.len() as u32;
        if vertex == UNDECLARED {
            return Err("the document has more nodes than a graph can have".into());
        }
        let known = &mut self.mentioned[mention as usize];
        if known.vertex != UNDECLARED {
            return Err(format!(
                "duplicate node id {}; node ids must be unique",
                shown(id)
            ));
        }
        known.vertex = vertex;
        self.vertex_ids.push(Some(id));
        self.vertex_name.clear();
        self.vertex_name.push_str(id);
        Ok(())
    }

    fn edge(&mut self, element: &Element<'_>, line: u64) -> Result<(), String> {
        let undirected = match element.directed.as_deref() {
            Some("true" | "1") => false,
            Some("false" | "0") => true,
            _ => self.undirected,
        };
        if undirected {
            return Err(
                "undirected edges are not supported; set edgedefault=\"directed\" and write both directions"
                    .into(),
            );
        }
        let source = required(element.source.as_ref(), "an <edge>", "source")?;
        let source = self.mention(source, line)?;
        let target = required(element.target.as_ref(), "an <edge>", "target")?;
        let target = self.mention(target, line)?;
        let id = element.id.as_deref();
        let is_number = self.edge_ids.push(id).is_some();
        if let Some(id) = id
            && !is_number
            && !self.edge_names.insert(id.into())
        {
            return Err(format!(
                "duplicate edge id {}; edge ids must be unique",
                shown(id)
            ));
        }
        self.edges.push((source, target, NameId::NONE));
        Ok(())
    }

    fn data(&mut self, parent: Open, element: &Element<'_>) -> Result<Open, String> {
        let key = required(element.key.as_ref(), "a <data>", "key")?;
        let labels = &self.labels[usize::from(parent == Open::Edge)];
        let Some(&rank) = labels.get(key) else {
            return Ok(Open::Other);
        };
        match self.label.rank {
            Some(known) if known == rank => {
                return Err(format!(
                    "an element has two labels with the key {}; remove one",
                    shown(key)
                ));
            }
            Some(known) if known < rank => return Ok(Open::Other),
            _ => {}
        }
        self.label.text.clear();
        self.rank = rank;
        Ok(Open::Label)
    }

    /// The number of a vertex id.
    fn mention(&mut self, id: &str, line: u64) -> Result<u32, String> {
        if let Some(&mention) = self.mentions.get(id) {
            return Ok(mention);
        }
        let mention = self.mentioned.len() as u32;
        if mention == UNDECLARED {
            return Err("the document has more nodes than a graph can have".into());
        }
        self.mentions.insert(id.into(), mention);
        self.mentioned.push(Mention {
            vertex: UNDECLARED,
            line,
        });
        Ok(mention)
    }
}

fn required<'a>(
    value: Option<&'a Cow<'_, str>>,
    element: &str,
    attribute: &str,
) -> Result<&'a str, String> {
    value
        .map(Cow::as_ref)
        .ok_or_else(|| format!("{element} has no {attribute}"))
}

/// An id as shown in an error message.
fn shown(id: &str) -> String {
    let short: String = id.chars().take(60).collect();
    let more = if short.len() < id.len() { "..." } else { "" };
    format!("{short:?}{more}")
}
