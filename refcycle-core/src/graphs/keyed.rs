//! Graphs whose vertices are named by keys.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::lengths::check_length;
use crate::offsets::{check_sizes, check_vertex_count};
use crate::{CsrBuilder, CsrGraph, Error, VertexId};

/// The keys of vertices: numbers each different key from 0, in the order in which they are added,
/// and finds the vertex of a key.
///
/// # Memory
/// The key and 5 to 10 bytes per vertex. Each key is stored once.
///
/// # Complexity
/// A hash of the key per call. The hash function is fast and not secret: a program that reads
/// keys from an attacker can be made slow.
///
/// # Example
/// ```
/// use refcycle_core::{VertexId, graphs::VertexKeys};
/// let mut keys = VertexKeys::new();
/// assert_eq!(keys.insert(('a', 1))?, VertexId::new(0));
/// assert_eq!(keys.insert(('b', 1))?, VertexId::new(1));
/// assert_eq!(keys.insert(('a', 1))?, VertexId::new(0));
/// assert_eq!(keys.vertex(&('b', 1)), Some(VertexId::new(1)));
/// assert_eq!(keys.key(VertexId::new(1)), Some(&('b', 1)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct VertexKeys<K> {
    keys: Vec<K>,
    /// Indices into `keys`, by the hash of the key.
    table: HashTable<u32>,
}

impl<K> VertexKeys<K> {
    /// No keys.
    pub const fn new() -> Self {
        Self {
            keys: Vec::new(),
            table: HashTable::new(),
        }
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of a vertex; `None` if there is no such vertex.
    pub fn key(&self, v: VertexId) -> Option<&K> {
        self.keys.get(v.index())
    }

    /// The keys of all vertices, by vertex.
    pub fn as_slice(&self) -> &[K] {
        &self.keys
    }

    /// The keys of all vertices, by vertex.
    pub fn into_vec(self) -> Vec<K> {
        self.keys
    }
}

impl<K: Hash + Eq> VertexKeys<K> {
    /// The vertex of `key`, which is added if it is new.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    pub fn insert(&mut self, key: K) -> Result<VertexId, Error> {
        let hash = hash_of(&key);
        match self.find(hash, &key) {
            Some(number) => Ok(number.into()),
            None => self.push(hash, key),
        }
    }

    /// The vertex of `key`, which is converted and added if it is new. For strings, this
    /// allocates once per different string: `K` can be `String`, `Box<str>`, `Rc<str>` and so on.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::graphs::VertexKeys;
    /// let mut names: VertexKeys<Box<str>> = VertexKeys::new();
    /// let line = String::from("tea milk tea");
    /// let vertices: Result<Vec<_>, _> = line.split(' ').map(|word| names.intern(word)).collect();
    /// assert_eq!(vertices?, [0, 1, 0].map(refcycle_core::VertexId::new));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn intern<'q, Q>(&mut self, key: &'q Q) -> Result<VertexId, Error>
    where
        K: Borrow<Q> + From<&'q Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = hash_of(key);
        match self.find(hash, key) {
            Some(number) => Ok(number.into()),
            None => self.push(hash, K::from(key)),
        }
    }

    /// The vertex of `key`; `None` if there is no such key.
    pub fn vertex<Q>(&self, key: &Q) -> Option<VertexId>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.find(hash_of(key), key).map(VertexId::new)
    }

    fn find<Q>(&self, hash: u64, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        let is_it = |&number: &u32| self.keys[number as usize].borrow() == key;
        self.table.find(hash, is_it).copied()
    }

    /// Adds a key that is new.
    fn push(&mut self, hash: u64, key: K) -> Result<VertexId, Error> {
        check_vertex_count(self.keys.len() + 1)?;
        let v = VertexId::from_index(self.keys.len());
        self.keys.push(key);
        let keys = &self.keys;
        let rehash = |&number: &u32| hash_of(&keys[number as usize]);
        self.table.insert_unique(hash, v.number(), rehash);
        Ok(v)
    }
}

fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u64 {
    FxBuildHasher.hash_one(key)
}

impl<K> Default for VertexKeys<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: PartialEq> PartialEq for VertexKeys<K> {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys
    }
}

impl<K: Eq> Eq for VertexKeys<K> {}

impl<K: fmt::Debug> fmt::Debug for VertexKeys<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.keys.iter().enumerate()).finish()
    }
}

/// A graph and the keys of its vertices.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, graphs::KeyedGraph};
/// let imports = [("app", "views"), ("views", "models"), ("models", "app"), ("app", "log")];
/// let modules = KeyedGraph::from_edges(imports)?;
/// let cycle = modules.graph.minimum_cycle().unwrap();
/// let names: Vec<_> = cycle.iter().map(|&v| *modules.key(v).unwrap()).collect();
/// assert_eq!(names, ["app", "views", "models"]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedGraph<K> {
    /// The graph.
    pub graph: CsrGraph,
    /// The key of each vertex of the graph.
    pub keys: VertexKeys<K>,
}

impl<K> KeyedGraph<K> {
    /// The key of a vertex; `None` if it is not a vertex of the graph.
    pub fn key(&self, v: VertexId) -> Option<&K> {
        self.keys.key(v)
    }
}

impl<K: Hash + Eq> KeyedGraph<K> {
    /// The graph of these edges, each from the first key to the second. The vertices are the keys
    /// that occur, in the order in which they occur.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn from_edges(edges: impl IntoIterator<Item = (K, K)>) -> Result<Self, Error> {
        let mut builder = KeyedBuilder::new();
        for (tail, head) in edges {
            builder.add_edge(tail, head)?;
        }
        builder.build()
    }

    /// The vertex of `key`; `None` if there is no such key.
    pub fn vertex<Q>(&self, key: &Q) -> Option<VertexId>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.keys.vertex(key)
    }
}

/// Builds a graph whose vertices are named by keys of any type that can be hashed: numbers with
/// gaps, strings, tuples, addresses.
///
/// Each different key is a vertex. Vertices are numbered in the order in which their keys are first
/// used. The edges are numbered as [`CsrBuilder`] says.
///
/// # Memory
/// 8 bytes per edge, and the [`VertexKeys`].
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, graphs::KeyedBuilder};
/// let mut builder: KeyedBuilder<String> = KeyedBuilder::new();
/// for line in "soup: water salt\nsalt: mine\nmine: soup".lines() {
///     let (dish, parts) = line.split_once(": ").unwrap();
///     let tail = builder.intern(dish)?;
///     for part in parts.split(' ') {
///         let head = builder.intern(part)?;
///         builder.add_edge_between(tail, head)?;
///     }
/// }
/// let kitchen = builder.build()?;
/// let [soup, mine] = ["soup", "mine"].map(|name| kitchen.vertex(name).unwrap());
/// let path = kitchen.graph.shortest_path(soup, mine)?.unwrap();
/// let names: Vec<_> = path.iter().map(|&v| kitchen.key(v).unwrap().as_str()).collect();
/// assert_eq!(names, ["soup", "salt", "mine"]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyedBuilder<K> {
    keys: VertexKeys<K>,
    tails: Vec<u32>,
    heads: Vec<u32>,
}

impl<K> KeyedBuilder<K> {
    /// A builder without vertices.
    pub const fn new() -> Self {
        Self {
            keys: VertexKeys::new(),
            tails: Vec::new(),
            heads: Vec::new(),
        }
    }

    /// The number of edges added so far.
    pub fn edge_count(&self) -> usize {
        self.heads.len()
    }

    /// The keys of the vertices added so far.
    pub fn keys(&self) -> &VertexKeys<K> {
        &self.keys
    }

    /// Adds an edge between two vertices of the builder.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) for an end that is not
    /// a vertex, [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges). The edge is then not
    /// added.
    pub fn add_edge_between(&mut self, tail: VertexId, head: VertexId) -> Result<(), Error> {
        let (tail, head) = (tail.number(), head.number());
        crate::offsets::check_ends(tail, head, self.keys.len())?;
        check_sizes::<u32>(self.keys.len(), self.heads.len() + 1)?;
        self.tails.push(tail);
        self.heads.push(head);
        Ok(())
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// None after the checks of the edges; the type is that of [`CsrBuilder::build`].
    ///
    /// # Complexity
    /// O(vertices + edges) time.
    pub fn build(self) -> Result<KeyedGraph<K>, Error> {
        let edges = CsrBuilder::trusted(self.keys.len(), self.tails, self.heads);
        Ok(KeyedGraph {
            graph: edges.build()?,
            keys: self.keys,
        })
    }

    /// Builds the graph and reorders weights, which are in the order in which the edges were
    /// added: see [`CsrBuilder::build_with_weights`].
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless there is one weight
    /// for each edge.
    pub fn build_with_weights<W: Copy>(
        self,
        weights: &[W],
    ) -> Result<(KeyedGraph<K>, Vec<W>), Error> {
        check_length("edge weights", weights.len(), self.heads.len())?;
        let edges = CsrBuilder::trusted(self.keys.len(), self.tails, self.heads);
        let (graph, weights) = edges.build_with_weights(weights)?;
        let keys = self.keys;
        Ok((KeyedGraph { graph, keys }, weights))
    }
}

impl<K: Hash + Eq> KeyedBuilder<K> {
    /// The vertex of `key`, which is added if it is new: see [`VertexKeys::insert`].
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    pub fn vertex(&mut self, key: K) -> Result<VertexId, Error> {
        self.keys.insert(key)
    }

    /// The vertex of a string or another borrowed key, which is converted and added if it is new:
    /// see [`VertexKeys::intern`].
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    pub fn intern<'q, Q>(&mut self, key: &'q Q) -> Result<VertexId, Error>
    where
        K: Borrow<Q> + From<&'q Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.keys.intern(key)
    }

    /// Adds an edge. Keys that are new become vertices, the tail first.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn add_edge(&mut self, tail: K, head: K) -> Result<(), Error> {
        let tail = self.vertex(tail)?;
        let head = self.vertex(head)?;
        self.add_edge_between(tail, head)
    }
}

impl<K> Default for KeyedBuilder<K> {
    fn default() -> Self {
        Self::new()
    }
}
