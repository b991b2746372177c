//! Options for drawing pictures.

use std::fmt;
use std::time::Duration;

use super::engine::Engine;
use crate::picture::Style;

/// Options for drawing pictures.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use refcycle_dot::ImageOptions;
/// let options = ImageOptions { time_limit: Duration::from_secs(5), ..ImageOptions::default() };
/// assert!(options.engine.is_none());
/// ```
#[derive(Clone)]
pub struct ImageOptions<'a> {
    /// The layout engine; `None` for the built-in one.
    pub engine: Option<&'a dyn Engine>,
    /// The style of the picture.
    pub style: Style,
    /// The time limit; 30 seconds by default.
    pub time_limit: Duration,
    /// Called about every 50 ms while a picture is drawn; `true` cancels it.
    pub interrupted: Option<&'a dyn Fn() -> bool>,
    /// Receives warnings about a finished picture: characters that no font can show, and the fonts
    /// to install.
    pub warn: Option<&'a dyn Fn(&str)>,
}

impl Default for ImageOptions<'_> {
    fn default() -> Self {
        Self {
            engine: None,
            style: Style::default(),
            time_limit: Duration::from_secs(30),
            interrupted: None,
            warn: None,
        }
    }
}

impl fmt::Debug for ImageOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageOptions")
            .field("engine", &self.engine)
            .field("style", &self.style)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
