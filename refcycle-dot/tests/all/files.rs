//! Files are replaced atomically.

use std::error::Error;
use std::{fs, io};

use refcycle_dot::json::from_json;
use refcycle_dot::{ExportError, Format, Graphviz, ImageOptions, export_image, export_json};

use crate::common::{Folder, graph};

#[test]
fn the_format_is_given_or_that_of_the_extension() {
    let folder = Folder::new();
    let sample = graph(&["a"], &[(0, 0, None)]);
    let options = ImageOptions::default();
    for (name, format, start) in [
        ("a.gv", None, "digraph G {"),
        ("a.DOT", None, "digraph G {"),
        ("a.json", None, "{\"vertices\""),
        ("a.txt", Some(Format::Dot), "digraph G {"),
        #[cfg(feature = "svg")]
        ("a.svg", None, "<?xml"),
    ] {
        export_image(&sample, folder.file(name), format, &options).unwrap();
        let text = fs::read_to_string(folder.file(name)).unwrap();
        assert!(text.starts_with(start), "{name}: {text}");
    }
    #[cfg(feature = "png")]
    {
        export_image(&sample, folder.file("none"), None, &options).unwrap();
        assert!(
            fs::read(folder.file("none"))
                .unwrap()
                .starts_with(b"\x89PNG")
        );
    }
    export_json(&sample, folder.file("b.txt")).unwrap();
    assert_eq!(
        from_json(&fs::read_to_string(folder.file("b.txt")).unwrap()).unwrap(),
        sample
    );
    assert!(folder.names().iter().all(|name| !name.ends_with(".tmp")));
}

#[test]
fn an_unknown_format_is_an_error_with_the_known_formats() {
    let folder = Folder::new();
    let error = export_image(
        &graph(&["a"], &[]),
        folder.file("a.xyz"),
        None,
        &ImageOptions::default(),
    );
    let text = error.unwrap_err().to_string();
    assert!(
        text.starts_with("unsupported format 'xyz': this build supports "),
        "{text}"
    );
    assert!(text.contains("dot, json; pass dot_executable"), "{text}");
    assert!(folder.names().is_empty());
}

#[test]
fn a_missing_folder_is_not_found() {
    let folder = Folder::new();
    let path = folder.file("missing").join("a.json");
    let error = export_json(&graph(&[], &[]), &path).unwrap_err();
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
    assert!(error.source().is_some());
    let ExportError::Io {
        path: named,
        source,
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!((named, source.kind()), (path, io::ErrorKind::NotFound));
}

#[test]
fn a_path_without_a_file_name_is_an_error() {
    let folder = Folder::new();
    for path in [folder.file("."), folder.file(".."), "".into()] {
        let error = export_json(&graph(&[], &[]), &path).unwrap_err();
        assert!(matches!(error, ExportError::Io { .. }), "{error}");
    }
    assert!(folder.names().is_empty());
}

#[test]
fn a_failure_leaves_the_old_file_unchanged() {
    let folder = Folder::new();
    let path = folder.file("old.pdf");
    fs::write(&path, "precious").unwrap();
    let missing = Graphviz::new(folder.file("no-dot"));
    let options = ImageOptions {
        engine: Some(&missing),
        ..ImageOptions::default()
    };
    export_image(&graph(&["a"], &[]), &path, None, &options).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert_eq!(folder.names(), ["old.pdf"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    let (place, link) = (folder.file("place.json"), folder.file("link.json"));
    fs::write(&place, "old").unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&place, &link).unwrap();
    export_json(&graph(&[], &[]), &link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(&place).unwrap(),
        r#"{"vertices": [], "edges": []}"#
    );
    assert_eq!(
        fs::metadata(&place).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[cfg(unix)]
#[test]
fn a_new_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    export_json(&graph(&["a secret"], &[]), folder.file("new.json")).unwrap();
    let found = fs::metadata(folder.file("new.json")).unwrap();
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_is_full_is_an_error() {
    let error = export_json(&graph(&["a"], &[]), "/dev/full").unwrap_err();
    assert!(
        error.to_string().starts_with("cannot write /dev/full: "),
        "{error}"
    );
}
