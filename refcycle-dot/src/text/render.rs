//! Rendering a tree as text.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::cells::{cut, shown, width};
use super::options::{Charset, Direction};
use super::tree::{Then, Tree, TreeLine, TreeNode};

/// The characters for drawing a tree.
struct Strokes {
    child: &'static str,
    last_child: &'static str,
    pass: &'static str,
    blank: &'static str,
    ellipsis: &'static str,
    times: &'static str,
    up: &'static str,
}

const UNICODE: Strokes = Strokes {
    child: "├─ ",
    last_child: "└─ ",
    pass: "│  ",
    blank: "   ",
    ellipsis: "…",
    times: "×",
    up: "↑",
};

const ASCII: Strokes = Strokes {
    child: "|- ",
    last_child: "`- ",
    pass: "|  ",
    blank: "   ",
    ellipsis: "...",
    times: "x",
    up: "^",
};

/// The width of a level in cells.
const LEVEL: usize = 3;

impl Tree {
    /// Renders the tree as lines of at most `width` cells, without a newline at the end. Wide
    /// characters take two cells. If the tree is too deep for the width, the outer levels of
    /// indentation are omitted.
    ///
    /// # Complexity
    /// O(lines * width) time.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::VertexId;
    /// use refcycle_dot::AnnotatedGraph;
    /// use refcycle_dot::text::{Charset, Tree, TreeOptions};
    /// let mut builder = AnnotatedGraph::builder();
    /// builder.vertex(0, "'中文'");
    /// let tree = Tree::new(&builder.build()?, &[VertexId::new(0)], &TreeOptions::default());
    /// assert_eq!(tree.render(5, Charset::Unicode), "'中…");
    /// assert_eq!(tree.render(80, Charset::Ascii), r"'\u4e2d\u6587'");
    /// # Ok::<(), refcycle_dot::BuildError>(())
    /// ```
    pub fn render(&self, width: usize, charset: Charset) -> String {
        let strokes = match charset {
            Charset::Unicode => &UNICODE,
            Charset::Ascii => &ASCII,
        };
        let order = self.in_order();
        let renderer = Renderer {
            tree: self,
            numbers: self.numbers(&order),
            strokes,
            charset,
            width,
        };
        let mut text = String::new();
        // For each level, whether another sibling follows.
        let mut goes_on = Vec::new();
        for &(node, is_last) in &order {
            goes_on.truncate(self.nodes[node].depth);
            goes_on.push(!is_last);
            renderer.write_line(&mut text, node, &goes_on);
        }
        for sentence in self.left_out() {
            let sentence = format!("{} {sentence}", strokes.ellipsis);
            text += &cut(&sentence, width, charset);
            text.push('\n');
        }
        text.pop();
        text
    }

    /// The nodes from top to bottom, and whether each is the last child of its parent.
    fn in_order(&self) -> Vec<(usize, bool)> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut stack = Vec::new();
        let push = |stack: &mut Vec<_>, children: &[usize]| {
            let last = children.last().copied();
            let children = children.iter().rev();
            stack.extend(children.map(|&child| (child, last == Some(child))));
        };
        push(&mut stack, &self.roots);
        while let Some((node, is_last)) = stack.pop() {
            order.push((node, is_last));
            push(&mut stack, &self.nodes[node].children);
        }
        order
    }

    /// Numbers from 1, from top to bottom, for the nodes that other lines refer to.
    fn numbers(&self, order: &[(usize, bool)]) -> FxHashMap<usize, usize> {
        let again = |node: &TreeNode| match node.line {
            TreeLine::Vertex {
                then: Then::Again(first),
                ..
            } => Some(first),
            _ => None,
        };
        let mut numbers: FxHashMap<_, _> = self
            .nodes
            .iter()
            .filter_map(again)
            .map(|first| (first, 0))
            .collect();
        let mut next = 1;
        for (node, _) in order {
            if let Some(number) = numbers.get_mut(node) {
                *number = next;
                next += 1;
            }
        }
        numbers
    }

    fn is_above(&self, ancestor: usize, node: usize) -> bool {
        let mut parent = self.nodes[node].parent;
        while let Some(above) = parent {
            if above <= ancestor {
                return above == ancestor;
            }
            parent = self.nodes[above].parent;
        }
        false
    }
}

struct Renderer<'a> {
    tree: &'a Tree,
    numbers: FxHashMap<usize, usize>,
    strokes: &'static Strokes,
    charset: Charset,
    width: usize,
}

impl Renderer<'_> {
    fn write_line(&self, text: &mut String, node: usize, goes_on: &[bool]) {
        let mut line = self.branches(goes_on);
        let room = self.width.saturating_sub(width(&line));
        match &self.tree.nodes[node].line {
            TreeLine::Vertex { .. } => line += &self.vertex(node, room),
            TreeLine::More { count, kind } => {
                let kind = kind.as_deref().map(|kind| shown(kind, self.charset));
                let kind = kind
                    .map(|kind| format!(" of kind {kind}"))
                    .unwrap_or_default();
                let _ = write!(line, "{} and {count} more{kind}", self.strokes.ellipsis);
            }
        }
        *text += &cut(&line, self.width, self.charset);
        text.push('\n');
    }

    /// The indentation, in at most half the width.
    fn branches(&self, goes_on: &[bool]) -> String {
        let most = (self.width / 2 / LEVEL).max(1);
        let mut line = String::new();
        let levels = &goes_on[1..];
        let skipped = levels.len().saturating_sub(most);
        for (level, &goes_on) in levels.iter().enumerate().skip(skipped) {
            line += match (level + 1 == levels.len(), goes_on) {
                (true, true) => self.strokes.child,
                (true, false) => self.strokes.last_child,
                (false, true) => self.strokes.pass,
                (false, false) => self.strokes.blank,
            };
        }
        line
    }

    fn vertex(&self, node: usize, room: usize) -> String {
        let TreeLine::Vertex {
            label,
            names,
            more_names,
            note,
            then,
        } = &self.tree.nodes[node].line
        else {
            return String::new();
        };
        let end = self.end(node, note.as_deref(), *then);
        let room = room.saturating_sub(width(&end));
        let label = shown(label, self.charset);
        let names = self.names(names, *more_names);
        if names.is_empty() {
            return cut(&label, room, self.charset) + &end;
        }
        let joint = match self.tree.direction {
            Direction::Referrers => " of ",
            Direction::Referents => ": ",
        };
        let room = room.saturating_sub(joint.len());
        // Each may take half of the room, and whatever the other does not need.
        let for_names = room.saturating_sub(width(&label)).max(room / 2);
        let names = cut(&names, for_names, self.charset);
        let label = cut(&label, room.saturating_sub(width(&names)), self.charset);
        format!("{names}{joint}{label}{end}")
    }

    /// The text after the label.
    fn end(&self, node: usize, note: Option<&str>, then: Then) -> String {
        let mut end = String::new();
        if let Then::Again(first) = then {
            let number = self.numbers[&first];
            let _ = match self.tree.is_above(first, node) {
                true => write!(end, " {} already above: #{number}", self.strokes.up),
                false => write!(end, " (see #{number})"),
            };
        } else if let Some(number) = self.numbers.get(&node) {
            let _ = write!(end, " #{number}");
        }
        if then == Then::Cut {
            let _ = write!(end, " {}", self.strokes.ellipsis);
        }
        if let Some(note) = note {
            let _ = write!(end, " ({})", shown(note, self.charset));
        }
        end
    }

    fn names(&self, names: &[(Option<String>, usize)], more: usize) -> String {
        if let ([(None, count)], 0) = (names, more) {
            return match count {
                1 => String::new(),
                _ => format!("{count} references"),
            };
        }
        let mut text = String::new();
        for (name, count) in names {
            if !text.is_empty() {
                text += ", ";
            }
            match name {
                Some(name) => text += &shown(name, self.charset),
                None => text += "(no name)",
            }
            if *count > 1 {
                let _ = write!(text, " {} {count}", self.strokes.times);
            }
        }
        if more > 0 {
            let _ = write!(text, ", {} {more} more", self.strokes.ellipsis);
        }
        text
    }
}
