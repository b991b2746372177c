//! The benchmarks: graphs, problems with our solution and those of peers, and a contest that
//! times them interleaved.
//!
//! `benches/table.sh` reproduces all tables of `docs/performance.md`; `table --help` lists the
//! options. The peers with many dependencies are in `benches/peers`, a crate outside the
//! workspace that adds them to the same program.

pub mod baselines;
pub mod case;
pub mod catalogue;
pub mod clock;
pub mod contest;
pub mod forward_bfs;
mod generators;
pub mod kernels;
pub mod memory;
pub mod problems;
pub mod raw;
mod report;
pub mod table;
pub mod textbook;

pub use generators::Generator;
