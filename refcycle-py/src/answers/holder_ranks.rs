//! Which holders are shown before others: of several paths to an object, those through the
//! program itself come first.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use refcycle_dot::exchange::heapsnapshot::Group;
use refcycle_dot::names::ObjectName;
use rustc_hash::{FxHashMap, FxHashSet};

use super::ignored::Ignored;
use super::object_types::ObjectTypes;
use crate::annotate::{Values, dotted, object_name};
use crate::engine::{Engine, Saved};
use crate::heap::{Kind, Obj, paused, type_module};
use crate::modules;
use crate::roots::{Open, is_in_a_part};

/// The rank of a holder; lower ranks are shown first. A path has the highest rank of its holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Nothing outside: the object is garbage.
    Garbage,
}

impl HolderRank {
    pub(super) const ALL: [Self; 6] = [
        Self::Program,
        Self::Library,
        Self::Runtime,
        Self::CCode,
        Self::Tool,
        Self::Garbage,
    ];

    /// Its name in Python, in an answer about `engine`.
    pub(super) fn word(self, engine: &Engine) -> &'static str {
        match self {
            // The rest of the snapshot, or C code: the part does not tell.
            Self::CCode if is_in_a_part(engine) => "outside",
            Self::Program => "program",
            Self::Library => "library",
            Self::Runtime => "interpreter",
            Self::CCode => "C code",
            Self::Tool => "tool",
            Self::Garbage => "garbage",
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
const LIBRARIES: &str = "Crypto Cython OpenSSL PIL accelerate adodbapi aiobotocore aiofiles \
    aiohttp aioredis aiosignal aiosqlite airflow alembic altair amqp annotated_types anthropic anyio \
    apscheduler argon2 arrow asgiref asn1crypto asttokens asyncpg attr attrs azure babel backoff \
    bcrypt billiard black bleach blinker bokeh boto3 botocore bs4 bson cachelib cachetools catboost \
    cattrs celery certifi cffi chardet charset_normalizer click cloudpickle colorama contourpy \
    cryptography cssselect cv2 cycler dask dateutil decouple deepdiff defusedxml deltalake deprecated \
    dill diskcache distlib distributed django dns docker docutils dotenv duckdb ecdsa email_validator \
    eventlet executing falcon fastapi fastavro filelock fiona flask flask_cors flask_login \
    flask_sqlalchemy flax fontTools fontforge frozenlist fsspec gensim geopandas gevent git gitdb \
    google googleapiclient gradio graphene graphql greenlet grpc gunicorn h11 h2 h5py hpack html5lib \
    httpcore httplib2 httptools httpx huggingface_hub hypercorn hyperframe idna imageio \
    importlib_metadata importlib_resources isodate itsdangerous jax jaxlib jedi jinja2 jmespath joblib \
    jose jsonpatch jsonpath_ng jsonpointer jsonschema jsonschema_specifications jwt keras kiwisolver \
    kombu kubernetes langchain langchain_core langsmith lightgbm litestar llvmlite loguru lxml lz4 \
    mako markdown markdown_it markupsafe marshmallow matplotlib mdurl mlflow more_itertools motor \
    mpmath msal msgpack msgspec msrest multidict multipart mypy mypy_extensions mysql nacl \
    nest_asyncio networkx nltk numba numcodecs numexpr numpy oauthlib onnx onnxruntime openai openpyxl \
    opentelemetry orjson packaging pandas paramiko parsel parso passlib patsy peewee pendulum pexpect \
    phonenumbers pip platformdirs playwright plotly ply polars prometheus_client \
    propcache psutil psycopg psycopg2 ptyprocess pure_eval py4j pyarrow pyasn1 pyasn1_modules \
    pycparser pydantic pydantic_core pydantic_settings pygments pymongo pymysql pyodbc pyparsing \
    pyproj pyrsistent pyspark pytz quart rasterio ray redis referencing regex reportlab requests \
    requests_oauthlib requests_toolbelt rest_framework rich rpds rq rsa s3fs s3transfer safetensors \
    sanic scipy scrapy seaborn selenium sentry_sdk setuptools shapely shellingham simplejson six \
    skimage sklearn slack_sdk smmap sniffio snowflake sortedcontainers soupsieve spacy sqlalchemy \
    sqlglot sqlmodel sqlparse stack_data starlette statsmodels streamlit stripe structlog sympy \
    tabulate tenacity tensorboard tensorflow termcolor textual thinc threadpoolctl tifffile tiktoken \
    tokenizers toml tomli tomlkit toolz torch torchvision tornado tortoise tqdm traitlets transformers \
    trio twilio twisted typeguard typer tzdata tzlocal ujson urllib3 uvicorn uvloop vine virtualenv \
    watchdog watchfiles wcwidth websocket websockets werkzeug wheel whitenoise wrapt wsproto wtforms \
    xarray xgboost xlrd xlsxwriter xxhash yaml yarl zarr zipp zmq zope zstandard";
/// Modules of the standard library from whose types programs are built.
const NEUTRAL: &str = "builtins collections types _collections";
/// Modules of the standard library whose objects hold data for the program, in attributes that it
/// did not choose.
const WRAPPERS: &str = "functools types weakref";

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

    /// Whether a type, given by its name, is one from which programs are built.
    fn is_neutral(name: &str) -> bool {
        is_of(name, NEUTRAL)
    }

    /// Whether instances of a type, given by its name, belong to what holds them.
    fn is_owned(name: &str) -> bool {
        is_of(name, NEUTRAL) || is_of(name, WRAPPERS)
    }

    /// By the name of a type, with its module except for builtins.
    fn of_type(&self, name: &str) -> HolderRank {
        if name == "_thread._local" {
            return HolderRank::Runtime;
        }
        if Self::is_neutral(name) {
            return HolderRank::Program;
        }
        match self.of_module(name) {
            // Instances of these types rank like those of a library.
            HolderRank::Runtime => HolderRank::Library,
            rank => rank,
        }
    }
}

/// Whether a type, given by its name, is a builtin or of one of these modules.
fn is_of(name: &str, modules: &str) -> bool {
    name.split_once('.').is_none_or(|(module, _)| {
        let mut modules = modules.split_whitespace();
        modules.any(|known| known == module)
    })
}

/// The rank of each vertex of a graph as a holder.
pub(super) struct HolderRanks {
    ranks: Vec<HolderRank>,
    /// The vertices that do not belong to what holds them: frames, classes, the names of modules,
    /// and instances of other types than those from which programs are built.
    decided: VertexSet,
    frames: VertexSet,
    classes: VertexSet,
    /// The name of an imported module, by the vertex of its namespace.
    modules: FxHashMap<VertexId, String>,
    /// References that are shown only if there is no other path.
    last: FxHashSet<(VertexId, VertexId)>,
}

impl HolderRanks {
    /// # Cost
    /// Takes a byte a vertex.
    pub(super) fn new(
        py: Python<'_>,
        engine: &Engine,
        types: &ObjectTypes,
        ignored: &Ignored,
    ) -> PyResult<Self> {
        let packages = Packages::new(py)?;
        let graph = &*engine.any_graph();
        let of_types = rank_of_types(py, engine, types, &packages);
        let ranks = types.numbers().iter();
        let mut ranks: Vec<_> = ranks.map(|&ty| of_types[ty as usize].0).collect();
        let bound = graph.vertex_bound();
        let decided = types.objects_of(|ty| of_types[ty].1 == SpecialKind::Decided);
        let mut decided = VertexSet::from_vertices(bound, decided);
        let mut modules = FxHashMap::default();
        for (names, module) in ignored.imported() {
            let name = name_of(py, engine, module);
            ranks[names.index()] = packages.of_module(&name);
            decided.insert(names);
            modules.insert(names, name);
        }
        let mut frames = VertexSet::new(bound);
        for frame in types.objects_of(|ty| of_types[ty].1 == SpecialKind::Frame) {
            frames.insert(frame);
            if let Some(rank) = rank_of_frame(graph, frame, &modules, &ranks) {
                ranks[frame.index()] = rank;
                decided.insert(frame);
            }
        }
        let mut classes = VertexSet::new(bound);
        let found = types.objects_of(|ty| of_types[ty].1 == SpecialKind::Class);
        for (class, rank) in rank_of_classes(py, engine, &packages, found) {
            ranks[class.index()] = rank;
            decided.insert(class);
            classes.insert(class);
        }
        Ok(Self {
            ranks,
            decided,
            frames,
            classes,
            modules,
            last: FxHashSet::default(),
        })
    }

    pub(super) fn of(&self, v: VertexId) -> HolderRank {
        self.ranks[v.index()]
    }

    /// The rank of a vertex; `None` if it belongs to what holds it.
    pub(super) fn own(&self, v: VertexId) -> Option<HolderRank> {
        self.decided.contains(v).then(|| self.of(v))
    }

    /// Whether a vertex is a frame, a class or the names of an imported module: a part of the
    /// program that holds data by name.
    pub(super) fn names_data(&self, v: VertexId) -> bool {
        self.frames.contains(v) || self.classes.contains(v) || self.modules.contains_key(&v)
    }

    /// The best rank of a path to a vertex. A class belongs to its module: a reference from a
    /// subclass or from an import elsewhere does not improve its rank.
    pub(super) fn best(&self, v: VertexId) -> HolderRank {
        match self.classes.contains(v) {
            true => self.ranks[v.index()],
            false => HolderRank::Program,
        }
    }

    /// The names of the imported modules of a package.
    pub(super) fn modules_of(&self, package: &str) -> Vec<VertexId> {
        let is_in = |name: &str| name.split('.').next() == Some(package);
        let modules = self.modules.iter().filter(|(_, name)| is_in(name));
        modules.map(|(&names, _)| names).collect()
    }

    /// The imported module whose names these are.
    pub(super) fn module(&self, names: VertexId) -> Option<&str> {
        self.modules.get(&names).map(|name| &**name)
    }

    /// Shows paths through these references only if there is no other one.
    pub(super) fn set_last(&mut self, references: FxHashSet<(VertexId, VertexId)>) {
        self.last = references;
    }

    /// The rank of a vertex as the holder of another one.
    pub(super) fn through(&self, tail: VertexId, head: VertexId) -> HolderRank {
        match !self.last.is_empty() && self.last.contains(&(tail, head)) {
            true => self.of(tail).max(HolderRank::Tool),
            false => self.of(tail),
        }
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

/// Types whose objects have a rank of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SpecialKind {
    Frame,
    Class,
    /// An instance that does not belong to what holds it.
    Decided,
    No,
}

impl SpecialKind {
    fn new(name: &str, is_class: bool) -> Self {
        match name {
            "frame" => Self::Frame,
            _ if is_class => Self::Class,
            _ if Packages::is_owned(name) => Self::No,
            _ => Self::Decided,
        }
    }
}

/// The rank of the objects of each type, and whether some have a rank of their own.
fn rank_of_types(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    packages: &Packages,
) -> Vec<(HolderRank, SpecialKind)> {
    let rank = |name: &str, is_class| (packages.of_type(name), SpecialKind::new(name, is_class));
    let live = |object: Obj<'_>| rank(&dotted(object.ty()), Kind::of(object) == Kind::Type);
    let saved = |saved: Saved<'_>| {
        let is_class = matches!(saved.name(), ObjectName::Class { .. });
        rank(saved.type_name(), is_class)
    };
    types.facts(py, engine, live, saved)
}

/// The rank of the module of each class.
fn rank_of_classes(
    py: Python<'_>,
    engine: &Engine,
    packages: &Packages,
    classes: Vec<VertexId>,
) -> Vec<(VertexId, HolderRank)> {
    let classes = classes.into_iter();
    if engine.kind().is_from_file() {
        let rank = |v: VertexId| match engine.saved(py, v).name() {
            ObjectName::Class { dotted, .. } => {
                let module = dotted.split_once('.').map(|(module, _)| module);
                packages.of_module(module.unwrap_or("builtins"))
            }
            _ => HolderRank::Program,
        };
        return classes.map(|v| (v, rank(v))).collect();
    }
    let objects = engine.objects();
    paused(py, |heap| {
        let module = |v: VertexId| type_module(heap.see(&objects[v.index()])).unwrap_or_default();
        classes
            .map(|v| (v, packages.of_module(&module(v))))
            .collect()
    })
}

/// The name of a module.
fn name_of(py: Python<'_>, engine: &Engine, v: VertexId) -> String {
    if engine.kind().is_from_file() {
        let name = engine.saved(py, v).name();
        return name.name().unwrap_or_default().to_owned();
    }
    let object = &engine.objects()[v.index()];
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
