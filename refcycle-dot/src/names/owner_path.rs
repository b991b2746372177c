//! The references by which an object belongs to another, as text.

use super::{ObjectName, ReferenceName};

/// References from an object upwards.
#[derive(Default)]
pub(super) struct Path(Vec<PathPart>);

struct PathPart {
    text: String,
    /// The text without keys and indices.
    stable: String,
    /// Whether a space precedes it.
    is_apart: bool,
}

impl Path {
    pub(super) fn push(&mut self, reference: &ReferenceName<String>, holder: &ObjectName<String>) {
        let written = reference.borrowed().written(holder.borrowed());
        self.0.push(PathPart {
            text: written.text.into_owned(),
            stable: reference.borrowed().stable().into_owned(),
            is_apart: written.is_apart,
        });
    }

    /// Adds the entry of a namespace.
    pub(super) fn push_attribute(&mut self, reference: &ReferenceName<String>) {
        match reference.borrowed().identifier_key() {
            Some(key) => self.0.push(PathPart {
                text: format!(".{key}"),
                stable: format!(".{key}"),
                is_apart: false,
            }),
            None => self.push(reference, &ObjectName::Instance(String::new())),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// The references downwards, written after the object from which they lead.
    pub(super) fn below(&self, root: &str) -> String {
        let mut text = root.to_owned();
        for part in self.0.iter().rev() {
            if part.is_apart && !text.is_empty() {
                text += if root == text { ", " } else { " " };
            }
            text += &part.text;
        }
        text
    }

    /// The same without keys and indices.
    pub(super) fn stable_below(&self, root: &str) -> String {
        let parts = self.0.iter().rev().map(|part| &*part.stable);
        let text: String = std::iter::once(root).chain(parts).collect();
        text.trim_start().to_owned()
    }
}
