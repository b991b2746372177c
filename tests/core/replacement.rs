//! Files that replace others.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use refcycle_core::files::{ReplaceOptions, Replacement};

const PRIVATE: ReplaceOptions = ReplaceOptions {
    private: true,
    refuse_links: false,
};

/// A folder for a test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("replacement-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_fails_leaves_the_old_one_and_nothing_beside() {
    let folder = Folder::new("fails");
    let path = folder.file("old");
    fs::write(&path, "old").unwrap();
    let begun = Replacement::begin(&path, PRIVATE).unwrap();
    assert_eq!(folder.names().len(), 2);
    assert!(begun.file().is_some());
    let error = begun.write(|out| {
        out.write_all(b"new")?;
        Err(io::Error::other("a reason"))
    });
    assert_eq!(error.unwrap_err().to_string(), "a reason");
    drop(Replacement::begin(&path, PRIVATE).unwrap());
    assert_eq!(folder.names(), ["old"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn what_is_left_stays() {
    let folder = Folder::new("left");
    let begun = Replacement::begin(folder.file("new"), PRIVATE).unwrap();
    let path = begun.leave().unwrap();
    assert_eq!(
        folder.names(),
        [path.file_name().unwrap().to_str().unwrap()]
    );
}

#[test]
fn what_is_no_name_of_a_file_is_an_error() {
    let folder = Folder::new("names");
    let kind = |path: PathBuf| Replacement::begin(path, PRIVATE).unwrap_err().kind();
    assert_eq!(kind("".into()), io::ErrorKind::NotFound);
    assert_eq!(
        kind(folder.file("none").join("new")),
        io::ErrorKind::NotFound
    );
    assert_eq!(kind(folder.file("new/")), io::ErrorKind::IsADirectory);
    #[cfg(unix)]
    {
        assert_eq!(kind(folder.0.clone()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(folder.file("..")), io::ErrorKind::IsADirectory);
        assert_eq!(kind(folder.file("a\0b")), io::ErrorKind::InvalidInput);
    }
    assert_eq!(folder.names(), [""; 0]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn write(path: &Path, options: ReplaceOptions) {
        let begun = Replacement::begin(path, options).unwrap();
        begun.write(|out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "new");
    }

    #[test]
    fn permissions_stay_without_privileges_and_a_private_file_is_private() {
        let folder = Folder::new("modes");
        let new = folder.file("new");
        write(&new, PRIVATE);
        assert_eq!(mode(&new), 0o600);
        for (old, kept) in [(0o644, 0o644), (0o440, 0o440), (0o4755, 0o755)] {
            fs::set_permissions(&new, fs::Permissions::from_mode(old)).unwrap();
            for options in [PRIVATE, ReplaceOptions::default()] {
                write(&new, options);
                assert_eq!(mode(&new), kept);
            }
        }
        let begun = Replacement::begin(&new, PRIVATE).unwrap();
        let beside = begun.file().unwrap().metadata().unwrap().permissions();
        assert_eq!(beside.mode() & 0o777, 0o600);
    }

    #[test]
    fn links_stay_or_are_refused() {
        let folder = Folder::new("links");
        let (place, link) = (folder.file("place"), folder.file("link"));
        symlink("place", &link).unwrap();
        let refusing = ReplaceOptions {
            private: true,
            refuse_links: true,
        };
        assert!(Replacement::begin(&link, refusing).is_err());
        fs::write(&place, "old").unwrap();
        assert!(Replacement::begin(&link, refusing).is_err());
        assert_eq!(fs::read_to_string(&place).unwrap(), "old");
        write(&link, PRIVATE);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&place).unwrap(), "new");
        write(&place, refusing);
        fs::remove_file(&place).unwrap();
        write(&link, PRIVATE);
        assert_eq!(folder.names(), ["link", "place"]);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_device_has_nothing_beside_it() {
        // Begin only, without writing: if the code were wrong, writing would replace the machine's
        // device.
        let begun = Replacement::begin("/dev/null", PRIVATE).unwrap();
        assert!(begun.file().is_none());
        assert_eq!(begun.leave(), None);
        let refusing = ReplaceOptions {
            private: true,
            refuse_links: true,
        };
        assert!(Replacement::begin("/dev/null", refusing).is_err());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_graph_is_written_to_a_device() {
    use refcycle_core::CsrGraph;
    use refcycle_core::files::GraphWriter;

    let graph = CsrGraph::from_edges(2, [(0, 1)]).unwrap();
    GraphWriter::new(&graph).save("/dev/null").unwrap();
}
