//! How to make a picture.

use std::fmt;
use std::time::Duration;

use super::engine::Engine;
use crate::picture::Style;

/// How to make a picture.
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
    /// Who draws; `None` for the engine that is built in.
    pub engine: Option<&'a dyn Engine>,
    /// How it looks.
    pub style: Style,
    /// How long it may take; half a minute unless told otherwise.
    pub time_limit: Duration,
    /// Asked about every 50 ms while a picture is made: `true` stops it.
    pub interrupted: Option<&'a dyn Fn() -> bool>,
    /// Told what is wrong with a picture that was made all the same: characters for which
    /// there is no font, with what to install.
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
