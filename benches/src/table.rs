//! The program `table`: its arguments and the run.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use crate::case::Case;
use crate::catalogue::{Size, select};
use crate::clock;
use crate::contest::{Contender, Kind, Measured, contest};
use crate::problems::{Extra, PROBLEMS, Problem, Unit};
use crate::raw;
use crate::report::{Row, Table};

const USAGE: &str = "\
table [--small | --medium] [--graphs NAME,...] [--problems NAME,...] [--rounds N]
      [--ours] [--without NAME,...] [--cpu] [--tsv] [--list] [--export FOLDER]

Times refcycle-core against its peers and prints tables in Markdown. A graph is named by
the beginning of its name; rmatN is an R-MAT graph of any scale.
  --ours     omit peers
  --without  omit contenders whose names begin like this: some peers take minutes per run
  --cpu      measure the processor time of one thread, where other work runs on the machine;
             omits contenders with several threads
  --tsv      one line per measurement instead: graph, problem, contender, seconds, unit,
             bytes per vertex
  --list     list the names of the graphs and problems, without a run
  --export   write the graphs as raw arrays, each into a folder with its name, without a run
";

const NOTES: &str = "\
All contenders of a table ran interleaved in one process; ratios are medians over the rounds.
+: the peer recurses, and overflows a stack of 8 MiB. DFS: a depth-first search that does
nothing else; touch: one write for each edge.
";

struct Options {
    size: Size,
    graphs: Vec<String>,
    problems: Vec<&'static Problem>,
    rounds: usize,
    ours: bool,
    without: Vec<String>,
    tsv: bool,
    list: bool,
    export: Option<String>,
}

impl Options {
    fn wants(&self, contender: &Contender<'_>) -> bool {
        let named = |name: &String| contender.name().starts_with(name);
        !(self.ours && contender.kind() == Kind::Peer || self.without.iter().any(named))
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        size: Size::Full,
        graphs: Vec::new(),
        problems: Vec::new(),
        rounds: 5,
        ours: false,
        without: Vec::new(),
        tsv: false,
        list: false,
        export: None,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--small" => options.size = Size::Small,
            "--medium" => options.size = Size::Medium,
            "--ours" => options.ours = true,
            "--cpu" => clock::measure_processor_time(),
            "--tsv" => options.tsv = true,
            "--list" => options.list = true,
            "--graphs" => options.graphs = value()?.split(',').map(str::to_owned).collect(),
            "--without" => options.without = value()?.split(',').map(str::to_owned).collect(),
            "--export" => options.export = Some(value()?),
            "--rounds" => {
                let rounds = value()?.parse().map_err(|_| "--rounds needs a number")?;
                options.rounds = rounds;
            }
            "--problems" => {
                for name in value()?.split(',') {
                    let problem = PROBLEMS.iter().find(|problem| problem.name == name);
                    options
                        .problems
                        .push(problem.ok_or(format!("no problem {name}"))?);
                }
            }
            "--help" | "-h" => return Err(USAGE.to_owned()),
            _ => return Err(format!("unknown argument {argument}\n\n{USAGE}")),
        }
    }
    if options.problems.is_empty() {
        options.problems = PROBLEMS.iter().collect();
    }
    Ok(options)
}

/// Runs the program; `extras` are peers beyond petgraph.
pub fn main(extras: &[Extra]) -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    if options.list {
        list(&options);
        return ExitCode::SUCCESS;
    }
    let mut tables: Vec<Table> = options
        .problems
        .iter()
        .map(|problem| Table::new(problem))
        .collect();
    let mut graphs = String::from(
        "| graph | vertices | edges | components | largest |\n|---|---|---|---|---|\n",
    );
    for entry in select(options.size, &options.graphs) {
        let name = entry.name.clone();
        let case = match Case::new(entry) {
            Ok(case) => case,
            Err(error) => {
                eprintln!("{name} is skipped: {error}");
                continue;
            }
        };
        if let Some(folder) = &options.export {
            if let Err(error) = export(&case, folder) {
                eprintln!("{folder}/{name}: {error}");
                return ExitCode::FAILURE;
            }
            continue;
        }
        let _ = writeln!(
            graphs,
            "| {name} | {} | {} | {} | {} |",
            case.vertices(),
            case.edges(),
            case.components().len(),
            case.largest_component().len(),
        );
        for table in &mut tables {
            measure(&case, table, extras, &options);
        }
    }
    if options.export.is_none() && !options.tsv {
        println!("{NOTES}\n{graphs}");
        tables.iter().for_each(Table::print);
    }
    ExitCode::SUCCESS
}

/// Prints the names of the graphs and problems.
fn list(options: &Options) {
    for entry in select(options.size, &options.graphs) {
        println!("graph {}", entry.name);
    }
    for problem in &options.problems {
        println!("problem {}: {}", problem.name, problem.title);
    }
}

/// Adds the row of a graph to the table of a problem.
fn measure(case: &Case, table: &mut Table, extras: &[Extra], options: &Options) {
    eprintln!("{}: {}", case.name(), table.problem.name);
    let mut contenders = (table.problem.contenders)(case);
    if contenders.is_empty() {
        return;
    }
    if case.suits_peers() && !options.ours {
        let same_problem = extras
            .iter()
            .filter(|extra| extra.problem == table.problem.name);
        contenders.extend(same_problem.filter_map(|extra| (extra.contender)(case)));
    }
    contenders.retain(|contender| options.wants(contender));
    let results = run(contenders, options.rounds);
    if options.tsv {
        print_lines(case, table.problem, &results);
    }
    table.rows.push(Row {
        graph: case.name().to_owned(),
        vertices: case.vertices(),
        results,
    });
}

fn run(contenders: Vec<Contender<'_>>, rounds: usize) -> Vec<Measured> {
    let results = contest(contenders, rounds);
    for result in &results {
        eprintln!(
            "    {}: {:.3} ns, {} bytes",
            result.name,
            result.nanoseconds(),
            result.bytes
        );
    }
    results
}

/// Writes the graph, and the graph with a root beside it.
fn export(case: &Case, folder: &str) -> std::io::Result<()> {
    let folder = std::path::Path::new(folder);
    raw::write(case.graph(), &folder.join(case.name()))?;
    raw::write(case.rooted(), &folder.join(case.name()).join("rooted"))
}

fn print_lines(case: &Case, problem: &Problem, results: &[Measured]) {
    for result in results {
        let per_vertex = result.bytes as f64 / case.vertices() as f64;
        let _ = writeln!(
            std::io::stdout(),
            "{}\t{}\t{}\t{:e}\t{}\t{per_vertex:.1}",
            case.name(),
            problem.name,
            result.name,
            result.nanoseconds() * 1e-9,
            match problem.unit {
                Unit::Edge => "edge",
                Unit::Query => "query",
            },
        );
    }
}
