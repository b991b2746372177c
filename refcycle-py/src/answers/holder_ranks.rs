//! Which holders are shown before others: of several paths to an object, those through the
//! program itself come first.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use refcycle_dot::exchange::heapsnapshot::Group;
use refcycle_dot::names::ObjectName;
use rustc_hash::{FxHashMap, FxHashSet};

use super::ignored::Ignored;
use crate::annotate::{Values, dotted, object_name};
use crate::engine::{Engine, SavedObject};
use crate::heap::{Kind, paused, type_module};
use crate::modules;
use crate::roots::Open;

/// The rank of a holder; lower ranks are shown first. A path has the highest rank of its holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum HolderRank {
    /// The program's own, or a type that all programs use.
    Program,
    /// A library, or the standard library.
    Library,
    /// Thread locals, caches of the interpreter, the import system.
    Runtime,
    /// References of C code, about which nothing more is known.
    CCode,
    /// The test runner, the prompt, the debugger, or the caller.
    Tool,
}

impl HolderRank {
    pub(super) const ALL: [Self; 5] = [
        Self::Program,
        Self::Library,
        Self::Runtime,
        Self::CCode,
        Self::Tool,
    ];

    /// Its name in Python.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Library => "library",
            Self::Runtime => "interpreter",
            Self::CCode => "C code",
            Self::Tool => "tool",
        }
    }
}

/// Packages that hold objects because somebody inspects these.
const TOOLS: &str = "IPython _pydevd_bundle _pytest bpython coverage debugpy execnet hypothesis \
    idlelib ipykernel ipython_genutils nose pdb pluggy prompt_toolkit ptpython pydevd pytest \
    pytest_refcycle refcycle rlcompleter unittest xdist";
/// Modules that hold objects for ever, and never are the reason why an object is alive that a
/// program has created and holds itself.
const RUNTIME: &str = "_abc _collections_abc _frozen_importlib _frozen_importlib_external \
    _weakrefset abc ast builtins codecs contextlib copyreg dataclasses encodings enum functools \
    gc importlib inspect linecache pkgutil pkg_resources pickle re runpy site sre_compile \
    sre_parse string struct sys sysconfig threading tokenize traceback types typing \
    typing_extensions warnings weakref zipimport";
const LIBRARIES: &str = "PIL aiohttp anyio attr attrs boto3 botocore celery cffi click django \
    eventlet fastapi flask gevent google greenlet grpc h11 httpcore httpx jinja2 kombu lxml \
    markupsafe matplotlib numpy pandas pip pydantic pydantic_core redis requests rich scipy \
    setuptools six sklearn sqlalchemy starlette tensorflow torch tornado trio twisted urllib3 \
    uvicorn werkzeug yaml zmq zope";
/// Modules of the standard library from whose types programs are built.
const NEUTRAL: &str = "builtins collections types _collections";

/// The names of packages, by rank.
struct Packages {
    known: FxHashMap<&'static str, HolderRank>,
    standard: FxHashSet<String>,
}

impl Packages {
    fn new(py: Python<'_>) -> PyResult<Self> {
        let mut known = FxHashMap::default();
        for (names, rank) in [
            (LIBRARIES, HolderRank::Library),
            (RUNTIME, HolderRank::Runtime),
            (TOOLS, HolderRank::Tool),
        ] {
            known.extend(names.split_whitespace().map(|name| (name, rank)));
        }
        let standard = modules::attribute(py, "sys", "stdlib_module_names")?;
        let standard: PyResult<_> = standard.try_iter()?.map(|name| name?.extract()).collect();
        Ok(Self {
            known,
            standard: standard?,
        })
    }

    /// By the dotted name of a module.
    fn of_module(&self, name: &str) -> HolderRank {
        let package = name.split('.').next().unwrap_or(name);
        match self.known.get(package) {
            Some(&rank) => rank,
            None if self.standard.contains(package) => HolderRank::Library,
            None => HolderRank::Program,
        }
    }

    /// By the name of a type, with its module except for builtins.
    fn of_type(&self, name: &str) -> HolderRank {
        if name == "_thread._local" {
            return HolderRank::Runtime;
        }
        let Some((module, _)) = name.split_once('.') else {
            return HolderRank::Program;
        };
        if NEUTRAL.split_whitespace().any(|neutral| neutral == module) {
            return HolderRank::Program;
        }
        match self.of_module(module) {
            // Instances of these types rank like those of a library.
            HolderRank::Runtime => HolderRank::Library,
            rank => rank,
        }
    }
}

/// The rank of each vertex of a graph as a holder.
pub(super) struct HolderRanks {
    ranks: Vec<HolderRank>,
    classes: VertexSet,
    /// The name of an imported module, by the vertex of its namespace.
    modules: FxHashMap<VertexId, String>,
}

impl HolderRanks {
    /// # Cost
    /// Reads the type of each object, and takes a byte a vertex.
    pub(super) fn new(py: Python<'_>, engine: &Engine, ignored: &Ignored) -> PyResult<Self> {
        let packages = Packages::new(py)?;
        let graph = &*engine.any_graph();
        let mut special = Special::default();
        let mut ranks = if engine.kind().is_from_file() {
            of_saved(py, engine, &packages, &mut special)
        } else {
            of_live(py, engine, &packages, &mut special)
        };
        let mut modules = FxHashMap::default();
        for (names, module) in ignored.imported() {
            let name = name_of(py, engine, module);
            ranks[names.index()] = packages.of_module(&name);
            modules.insert(names, name);
        }
        for frame in special.frames {
            if let Some(rank) = rank_of_frame(graph, frame, &modules, &ranks) {
                ranks[frame.index()] = rank;
            }
        }
        let mut classes = VertexSet::new(graph.vertex_bound());
        for (class, rank) in special.classes {
            ranks[class.index()] = rank;
            classes.insert(class);
        }
        Ok(Self {
            ranks,
            classes,
            modules,
        })
    }

    pub(super) fn of(&self, v: VertexId) -> HolderRank {
        self.ranks[v.index()]
    }

    /// The best rank of a path to a vertex. A class belongs to its module: a reference from a
    /// subclass or from an import elsewhere does not improve its rank.
    pub(super) fn best(&self, v: VertexId) -> HolderRank {
        match self.classes.contains(v) {
            true => self.ranks[v.index()],
            false => HolderRank::Program,
        }
    }

    /// The imported module whose names these are.
    pub(super) fn module(&self, names: VertexId) -> Option<&str> {
        self.modules.get(&names).map(|name| &**name)
    }

    pub(super) fn set(&mut self, v: VertexId, rank: HolderRank) {
        self.ranks[v.index()] = rank;
    }
}

/// The rank of what holds a vertex from outside.
pub(super) fn rank_of_root(open: &Open) -> HolderRank {
    let ranks = open.holders().iter().map(|(group, _)| match group {
        Group::Threads => HolderRank::Program,
        Group::Registries => HolderRank::Library,
        Group::Interpreter | Group::Hidden => HolderRank::Runtime,
        _ => HolderRank::CCode,
    });
    ranks.min().unwrap_or(HolderRank::CCode)
}

/// Objects that have a rank of their own.
#[derive(Default)]
struct Special {
    frames: Vec<VertexId>,
    classes: Vec<(VertexId, HolderRank)>,
}

impl Special {
    /// `of_class` returns the rank of the module of a class.
    fn see(&mut self, kind: SpecialKind, v: usize, of_class: impl FnOnce() -> HolderRank) {
        let v = VertexId::from_index(v);
        match kind {
            SpecialKind::Frame => self.frames.push(v),
            SpecialKind::Class => self.classes.push((v, of_class())),
            SpecialKind::No => {}
        }
    }
}

#[derive(Clone, Copy)]
enum SpecialKind {
    Frame,
    Class,
    No,
}

impl SpecialKind {
    fn new(name: &str, is_class: bool) -> Self {
        match name {
            "frame" => Self::Frame,
            _ if is_class => Self::Class,
            _ => Self::No,
        }
    }
}

fn of_live(
    py: Python<'_>,
    engine: &Engine,
    packages: &Packages,
    special: &mut Special,
) -> Vec<HolderRank> {
    let mut known = FxHashMap::default();
    paused(py, |heap| {
        let ranks = engine.objects().iter().enumerate().map(|(v, object)| {
            let object = heap.see(object);
            let ty = object.ty();
            let (rank, kind) = *known.entry(ty.address()).or_insert_with(|| {
                let name = dotted(ty);
                let is_class = Kind::of(object) == Kind::Type;
                (packages.of_type(&name), SpecialKind::new(&name, is_class))
            });
            special.see(kind, v, || {
                packages.of_module(&type_module(object).unwrap_or_default())
            });
            rank
        });
        ranks.collect()
    })
}

fn of_saved(
    py: Python<'_>,
    engine: &Engine,
    packages: &Packages,
    special: &mut Special,
) -> Vec<HolderRank> {
    let mut known = FxHashMap::default();
    let ranks = engine.objects().iter().enumerate().map(|(v, object)| {
        let saved = SavedObject::of(py, object);
        let (rank, kind) = *known.entry(saved.type_number()).or_insert_with(|| {
            let name = saved.type_name();
            let is_class = matches!(saved.name(), ObjectName::Class { .. });
            (packages.of_type(name), SpecialKind::new(name, is_class))
        });
        special.see(kind, v, || match saved.name() {
            ObjectName::Class { dotted, .. } => {
                let module = dotted.split_once('.').map(|(module, _)| module);
                packages.of_module(module.unwrap_or("builtins"))
            }
            _ => rank,
        });
        rank
    });
    ranks.collect()
}

/// The name of a module.
fn name_of(py: Python<'_>, engine: &Engine, v: VertexId) -> String {
    let object = &engine.objects()[v.index()];
    if engine.kind().is_from_file() {
        return SavedObject::of(py, object)
            .name()
            .name()
            .unwrap_or_default()
            .to_owned();
    }
    paused(py, |heap| {
        let name = object_name(heap.see(object), Values::Shown);
        name.borrowed().name().unwrap_or_default().to_owned()
    })
}

/// The rank of the module whose names a frame uses.
fn rank_of_frame(
    graph: &CsrGraph,
    frame: VertexId,
    modules: &FxHashMap<VertexId, String>,
    ranks: &[HolderRank],
) -> Option<HolderRank> {
    debug_assert!(graph.contains_vertex(frame));
    // Not the first: the names of `builtins` are among them.
    let names = graph
        .successors(frame)
        .filter(|head| modules.contains_key(head));
    let names: Vec<_> = names.filter(|names| modules[names] != "builtins").collect();
    match names[..] {
        // Code that runs in a thread of the standard library belongs to the program.
        [names, ..] => Some(match ranks[names.index()] {
            HolderRank::Runtime => HolderRank::Library,
            rank => rank,
        }),
        [] => None,
    }
}
