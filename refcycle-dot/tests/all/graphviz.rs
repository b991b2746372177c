//! An installed `dot`, and programs that imitate it.

use refcycle_dot::{ExportError, Format, Graphviz, ImageOptions, render};

use crate::common::{graph, has_dot};

#[test]
fn a_missing_executable_is_named() {
    let engine = Graphviz::new("/no/such/dot");
    let options = ImageOptions {
        engine: Some(&engine),
        ..ImageOptions::default()
    };
    let error = render(&graph(&["a"], &[]), &Format::named("pdf"), &options).unwrap_err();
    assert!(matches!(error, ExportError::Executable { .. }));
    assert!(
        error.to_string().starts_with("cannot run /no/such/dot: "),
        "{error}"
    );
}

#[test]
fn an_invalid_format_name_is_rejected() {
    let engine = Graphviz::new("/no/such/dot");
    let options = ImageOptions {
        engine: Some(&engine),
        ..ImageOptions::default()
    };
    for name in ["", "pdf -o/tmp/x", "\0", "pdf\n"] {
        let error = render(&graph(&["a"], &[]), &Format::named(name), &options).unwrap_err();
        assert!(matches!(error, ExportError::Format(_)), "{error}");
    }
}

#[test]
fn graphviz_supports_other_formats() {
    if !has_dot("graphviz_supports_other_formats") {
        return;
    }
    let engine = Graphviz::new("dot");
    let options = ImageOptions {
        engine: Some(&engine),
        ..ImageOptions::default()
    };
    let sample = graph(&["frame\nx.py:1", "list[1]"], &[(0, 1, Some("local 'a'"))]);
    let made = |format: &str| render(&sample, &Format::named(format), &options);
    assert!(made("pdf").unwrap().starts_with(b"%PDF"));
    assert!(made("plain").unwrap().starts_with(b"graph "));
    let svg = String::from_utf8(made("svg").unwrap()).unwrap();
    assert!(svg.contains("<title>frame\nx.py:1</title>"), "{svg}");
    let error = made("nonsense").unwrap_err();
    assert!(error.to_string().contains("nonsense"), "{error}");
    assert!(matches!(error, ExportError::Engine { .. }));
}

#[cfg(unix)]
mod impostors {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::common::Folder;

    fn script(folder: &Folder, text: &str) -> PathBuf {
        let path = folder.file("dot");
        // Renamed into place: a child of another test may hold the file open for writing.
        fs::write(folder.file("new"), format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(folder.file("new"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(folder.file("new"), &path).unwrap();
        path
    }

    fn run(script: &str, options: &ImageOptions<'_>) -> Result<Vec<u8>, ExportError> {
        let folder = Folder::new();
        let engine = Graphviz::new(self::script(&folder, script));
        let options = ImageOptions {
            engine: Some(&engine),
            ..options.clone()
        };
        let label = "x".repeat(1000);
        let labels = vec![&*label; 1000];
        render(&graph(&labels, &[]), &Format::named("pdf"), &options)
    }

    #[test]
    fn one_that_sleeps_is_killed() {
        let start = Instant::now();
        let options = ImageOptions {
            time_limit: Duration::from_millis(200),
            ..ImageOptions::default()
        };
        let error = run("exec sleep 30", &options).unwrap_err();
        assert!(
            error.to_string().contains("did not finish within 0.2 s"),
            "{error}"
        );
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn one_that_sleeps_can_be_interrupted() {
        let start = Instant::now();
        let enough = || start.elapsed() > Duration::from_millis(100);
        let options = ImageOptions {
            interrupted: Some(&enough),
            ..ImageOptions::default()
        };
        let error = run("exec sleep 30", &options).unwrap_err();
        assert!(matches!(error, ExportError::Interrupted));
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn error_messages_are_shown() {
        let error = run(
            "echo 'Error: no more ink' >&2; exit 3",
            &ImageOptions::default(),
        )
        .unwrap_err();
        assert!(error.to_string().contains("Error: no more ink"), "{error}");
    }

    #[test]
    fn no_output_is_an_error() {
        for text in ["exit 1", "cat >/dev/null", "kill -9 $$"] {
            let error = run(text, &ImageOptions::default()).unwrap_err();
            assert!(error.to_string().contains("no error message"), "{error}");
        }
    }

    #[test]
    fn one_that_writes_before_it_reads_does_not_block() {
        let text = "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; cat >/dev/null";
        assert_eq!(
            run(text, &ImageOptions::default()).unwrap().len(),
            1_000_000
        );
    }
}
