//! Reading GraphML as a stream of XML events: ours, and what others write.

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
/// The annotation of a vertex or an edge is the data of the key whose `attr.name` is
/// `label`, else `annotation`, else `name`; a vertex without one has the text of its id,
/// an edge has none. Ids that are numbers in decimal, all of them, are the ids of the
/// graph. Else (`n0`, `n1`, ...) vertices, or edges, are numbered in their order. All
/// other data is passed over.
///
/// # Errors
/// [`GraphmlError`]: reading failed, the text is not UTF-8, not XML, not a directed
/// graph; two vertices or edges have one id, an edge has an end that is no vertex; the
/// graph is one with graphs inside vertices, or with hyperedges. A document that declares
/// entities of its own is refused: they could make it as large as they like.
///
/// # Complexity
/// O(bytes) time, and a logarithm to order the ids. Holds the different ids and labels,
/// and some 60 bytes a vertex and 50 an edge, and never more of the text than one tag or
/// one label.
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

/// The same of a text in memory.
///
/// # Errors
/// Those of [`read_graphml`].
///
/// # Example
/// ```
/// let error = refcycle_dot::exchange::graphml::from_graphml(
///     r#"<graphml><graph edgedefault="directed"><edge source="1" target="1"/></graph></graphml>"#,
/// );
/// assert!(error.unwrap_err().to_string().contains("\"1\", which is the id of no node"));
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
                    "the document declares entities or elements of its own, which could \
                     make it as large as they like; remove the part in brackets of its DOCTYPE"
                        .into(),
                ));
            }
            Event::DocType(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
            Event::Eof => return elements.finish(line),
        }
    }
}

/// What of a tag is looked at.
fn element<'a>(tag: &'a BytesStart<'_>) -> Result<Element<'a>, String> {
    let name = tag.name();
    let mut element = Element::new(local(name.as_ref()).to_owned());
    // Of many attributes each is looked at once, not compared with all others.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| format!("a tag is damaged: {error}"))?;
        let Some(place) = element.place(attribute.key.as_ref()) else {
            continue;
        };
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| format!("an attribute is damaged: {error}"))?;
        if place.replace(value).is_some() {
            let key = attribute.key.as_ref();
            return Err(format!("a tag has the attribute {key} twice"));
        }
    }
    Ok(element)
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// What `&amp;` or `&#38;` stands for.
fn character(entity: &BytesRef<'_>) -> Result<Cow<'static, str>, String> {
    let resolved = entity.resolve_char_ref();
    match resolved.map_err(|error| format!("a reference to a character is wrong: {error}"))? {
        Some(c) => Ok(c.to_string().into()),
        None => resolve_predefined_entity(entity)
            .map(Cow::Borrowed)
            .ok_or_else(|| {
                let name: String = entity.chars().take(40).collect();
                format!("&{name}; stands for nothing; write &amp;{name}; for the text itself")
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
            format!("this is not XML: {error}; was the file cut short?")
        }
        XmlError::Encoding(error) => format!("this is not text in UTF-8: {error}"),
        error => format!("this is not XML: {error}"),
    };
    GraphmlError::Text { line, message }
}

/// Counts the lines that were read.
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
        // What is consumed was filled before: nothing is read again.
        if let Ok(filled) = self.reader.fill_buf() {
            let consumed = &filled[..count.min(filled.len())];
            self.line += consumed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        }
        self.reader.consume(count);
    }
}
