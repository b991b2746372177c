//! The tables as Markdown.

use crate::contest::{Kind, Measured};
use crate::problems::{Problem, Unit};

/// The measurements of a graph.
pub(crate) struct Row {
    pub(crate) graph: String,
    pub(crate) vertices: usize,
    pub(crate) results: Vec<Measured>,
}

impl Row {
    fn of(&self, name: &str) -> Option<&Measured> {
        self.results.iter().find(|result| result.name == name)
    }

    /// The ratio of another time to ours.
    fn to_ours(&self, one: &Measured) -> f64 {
        self.of(OURS).map_or(f64::NAN, |ours| one.ratio(ours))
    }

    fn best_peer(&self) -> String {
        let peers = self.results.iter().filter(|one| one.kind == Kind::Peer);
        let best = peers.map(|peer| self.to_ours(peer)).reduce(f64::min);
        three_digits(best.unwrap_or(f64::NAN))
    }
}

/// The measurements of a problem.
pub(crate) struct Table {
    pub(crate) problem: &'static Problem,
    pub(crate) rows: Vec<Row>,
}

const OURS: &str = "ours";

struct Column<'a> {
    head: String,
    cell: Box<dyn Fn(&Row) -> String + 'a>,
}

impl<'a> Column<'a> {
    fn new(head: String, cell: impl Fn(&Row) -> String + 'a) -> Self {
        Self {
            head,
            cell: Box::new(cell),
        }
    }

    /// A cell for the measurement with this name.
    fn of(head: String, name: &'a str, cell: impl Fn(&Row, &Measured) -> String + 'a) -> Self {
        Self::new(head, move |row| {
            row.of(name).map_or("-".to_owned(), |one| cell(row, one))
        })
    }
}

impl Table {
    pub(crate) fn new(problem: &'static Problem) -> Self {
        Self {
            problem,
            rows: Vec::new(),
        }
    }

    /// The contenders of all rows, in order of their first occurrence.
    fn contenders(&self, kind: Kind) -> Vec<&str> {
        let mut names = Vec::new();
        for result in self.rows.iter().flat_map(|row| &row.results) {
            if result.kind == kind && !names.contains(&result.name.as_str()) {
                names.push(&result.name);
            }
        }
        names
    }

    pub(crate) fn print(&self) {
        if self.rows.is_empty() {
            return;
        }
        println!("## {} (`{}`)\n", self.problem.title, self.problem.name);
        self.print_columns(self.times());
        println!("\nBytes a vertex beyond the input, the result and the stack included:\n");
        self.print_columns(self.bytes());
        println!();
    }

    fn times(&self) -> Vec<Column<'_>> {
        let (unit, nanoseconds) = match self.problem.unit {
            Unit::Edge => ("ns an edge", 1.0),
            Unit::Query => ("us a query", 1000.0),
        };
        let mut columns = Vec::new();
        for name in self.contenders(Kind::Ours) {
            columns.push(match name {
                OURS => Column::of(format!("ours, {unit}"), name, move |_, ours| {
                    three_digits(ours.nanoseconds() / nanoseconds)
                }),
                _ => ratio(name),
            });
        }
        for name in self.contenders(Kind::Baseline) {
            let head = format!("ours / {name}");
            columns.push(Column::of(head, name, |row, one| {
                three_digits(row.of(OURS).map_or(f64::NAN, |ours| ours.ratio(one)))
            }));
        }
        let peers = self.contenders(Kind::Peer);
        if peers.len() > 1 {
            columns.push(Column::new("best peer / ours".to_owned(), Row::best_peer));
        }
        columns.extend(peers.into_iter().map(ratio));
        columns
    }

    fn bytes(&self) -> Vec<Column<'_>> {
        let kinds = [Kind::Ours, Kind::Baseline, Kind::Peer];
        let names = kinds.into_iter().flat_map(|kind| self.contenders(kind));
        let bytes =
            |row: &Row, one: &Measured| three_digits(one.bytes as f64 / row.vertices as f64);
        names
            .map(|name| Column::of(name.to_owned(), name, bytes))
            .collect()
    }

    fn print_columns(&self, columns: Vec<Column<'_>>) {
        let heads: Vec<_> = columns.iter().map(|column| column.head.as_str()).collect();
        println!("| graph | {} |", heads.join(" | "));
        println!("|---|{}", "---|".repeat(columns.len()));
        for row in &self.rows {
            let cells: Vec<_> = columns.iter().map(|column| (column.cell)(row)).collect();
            println!("| {} | {} |", row.graph, cells.join(" | "));
        }
    }
}

/// The ratio to our time.
fn ratio(name: &str) -> Column<'_> {
    Column::of(format!("{name} / ours"), name, |row, one| {
        let mut cell = three_digits(row.to_ours(one));
        if one.overflows {
            cell.push('+');
        }
        if one.differs {
            cell.push_str(" (another answer)");
        }
        cell
    })
}

fn three_digits(number: f64) -> String {
    match number {
        _ if number.is_nan() => "-".to_owned(),
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}
