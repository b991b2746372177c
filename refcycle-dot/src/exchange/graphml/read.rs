//! Reading GraphML, written by refcycle or by other tools, as a stream of XML events.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::errors::Error as XmlError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::GraphmlError;
use super::elements::{Element, Elements};
use crate::annotated::AnnotatedGraph;

/// Reads a directed graph.
///
/// The annotation of a vertex or edge is the data of the key whose `attr.name` is `label`, or
/// else `annotation`, or else `name`. A vertex without any of them is annotated with the text
/// of its id; an edge then has no annotation. If all ids are decimal numbers, they become the
/// ids of the graph. Otherwise (`n0`, `n1`, ...) vertices, or edges, are numbered in document
/// order. All other data is ignored.
///
/// # Errors
/// [`GraphmlError`] if reading fails; if the text is not UTF-8, not XML or not a directed
/// graph; if two vertices or two edges have the same id, or an edge ends at a vertex that does
/// not exist; if the graph has nested graphs or hyperedges. A document that declares its own
/// entities is rejected, because they could expand without bound.
///
/// # Complexity
/// O(bytes) time, plus sorting the ids. Memory: the distinct ids and labels, about 60 bytes per
/// vertex and 50 per edge, and one tag or label of the text at a time.
///
/// # Example
/// ```
/// use refcycle_dot::exchange::graphml;
/// let text = r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
///     <graph edgedefault="directed"><node id="a"/><edge source="a" target="a"/></graph>
/// </graphml>"#;
/// let graph = graphml::read_graphml(text.as_bytes())?;
/// assert_eq!(graph.vertex_annotation(graph.find_vertex(0).unwrap()), "a");
/// # Ok::<(), graphml::GraphmlError>(())
/// ```
pub fn read_graphml(reader: impl Read) -> Result<AnnotatedGraph, GraphmlError> {
    read(BufReader::with_capacity(1 << 16, reader))
}

/// Reads a graph from a text in memory; see [`read_graphml`].
///
/// # Errors
/// The same as for [`read_graphml`].
///
/// # Example
/// ```
/// let error = refcycle_dot::exchange::graphml::from_graphml(
///     r#"<graphml><graph edgedefault="directed"><edge source="1" target="1"/></graph></graphml>"#,
/// );
/// assert!(error.unwrap_err().to_string().contains("an edge refers to \"1\""));
/// ```
pub fn from_graphml(text: &str) -> Result<AnnotatedGraph, GraphmlError> {
    read(text.as_bytes())
}

fn read(reader: impl BufRead) -> Result<AnnotatedGraph, GraphmlError> {
    let mut xml = Reader::from_reader(Lines { reader, line: 1 });
    xml.config_mut().expand_empty_elements = true;
    let mut elements = Elements::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer);
        let line = xml.get_ref().line;
        let at = |message| GraphmlError::Text { line, message };
        let event = event.map_err(|error| xml_error(error, line))?;
        match event {
            Event::Start(tag) => {
                let element = element(&tag).map_err(at)?;
                elements.start(&element, line).map_err(at)?;
            }
            Event::End(_) => elements.end().map_err(at)?,
            Event::Text(text) => elements.text(&text.xml10_content()).map_err(at)?,
            Event::CData(text) => elements.text(&text.xml10_content()).map_err(at)?,
            Event::GeneralRef(entity) => {
                elements
                    .text(&character(&entity).map_err(at)?)
                    .map_err(at)?;
            }
            Event::Decl(declaration) => check_encoding(&declaration).map_err(at)?,
            Event::DocType(declared) if declared.contains('[') => {
                return Err(at(
                    "the DOCTYPE declares entities or elements, which could expand without bound; \
                     remove its part in brackets"
                        .into(),
                ));
            }
            Event::DocType(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
            Event::Eof => return elements.finish(line),
        }
    }
}

/// The parts of a tag that the reader needs.
fn element<'a>(tag: &'a BytesStart<'_>) -> Result<Element<'a>, String> {
    let name = tag.name();
    let mut element = Element::new(local(name.as_ref()).to_owned());
    // Without the check for duplicates, which is quadratic; `place` detects them.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| format!("malformed tag: {error}"))?;
        let Some(place) = element.place(attribute.key.as_ref()) else {
            continue;
        };
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| format!("malformed attribute: {error}"))?;
        if place.replace(value).is_some() {
            let key = attribute.key.as_ref();
            return Err(format!("duplicate attribute {key} in a tag"));
        }
    }
    Ok(element)
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Resolves `&amp;` or `&#38;`.
fn character(entity: &BytesRef<'_>) -> Result<Cow<'static, str>, String> {
    let resolved = entity.resolve_char_ref();
    match resolved.map_err(|error| format!("invalid character reference: {error}"))? {
        Some(c) => Ok(c.to_string().into()),
        None => resolve_predefined_entity(entity)
            .map(Cow::Borrowed)
            .ok_or_else(|| {
                let name: String = entity.chars().take(40).collect();
                format!("unknown entity &{name}; (write &amp;{name}; for the literal text)")
            }),
    }
}

fn check_encoding(declaration: &BytesDecl<'_>) -> Result<(), String> {
    let Some(Ok(encoding)) = declaration.encoding() else {
        return Ok(());
    };
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    if known
        .iter()
        .any(|known| encoding.eq_ignore_ascii_case(known))
    {
        return Ok(());
    }
    let encoding: String = encoding.chars().take(40).collect();
    Err(format!(
        "the document is in {encoding}; convert it to UTF-8"
    ))
}

fn xml_error(error: XmlError, line: u64) -> GraphmlError {
    let message = match error {
        XmlError::Io(error) => {
            let copy = io::Error::new(error.kind(), error.to_string());
            return GraphmlError::Io(
                error
                    .raw_os_error()
                    .map_or(copy, io::Error::from_raw_os_error),
            );
        }
        XmlError::Syntax(error) => {
            format!("not XML: {error}; is the file truncated?")
        }
        XmlError::Encoding(error) => format!("not valid UTF-8: {error}"),
        error => format!("not XML: {error}"),
    };
    GraphmlError::Text { line, message }
}

/// Counts the lines read.
struct Lines<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // The consumed bytes are already in the buffer, so this reads nothing.
        if let Ok(filled) = self.reader.fill_buf() {
            let consumed = &filled[..count.min(filled.len())];
            self.line += consumed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        }
        self.reader.consume(count);
    }
}
