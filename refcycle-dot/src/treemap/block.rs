//! Blocks, and how they look.

use crate::picture::Theme;

/// An object, or several small ones, with what it retains.
///
/// # Example
/// ```
/// use refcycle_dot::treemap::Block;
/// let block = Block::new("list (3 items), app.jobs", 1200);
/// assert!(block.parts.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The name of the object.
    pub name: String,
    /// The name where there is no room for the whole one; if it is empty, the end of that.
    pub short: String,
    /// The kind of the object, such as its type. Blocks of one kind beside each other that are too
    /// thin for names are drawn as one, `Tick × 40`. Empty if it has none.
    pub kind: String,
    /// The number of objects for which the block stands; 0 counts as one.
    pub objects: u64,
    /// The bytes that it retains, itself included.
    pub size: u64,
    /// The number of objects that it retains, itself included; 0 if it is unknown.
    pub count: u64,
    /// The blocks within it. Together they are no larger than it is.
    pub parts: Vec<Block>,
}

impl Block {
    /// A block without parts.
    pub fn new(name: impl Into<String>, size: u64) -> Self {
        Self {
            name: name.into(),
            size,
            ..Self::default()
        }
    }
}

/// The form of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Rectangles within rectangles: the area is the size.
    #[default]
    Treemap,
    /// Rows below rows, as in a flame graph upside down: the width is the size.
    Icicle,
}

/// How a picture of blocks looks.
///
/// # Example
/// ```
/// let options = refcycle_dot::treemap::TreemapOptions::default();
/// assert_eq!((options.width, options.height), (1200.0, 800.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TreemapOptions {
    /// The form.
    pub form: Form,
    /// The colours.
    pub theme: Theme,
    /// The line above the picture; if it is empty, the name and the size of the block.
    pub title: String,
    /// The width in points.
    pub width: f64,
    /// The height in points; that of an icicle picture follows from its rows.
    pub height: f64,
}

impl Default for TreemapOptions {
    fn default() -> Self {
        Self {
            form: Form::default(),
            theme: Theme::default(),
            title: String::new(),
            width: 1200.0,
            height: 800.0,
        }
    }
}
