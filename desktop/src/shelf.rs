//! The folder with the journal and the keys: private to the user, written atomically, used by one process at a time.
//!
//! What the files say is core's business; this never reads into them and never deletes one that is whole.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use directories::ProjectDirs;
use rescue_core::Payload;
use rescue_core::effect::StoreFile;
use thiserror::Error;

/// How long another process may take until it lets go of the folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a file that is being written is called; it may be left when the program is killed in that moment.
const UNFINISHED: &str = "unfinished-";

/// Practice and real rescues never share a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Rescues of real bands.
    Real,
    /// Practice.
    Practice,
}

/// The open folder; holding it keeps other processes out.
#[derive(Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
    _lock: File,
}

/// Why the folder could not be used.
#[derive(Debug, Error)]
pub(crate) enum ShelfError {
    /// The platform names no folder.
    #[error("find your data folder: the system names none (give one with --data-dir)")]
    NoFolder,
    /// The system refused something.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process uses it.
    #[error("use {}: another band-rescue is using it; wait until that one has ended", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
}

impl Shelf {
    /// Opens the folder, below `data_dir` or the platform's data folder; makes what is missing, private to the user.
    pub(crate) fn open(data_dir: Option<&Path>, purpose: Purpose) -> Result<Self, ShelfError> {
        let root = match data_dir {
            Some(given) => given.to_owned(),
            None => platform_folder().ok_or(ShelfError::NoFolder)?,
        };
        let folder = root.join(match purpose {
            Purpose::Real => "rescues",
            Purpose::Practice => "practice",
        });
        make_private(&folder).map_err(|source| io_error("make", &folder, source))?;
        let lock = lock(&folder)?;
        remove_unfinished(&folder).map_err(|source| io_error("tidy up", &folder, source))?;
        Ok(Self { folder, _lock: lock })
    }

    /// A file's content; `None` if it was never saved.
    pub(crate) fn read(&self, file: StoreFile) -> Result<Option<Payload>, ShelfError> {
        let path = self.folder.join(name(file));
        match fs::read(&path) {
            Ok(content) => Ok(Some(Payload(content))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(io_error("read", &path, source)),
        }
    }

    /// Replaces a file. On return the new content is on the disk; on an error the old content still is.
    pub(crate) fn save(&self, file: StoreFile, content: &Payload) -> io::Result<()> {
        let Some(path) = self.target(file, content)? else { return Ok(()) };
        // A temporary file is made for the user alone (0600) and removed should anything fail.
        let mut fresh = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.folder)?;
        fresh.write_all(content.as_slice())?;
        fresh.as_file().sync_all()?;
        fresh.persist(path).map_err(|error| error.error)?;
        sync_folder(&self.folder)
    }

    /// Where a file goes. A damaged file never replaces another one that was kept earlier; `None` if the very
    /// same is kept already.
    fn target(&self, file: StoreFile, content: &Payload) -> io::Result<Option<PathBuf>> {
        let first = self.folder.join(name(file));
        match file {
            StoreFile::Journal | StoreFile::Keys => Ok(Some(first)),
            StoreFile::DamagedJournal | StoreFile::DamagedKeys => {
                let mut path = first;
                for number in 2.. {
                    match fs::read(&path) {
                        Ok(kept) if kept == content.as_slice() => return Ok(None),
                        Ok(_) => path = self.folder.join(format!("{}-{number}", name(file))),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                        Err(error) => return Err(error),
                    }
                }
                Ok(Some(path))
            }
        }
    }
}

const fn name(file: StoreFile) -> &'static str {
    match file {
        StoreFile::Journal => "journal",
        StoreFile::Keys => "keys",
        StoreFile::DamagedJournal => "journal-damaged",
        StoreFile::DamagedKeys => "keys-damaged",
    }
}

/// The local, not the roaming folder: keys stay on this computer.
fn platform_folder() -> Option<PathBuf> {
    ProjectDirs::from("org", "bandrescue", "band-rescue").map(|dirs| dirs.data_local_dir().to_owned())
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Elsewhere the user's own data folder is private by itself.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// A rename is safe on the disk when the folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file; the rename is written through by the file system.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn lock(folder: &Path) -> Result<File, ShelfError> {
    let path = folder.join("in-use");
    let file = private_file(&path).map_err(|source| io_error("open", &path, source))?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(Duration::from_millis(50)),
            Err(TryLockError::WouldBlock) => return Err(ShelfError::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(io_error("lock", &path, source)),
        }
    }
}

/// What was being written when the program was killed is half a file, and perhaps half a key.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn io_error(doing: &'static str, path: &Path, source: io::Error) -> ShelfError {
    ShelfError::Io { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        Payload::from(text.as_bytes())
    }

    #[test]
    fn what_was_saved_is_read_again_and_practice_has_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let practice = Shelf::open(Some(dir.path()), Purpose::Practice).unwrap();
        let real = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        practice.save(StoreFile::Keys, &payload("first")).unwrap();
        practice.save(StoreFile::Keys, &payload("second")).unwrap();
        assert_eq!(practice.read(StoreFile::Keys).unwrap(), Some(payload("second")));
        assert_eq!(practice.read(StoreFile::Journal).unwrap(), None);
        assert_eq!(real.read(StoreFile::Keys).unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_computer_can_read_a_key() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::create_dir(dir.path().join("rescues")).unwrap();
        fs::set_permissions(dir.path().join("rescues"), fs::Permissions::from_mode(0o755)).unwrap();

        let shelf = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        shelf.save(StoreFile::Keys, &payload("key")).unwrap();
        assert_eq!(mode(&shelf.folder), 0o700);
        for entry in fs::read_dir(&shelf.folder).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn a_save_that_fails_keeps_the_old_keys_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        fs::create_dir(shelf.folder.join("keys")).unwrap();
        assert!(shelf.save(StoreFile::Keys, &payload("key")).is_err());
        assert!(shelf.folder.join("keys").is_dir());
        assert_eq!(fs::read_dir(&shelf.folder).unwrap().count(), 2, "no temporary file stays");
    }

    #[test]
    fn half_a_key_does_not_lie_about_after_a_kill() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        shelf.save(StoreFile::Keys, &payload("key")).unwrap();
        fs::write(shelf.folder.join("unfinished-aB3"), "ke").unwrap();
        drop(shelf);
        let shelf = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        assert!(!shelf.folder.join("unfinished-aB3").exists());
        assert_eq!(shelf.read(StoreFile::Keys).unwrap(), Some(payload("key")));
    }

    #[test]
    fn a_damaged_file_never_replaces_another_one_kept_earlier() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(Some(dir.path()), Purpose::Real).unwrap();
        for content in ["one", "two", "two", "three"] {
            shelf.save(StoreFile::DamagedKeys, &payload(content)).unwrap();
        }
        let kept = |name: &str| fs::read_to_string(shelf.folder.join(name)).unwrap();
        assert_eq!(
            [kept("keys-damaged"), kept("keys-damaged-2"), kept("keys-damaged-3")],
            ["one", "two", "three"]
        );
        assert!(!shelf.folder.join("keys-damaged-4").exists());
    }
}
