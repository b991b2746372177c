//! The built-in layout engine; no installed Graphviz is needed.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::engine::Engine;
use super::layout::{self, LayoutError};
use super::legend::{self, with_legend};
use super::patience::Patience;
use crate::error::ExportError;
use crate::format::Format;
use crate::picture::{Legend, Picture};

/// The built-in engine: draws SVG, PNG and PDF with the layout algorithm of Graphviz `dot`.
///
/// Equal pictures give equal bytes. For PNG and PDF this holds if the labels need only the
/// embedded font (Latin, Greek, Cyrillic, arrows).
///
/// On timeout or interruption, the layout thread stops before its next step: usually immediately,
/// but up to several seconds later for pictures near the size limit.
///
/// A picture whose arrows span so many ranks that the layout would take minutes, and one that is
/// larger than [`Style::longest_side`](crate::Style::longest_side), is rejected with
/// [`ExportError::TooLarge`].
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, Format, ImageOptions, Pure, render};
/// let options = ImageOptions { engine: Some(&Pure), ..ImageOptions::default() };
/// let svg = render(&AnnotatedGraph::default(), &Format::Svg, &options)?;
/// assert!(svg.starts_with(b"<?xml"));
/// # Ok::<(), refcycle_dot::ExportError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Pure;

const NAME: &str = "the built-in layout";

/// The time for a layout grows much faster than the graph. This many boxes take seconds.
const MOST_BOXES: usize = 1500;

/// The maximum number of lines in excess of the boxes. Crossing lines take most of the time: a
/// random graph with 400 extra lines takes about 3 s, one with 700 takes more than 20 s.
const MOST_EXTRA: usize = 500;

/// The layout recurses along paths of the graph.
const STACK: usize = 64 << 20;

impl Engine for Pure {
    fn makes(&self, format: &Format) -> bool {
        *format == Format::Svg
            || (cfg!(feature = "png") && *format == Format::Png)
            || (cfg!(feature = "pdf") && *format == Format::Pdf)
    }

    fn most_boxes(&self) -> usize {
        MOST_BOXES
    }

    fn most_lines(&self, boxes: usize) -> usize {
        boxes + MOST_EXTRA
    }

    fn unshown(&self, picture: &Picture, format: &Format) -> Vec<char> {
        match format {
            #[cfg(any(feature = "png", feature = "pdf"))]
            Format::Png | Format::Pdf => super::fonts::without_font(picture.foreign()),
            _ => {
                let _ = picture;
                Vec::new()
            }
        }
    }

    fn draw(
        &self,
        picture: &Picture,
        format: &Format,
        patience: &Patience<'_>,
    ) -> Result<Vec<u8>, ExportError> {
        if !self.makes(format) {
            return Err(ExportError::Format(format.clone()));
        }
        let (vertices, edges) = (picture.vertex_count(), picture.edge_count());
        if vertices > MOST_BOXES || edges > self.most_lines(vertices) {
            return Err(ExportError::TooLarge { vertices, edges });
        }
        let failed = |message| ExportError::Engine {
            engine: NAME.to_owned(),
            message,
        };

        let given_up = GivenUp::default();
        let flag = Arc::clone(&given_up.0);
        let wanted = move || !flag.load(Ordering::Relaxed);
        let (send, receive) = mpsc::channel();
        let (dot, format) = (picture.dot().to_owned(), format.clone());
        let legend = picture.legend().cloned();
        let longest_side = picture.longest_side();
        let thread = thread::Builder::new()
            .name("refcycle layout".to_owned())
            .stack_size(STACK)
            // After a timeout there is no receiver.
            .spawn(move || {
                let svg = layout::svg(&dot, &wanted).and_then(|svg| no_larger(svg, longest_side));
                let drawn = svg.and_then(|svg| converted(svg, &format, legend.as_ref(), &wanted));
                drop(send.send(drawn));
            })
            .map_err(|error| failed(format!("cannot start a thread: {error}")))?;
        match received(&receive, patience)? {
            Some(result) => result.map_err(|stop| match stop {
                LayoutError::TooMuch => ExportError::TooLarge { vertices, edges },
                LayoutError::Unwanted => ExportError::Interrupted,
                LayoutError::Failed(message) => failed(message),
            }),
            // No result: the layout panicked. The panic stops at the boundary of the thread.
            None => Err(failed(match thread.join() {
                Err(payload) => panic_message(&*payload),
                Ok(()) => "it returned no result".to_owned(),
            })),
        }
    }
}

/// Tells the thread, when dropped, that its result is no longer needed.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Receives the result of the thread; `None` if the thread ended without one.
fn received<T>(from: &Receiver<T>, patience: &Patience<'_>) -> Result<Option<T>, ExportError> {
    loop {
        match from.recv_timeout(patience.pause(Duration::from_millis(50))) {
            Ok(value) => return Ok(Some(value)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => patience.check(NAME)?,
        }
    }
}

/// The picture, unless it is wider or higher than this.
fn no_larger(svg: String, longest_side: f64) -> Result<String, LayoutError> {
    match legend::size(&svg) {
        Some((width, height)) if width.max(height) > longest_side => Err(LayoutError::TooMuch),
        _ => Ok(svg),
    }
}

fn converted(
    svg: String,
    format: &Format,
    legend: Option<&Legend>,
    wanted: &dyn Fn() -> bool,
) -> Result<Vec<u8>, LayoutError> {
    if *format == Format::Svg {
        // The legend of an SVG is added later, with the titles.
        return Ok(svg.into_bytes());
    }
    if !wanted() {
        return Err(LayoutError::Unwanted);
    }
    let svg = match legend {
        Some(legend) => with_legend(svg, legend),
        None => svg,
    };
    let bytes = match format {
        #[cfg(feature = "png")]
        Format::Png => super::png::from_svg(&svg)?,
        #[cfg(feature = "pdf")]
        Format::Pdf => super::pdf::from_svg(&svg)?,
        _ => svg.into_bytes(),
    };
    Ok(bytes)
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", text.unwrap_or("no message"))
}
