//! Times contenders against each other, interleaved in one process.

use std::time::Duration;

use crate::clock::now;
use crate::memory::{peak_of, stack_touched};

/// The stack on which everything runs: several peers recurse. Only touched pages take memory.
const STACK: usize = 12 << 30;

/// The usual stack of a thread.
const USUAL_STACK: usize = 8 << 20;

/// A run that takes this long is timed only once.
const LONG: Duration = Duration::from_secs(8);

/// The part of a contender's run that is timed: by default, all of it.
#[derive(Debug)]
pub struct Clock {
    start: Duration,
    taken: Option<Duration>,
}

impl Clock {
    fn new() -> Self {
        Self {
            start: now(),
            taken: None,
        }
    }

    /// Starts the timed part, after the preparation.
    pub fn restart(&mut self) {
        self.start = now();
    }

    /// Ends the timed part, before the result is checked.
    pub fn stop(&mut self) {
        self.taken = Some(now() - self.start);
    }
}

/// The kind of a contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Our algorithm, or a variant of it.
    Ours,
    /// A baseline: the minimum work of any algorithm.
    Baseline,
    /// Another library.
    Peer,
}

/// A job to be timed. It returns a number that is the same for every correct answer; `None` if it
/// cannot be compared.
type Job<'a> = Box<dyn FnMut(&mut Clock) -> Option<u64> + Send + 'a>;

/// A contender.
pub struct Contender<'a> {
    name: String,
    kind: Kind,
    units: usize,
    job: Job<'a>,
}

impl<'a> Contender<'a> {
    /// A contender that runs `job`; `units` is the number of edges or queries.
    pub fn new(
        kind: Kind,
        name: &str,
        units: usize,
        job: impl FnMut(&mut Clock) -> Option<u64> + Send + 'a,
    ) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            units: units.max(1),
            job: Box::new(job),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of the contender.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// The measurements of a contender.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The time per unit in each round, in nanoseconds.
    pub rounds: Vec<f64>,
    /// The peak of allocated bytes, including its stack.
    pub bytes: usize,
    /// Whether a stack of the usual size would have overflowed.
    pub overflows: bool,
    /// Whether its answer differs from that of the first contender.
    pub differs: bool,
}

impl Measured {
    /// The median time per unit, in nanoseconds.
    pub fn nanoseconds(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// The ratio of this time to the other's: the median over the rounds, as other load on the
    /// machine affects both times of a round alike.
    pub fn ratio(&self, other: &Self) -> f64 {
        if self.rounds.len() != other.rounds.len() {
            return self.nanoseconds() / other.nanoseconds();
        }
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.map(|(one, other)| one / other).collect())
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Runs each contender once, on a new stack, to measure memory. Then runs them interleaved,
/// `rounds` times, to measure time.
pub fn contest(mut contenders: Vec<Contender<'_>>, rounds: usize) -> Vec<Measured> {
    let mut first_answer = None;
    let mut results = Vec::new();
    let mut times = Vec::new();
    for contender in &mut contenders {
        let (taken, answer, bytes, stack) = on_large_stack(|| {
            let before = stack_touched();
            let ((taken, answer), bytes) = peak_of(|| once(&mut contender.job));
            (taken, answer, bytes, stack_touched() - before)
        });
        let differs = answer.is_some() && *first_answer.get_or_insert(answer) != answer;
        if differs {
            eprintln!("    {}: another answer", contender.name);
        }
        results.push(Measured {
            name: contender.name.clone(),
            kind: contender.kind,
            rounds: Vec::new(),
            bytes: bytes + stack,
            overflows: stack > USUAL_STACK,
            differs,
        });
        times.push(vec![taken]);
    }
    on_large_stack(|| {
        for round in 0..rounds {
            for (contender, times) in contenders.iter_mut().zip(&mut times) {
                if times[0] < LONG {
                    if round == 0 {
                        // In the first run, the memory was cold.
                        times.clear();
                    }
                    times.push(once(&mut contender.job).0);
                }
            }
        }
    });
    for ((result, contender), times) in results.iter_mut().zip(&contenders).zip(times) {
        let nanoseconds = times.iter().map(|time| time.as_nanos() as f64);
        result.rounds = nanoseconds
            .map(|time| time / contender.units as f64)
            .collect();
    }
    results
}

fn once(job: &mut Job<'_>) -> (Duration, Option<u64>) {
    let mut clock = Clock::new();
    let answer = job(&mut clock);
    let end = now() - clock.start;
    (clock.taken.unwrap_or(end), answer)
}

/// Runs a job on a stack that is large enough for peers that recurse.
pub fn on_large_stack<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let handle = thread.spawn_scoped(scope, job).expect("a thread starts");
        handle.join().expect("the peer does not panic")
    })
}
