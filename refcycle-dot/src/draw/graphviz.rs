//! Drawing with an installed Graphviz.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::engine::Engine;
use super::patience::Patience;
use crate::error::ExportError;
use crate::format::Format;
use crate::picture::Picture;

/// Draws with an installed `dot` program, in every format that it supports.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, Format, Graphviz, ImageOptions, render};
/// let options = ImageOptions {
///     engine: Some(&Graphviz::new("no/such/dot")),
///     ..ImageOptions::default()
/// };
/// let error = render(&AnnotatedGraph::default(), &Format::named("pdf"), &options).unwrap_err();
/// assert!(error.to_string().starts_with("cannot run no/such/dot"));
/// ```
#[derive(Clone, Debug)]
pub struct Graphviz {
    executable: PathBuf,
}

/// The longest part of an error message of `dot` that is shown, in characters.
const COMPLAINT: usize = 2000;

/// How long to wait for output after `dot` has exited: a child of it may keep the pipe open.
const AFTERMATH: Duration = Duration::from_secs(2);

impl Graphviz {
    /// Uses the `dot` program with this path, or with this name on the `PATH`.
    pub fn new(executable: impl Into<PathBuf>) -> Self {
        Self {
            executable: executable.into(),
        }
    }

    fn start(&self, format: &Format) -> Result<Child, ExportError> {
        Command::new(&self.executable)
            .arg(format!("-T{format}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| ExportError::Executable {
                path: self.executable.clone(),
                source,
            })
    }
}

impl Engine for Graphviz {
    fn makes(&self, _: &Format) -> bool {
        true
    }

    fn draw(
        &self,
        picture: &Picture,
        format: &Format,
        patience: &Patience<'_>,
    ) -> Result<Vec<u8>, ExportError> {
        // A Graphviz format may also name a renderer and a library, as in `png:cairo:gd`.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_+:.".contains(c);
        if format.name().is_empty() || !format.name().chars().all(plain) {
            return Err(ExportError::Format(format.clone()));
        }
        let name = self.executable.display().to_string();
        let failed = |message: String| ExportError::Engine {
            engine: name.clone(),
            message,
        };

        let mut child = self.start(format)?;
        // One thread per pipe, so that no pipe fills up while another is read. After a timeout
        // the threads are not joined; they end when their pipe closes.
        if let Some(mut stdin) = child.stdin.take() {
            let dot = picture.dot().to_owned();
            // If `dot` stops reading early, it reports the reason on stderr.
            thread::spawn(move || drop(stdin.write_all(dot.as_bytes())));
        }
        let output = child.stdout.take().map(read_all);
        let complaint = child.stderr.take().map(read_all);
        let status = wait(&mut child, patience, &name)?;
        let received = |pipe: Option<Receiver<Vec<u8>>>| {
            pipe.and_then(|pipe| pipe.recv_timeout(AFTERMATH).ok())
        };
        if !status.success() {
            let complaint = received(complaint).unwrap_or_default();
            return Err(failed(shown(&complaint, status)));
        }
        match received(output) {
            Some(bytes) if !bytes.is_empty() => Ok(bytes),
            _ => Err(failed(shown(
                &received(complaint).unwrap_or_default(),
                status,
            ))),
        }
    }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if pipe.read_to_end(&mut bytes).is_ok() {
            // After a timeout there is no receiver.
            let _ = send.send(bytes);
        }
    });
    receive
}

/// Waits for the child to exit; kills it on timeout or interruption.
fn wait(child: &mut Child, patience: &Patience<'_>, name: &str) -> Result<ExitStatus, ExportError> {
    let mut pause = Duration::from_millis(1);
    loop {
        let ended = child.try_wait().map_err(|error| ExportError::Engine {
            engine: name.to_owned(),
            message: error.to_string(),
        });
        let tired = match ended {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => patience.check(name).err(),
            Err(error) => Some(error),
        };
        if let Some(error) = tired {
            // The child may have exited in the meantime.
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
        thread::sleep(patience.pause(pause));
        pause = (2 * pause).min(Duration::from_millis(20));
    }
}

fn shown(complaint: &[u8], status: ExitStatus) -> String {
    let text = String::from_utf8_lossy(complaint);
    match text.trim() {
        "" => format!("no error message ({status})"),
        text => text.chars().take(COMPLAINT).collect(),
    }
}
