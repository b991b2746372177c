//! Graphs for tests, and helpers for files.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use proptest::prelude::*;
use refcycle_dot::AnnotatedGraph;

/// Labels with a special meaning in DOT, XML, HTML, terminals or Python.
pub(crate) const HOSTILE: &[&str] = &[
    "",
    " ",
    "\"quoted\" and 'quoted'",
    "ends in \\",
    "\\N \\G \\E \\T \\l \\r \\n \\\"",
    "one\ntwo\n\nfour\n",
    "\0\x01\x1b[31m\t\r\x7f\u{80}\u{9f}",
    "<b>not bold</b>",
    "<",
    "&lt;x&gt; &amp; &#60; & &;",
    "]]> --> <!-- <![CDATA[",
    "</title><script>alert(1)</script>",
    "{a|b}",
    "digraph G { a -> b }",
    "\u{202e}backwards\u{2066}\u{feff}",
    "\u{fffe}\u{ffff}\u{10ff41}\u{10ffff}",
    "中文 😀 ελληνικά кириллица عربى e\u{301}",
];

pub(crate) fn graph(annotations: &[&str], edges: &[(u64, u64, Option<&str>)]) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for (id, annotation) in (0..).zip(annotations) {
        builder.vertex(id, annotation);
    }
    for (id, &(tail, head, annotation)) in (0..).zip(edges) {
        builder.edge(id, tail, head, annotation);
    }
    builder.build().unwrap()
}

/// Every hostile label on a vertex and on an edge.
pub(crate) fn hostile() -> AnnotatedGraph {
    let edges: Vec<_> = (0..)
        .zip(HOSTILE)
        .map(|(v, &label)| (v, v / 3, Some(label)))
        .collect();
    graph(HOSTILE, &edges)
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z\\[\\]'0-9_]{0,12}",
        any::<String>(),
        proptest::sample::select(HOSTILE).prop_map(str::to_owned),
    ]
}

/// Graphs with ids of up to 64 bits.
pub(crate) fn graphs() -> impl Strategy<Value = AnnotatedGraph> {
    let id = || prop_oneof![0..20u64, any::<u64>()];
    let vertices = prop::collection::btree_map(id(), label(), 0..8);
    let edge = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::option::of(label()),
    );
    let edges = prop::collection::btree_map(id(), edge, 0..16);
    (vertices, edges, any::<u64>()).prop_map(|(vertices, edges, seed)| {
        let mut builder = AnnotatedGraph::builder();
        let mut ids: Vec<_> = vertices.keys().copied().collect();
        // Any order, but not always ascending.
        ids.sort_by_key(|id| (id ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for id in &ids {
            builder.vertex(*id, &vertices[id]);
        }
        if !ids.is_empty() {
            for (id, (tail, head, annotation)) in &edges {
                builder.edge(*id, *tail.get(&ids), *head.get(&ids), annotation.as_deref());
            }
        }
        builder.build().unwrap()
    })
}

/// A new empty folder, which is removed on drop.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("refcycle-dot-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether a real Graphviz is installed; prints a note if a test is skipped.
pub(crate) fn has_dot(test: &str) -> bool {
    let found = Command::new("dot")
        .arg("-V")
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        eprintln!("SKIPPED {test}: there is no Graphviz `dot` on the PATH");
    }
    found
}
