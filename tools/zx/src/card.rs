//! A folder of this computer as the card of a machine.

use std::fs::{self, DirEntry, Metadata};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use basic::files::request::FILE_MAX;
use basic::files::{Answer, Attribute, Attributes, Entry, Reply, Request, StorageError};

/// What a file being written is called until it is whole.
const UNFINISHED: &str = ".plus4-unfinished";
/// The bits of a file's mode that let its owner write it, and anybody.
const OWNER_WRITES: u32 = 0o200;
const WRITABLE: u32 = 0o222;

/// A folder that stands for a card. Names are told apart as a card does: capital and small letters
/// are the same.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The card in a folder.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// What the folder says, in a card's words.
    pub fn answer(&self, request: &Request) -> Answer {
        if !self.root.is_dir() {
            return Err(StorageError::NotReady);
        }
        let done = |result: io::Result<()>| result.map(|()| Reply::Done).map_err(|e| error(&e));
        match request {
            Request::Read(path) => self.read(path),
            Request::Write(path, bytes) => {
                let path = self.place(path)?;
                if path.is_dir() {
                    return Err(StorageError::Exists);
                }
                may_change(&path)?;
                done(write(&path, bytes))
            }
            Request::List(path) => self.list(path),
            Request::Erase(path) => {
                let path = self.there(path, false)?;
                may_change(&path)?;
                done(fs::remove_file(path))
            }
            Request::Mark(path, Attribute::Protected, on) => {
                done(protect(&self.there(path, false)?, *on))
            }
            Request::Mark(path, ..) => self.there(path, false).and(Err(StorageError::NoAttribute)),
            Request::Rename(from, to) => {
                let (from, new) = (self.find(from)?, self.place(to)?);
                if new != from && new.exists() && !same_place(&new, &from) {
                    return Err(StorageError::Exists);
                }
                may_change(&from)?;
                // The name may differ in the size of its letters only.
                let name = to.rsplit('/').next().unwrap_or_default();
                done(fs::rename(&from, new.with_file_name(name)))
            }
            Request::MakeFolder(path) => done(fs::create_dir(self.place(path)?)),
            Request::EraseFolder(path) => done(fs::remove_dir(self.there(path, true)?)),
        }
    }

    fn read(&self, path: &str) -> Answer {
        let path = self.there(path, false)?;
        let length = path.metadata().map_err(|e| error(&e))?.len();
        if length > FILE_MAX as u64 {
            return Err(StorageError::TooBig);
        }
        fs::read(path).map(Reply::Bytes).map_err(|e| error(&e))
    }

    fn list(&self, path: &str) -> Answer {
        let folder = self.there(path, true)?;
        let told = |entry: io::Result<DirEntry>| {
            let entry = entry.ok()?;
            let metadata = fs::metadata(entry.path()).ok()?;
            let folder = metadata.is_dir();
            let size = if folder { 0 } else { metadata.len() };
            let mut attributes = Attributes::default();
            attributes.mark(Attribute::Protected, is_protected(&metadata));
            Some(Entry {
                name: entry.file_name().into_string().ok()?,
                size: u32::try_from(size).unwrap_or(u32::MAX),
                folder,
                attributes,
            })
        };
        let entries = fs::read_dir(&folder).map_err(|e| error(&e))?;
        let mut entries: Vec<Entry> = entries.filter_map(told).collect();
        entries.retain(|entry| !entry.name.starts_with(UNFINISHED));
        let free = rustix::fs::statvfs(&folder).map_or(0, |fs| fs.f_bavail * fs.f_frsize);
        Ok(Reply::List(entries, free))
    }

    /// What a path names, which must be there: a folder, or a file.
    fn there(&self, path: &str, folder: bool) -> Result<PathBuf, StorageError> {
        let found = self.find(path)?;
        if found.is_dir() == folder {
            Ok(found)
        } else {
            Err(StorageError::NotFound)
        }
    }

    /// What a path names, which must be there.
    fn find(&self, path: &str) -> Result<PathBuf, StorageError> {
        let found = self.place(path)?;
        if found.exists() {
            Ok(found)
        } else {
            Err(StorageError::NotFound)
        }
    }

    /// Where a path leads: its folder must be there, and what is there already has its own letters.
    fn place(&self, path: &str) -> Result<PathBuf, StorageError> {
        let mut at = self.root.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if matches!(part, "." | "..") || part.contains(['\0', '\\']) {
                return Err(StorageError::BadName);
            }
            if !at.is_dir() {
                return Err(StorageError::NotFound);
            }
            let exact = at.join(part);
            at = if exact.exists() {
                exact
            } else {
                in_other_letters(&at, part).unwrap_or(exact)
            };
        }
        Ok(at)
    }
}

/// What a folder holds under a name in other letters.
fn in_other_letters(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = name.to_lowercase();
    let mut entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let found = entries.find(|entry| {
        let other = entry.file_name();
        other
            .to_str()
            .is_some_and(|other| other.to_lowercase() == name)
    })?;
    Some(found.path())
}

fn is_protected(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().readonly()
}

/// Whether a file may be written, erased or get another name, if it is there. The folder alone
/// would let it.
fn may_change(path: &Path) -> Result<(), StorageError> {
    match path.metadata() {
        Ok(metadata) if is_protected(&metadata) => Err(StorageError::ReadOnly),
        _ => Ok(()),
    }
}

/// Lets nobody write a file, or its owner again.
fn protect(path: &Path, on: bool) -> io::Result<()> {
    let mut permissions = path.metadata()?.permissions();
    let mode = permissions.mode();
    permissions.set_mode(if on {
        mode & !WRITABLE
    } else {
        mode | OWNER_WRITES
    });
    fs::set_permissions(path, permissions)
}

fn same_place(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// The old file or the new one, whenever this ends.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_file_name(format!("{UNFINISHED}-{}", std::process::id()));
    let mut file = fs::File::create(&unfinished)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written
        .and_then(|()| fs::rename(&unfinished, path))
        .inspect_err(|_| fs::remove_file(&unfinished).unwrap_or_default())
}

/// An error of this computer as one of a card's.
fn error(error: &io::Error) -> StorageError {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound | Kind::NotADirectory | Kind::IsADirectory => StorageError::NotFound,
        Kind::AlreadyExists => StorageError::Exists,
        Kind::DirectoryNotEmpty => StorageError::NotEmpty,
        Kind::StorageFull | Kind::QuotaExceeded => StorageError::Full,
        Kind::FileTooLarge => StorageError::TooBig,
        Kind::InvalidFilename | Kind::InvalidInput => StorageError::BadName,
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => StorageError::ReadOnly,
        _ => StorageError::Broken,
    }
}
