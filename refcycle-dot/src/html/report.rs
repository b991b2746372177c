//! What a page says about a graph before it shows the graph.

use std::io::{self, Write};

use refcycle_core::{VertexId, Vertices};

use super::texts::write_string;
use crate::annotated::AnnotatedGraph;

/// The findings with which a page opens, in sections.
///
/// # Example
/// ```
/// use refcycle_core::VertexId;
/// use refcycle_dot::{ReportFinding, ReportNote, ReportNoteKind, PageReport, ReportSection};
/// let suspect = ReportFinding {
///     name: "list (3,000 items), app.cache.entries".into(),
///     vertices: vec![VertexId::new(7)],
///     retained: Some(240_000),
///     notes: vec![ReportNote { kind: ReportNoteKind::Fix, text: "bound the cache".into() }],
///     ..ReportFinding::default()
/// };
/// let section = ReportSection {
///     key: "suspects".into(),
///     title: "Leak suspects".into(),
///     findings: vec![suspect],
///     ..ReportSection::default()
/// };
/// assert_eq!(PageReport { sections: vec![section] }.sections.len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct PageReport {
    /// The sections, in the order in which the page shows them.
    pub sections: Vec<ReportSection>,
}

/// A part of a [`PageReport`]: findings of one kind.
#[derive(Clone, Debug, Default)]
pub struct ReportSection {
    /// What the section is about, for programs, such as `suspects`.
    pub key: String,
    /// The heading.
    pub title: String,
    /// What follows the heading, one paragraph each.
    pub about: Vec<String>,
    /// The findings, the most important one first.
    pub findings: Vec<ReportFinding>,
    /// The number of findings that were left out.
    pub more: u64,
}

/// An object or several that a section of a [`PageReport`] is about.
#[derive(Clone, Debug, Default)]
pub struct ReportFinding {
    /// What was found, in one line.
    pub name: String,
    /// The objects, which the page opens. Those that are not in the graph are left out.
    pub vertices: Vec<VertexId>,
    /// The number of objects, or for growth the difference.
    pub count: Option<i64>,
    /// The bytes of the objects themselves, or for growth the difference.
    pub size: Option<i64>,
    /// The bytes that would be freed with the objects.
    pub retained: Option<u64>,
    /// The bytes as a share of all bytes, from 0 to 1.
    pub share: Option<f64>,
    /// What else is known.
    pub notes: Vec<ReportNote>,
    /// The references that the fixes remove, by their ends, which the page draws in red.
    pub cut: Vec<(VertexId, VertexId)>,
}

/// A remark on a [`ReportFinding`].
#[derive(Clone, Debug)]
pub struct ReportNote {
    /// How the page shows it.
    pub kind: ReportNoteKind,
    /// The text. That of a chain has several lines.
    pub text: String,
}

/// How a page shows a [`ReportNote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportNoteKind {
    /// As a paragraph.
    Text,
    /// As lines with their indentation.
    Chain,
    /// As advice.
    Fix,
}

impl ReportNoteKind {
    /// The name of the kind in the page.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Chain => "chain",
            Self::Fix => "fix",
        }
    }
}

impl PageReport {
    /// Writes the report as JSON that contains no HTML markup.
    pub(super) fn write(&self, out: &mut impl Write, graph: &AnnotatedGraph) -> io::Result<()> {
        list(out, &self.sections, |out, section| {
            out.write_all(b"\n{\"key\":")?;
            write_string(out, &section.key)?;
            out.write_all(b",\"title\":")?;
            write_string(out, &section.title)?;
            out.write_all(b",\"about\":")?;
            list(out, &section.about, |out, text| write_string(out, text))?;
            write!(out, ",\"more\":{},\"findings\":", section.more)?;
            list(out, &section.findings, |out, finding| {
                finding.write(out, graph)
            })?;
            out.write_all(b"}")
        })
    }
}

impl ReportFinding {
    fn write(&self, out: &mut impl Write, graph: &AnnotatedGraph) -> io::Result<()> {
        out.write_all(b"\n{\"name\":")?;
        write_string(out, &self.name)?;
        let vertices: Vec<_> = self
            .vertices
            .iter()
            .filter(|&&v| graph.contains_vertex(v))
            .collect();
        out.write_all(b",\"vertices\":")?;
        list(out, &vertices, |out, v| write!(out, "{v}"))?;
        number(out, "count", self.count)?;
        number(out, "size", self.size)?;
        number(out, "retained", self.retained)?;
        // JSON has no infinite numbers.
        number(out, "share", self.share.filter(|share| share.is_finite()))?;
        out.write_all(b",\"notes\":")?;
        list(out, &self.notes, |out, note| {
            write!(out, "{{\"kind\":\"{}\",\"text\":", note.kind.name())?;
            write_string(out, &note.text)?;
            out.write_all(b"}")
        })?;
        let has = |v| graph.contains_vertex(v);
        let cut = self
            .cut
            .iter()
            .filter(|&&(tail, head)| has(tail) && has(head));
        out.write_all(b",\"cut\":")?;
        list(out, &cut.collect::<Vec<_>>(), |out, (tail, head)| {
            write!(out, "[{tail},{head}]")
        })?;
        out.write_all(b"}")
    }
}

fn number(out: &mut impl Write, name: &str, number: Option<impl ToString>) -> io::Result<()> {
    let number = number.map_or("null".to_owned(), |number| number.to_string());
    write!(out, ",\"{name}\":{number}")
}

fn list<W: Write, T>(
    out: &mut W,
    items: &[T],
    mut write: impl FnMut(&mut W, &T) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        write(out, item)?;
    }
    out.write_all(b"]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_json_without_markup() {
        let mut builder = AnnotatedGraph::builder();
        builder.vertex(1, "list[0]");
        let graph = builder.build().unwrap();
        let finding = ReportFinding {
            name: "</script>".into(),
            vertices: vec![VertexId::new(0), VertexId::new(9)],
            count: Some(-2),
            share: Some(0.25),
            notes: vec![ReportNote {
                kind: ReportNoteKind::Chain,
                text: "a\n└─ b".into(),
            }],
            cut: vec![
                (VertexId::new(0), VertexId::new(0)),
                (VertexId::new(0), VertexId::new(9)),
            ],
            ..ReportFinding::default()
        };
        let report = PageReport {
            sections: vec![ReportSection {
                key: "growth".into(),
                title: "What grew".into(),
                about: vec!["one".into(), "two".into()],
                findings: vec![finding],
                more: 3,
            }],
        };
        let mut out = Vec::new();
        report.write(&mut out, &graph).unwrap();
        assert!(!out.contains(&b'<'));
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!([{
            "key": "growth",
            "title": "What grew",
            "about": ["one", "two"],
            "more": 3,
            "findings": [{
                "name": "</script>",
                "vertices": [0],
                "count": -2,
                "size": null,
                "retained": null,
                "share": 0.25,
                "notes": [{"kind": "chain", "text": "a\n└─ b"}],
                "cut": [[0, 0]],
            }],
        }]);
        assert_eq!(read, expected);
    }

    #[test]
    fn an_infinite_share_is_unknown() {
        let finding = ReportFinding {
            share: Some(f64::NAN),
            ..ReportFinding::default()
        };
        let mut out = Vec::new();
        finding.write(&mut out, &AnnotatedGraph::default()).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert!(read["share"].is_null());
    }
}
