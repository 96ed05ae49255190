//! A card in memory, for scenarios: files by their paths, faults on demand.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::task::Poll;

use crate::files::request::FILE_MAX;
use crate::files::{Answer, Attribute, Attributes, Entry, Reply, Request, StorageError};

/// Bytes the card has room for.
const ROOM: u64 = 64 << 20;

/// A file's bytes, or nothing for a folder; with the path as it was first written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    path: String,
    bytes: Option<Vec<u8>>,
    attributes: Attributes,
}

/// A card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// By their paths in small letters.
    nodes: BTreeMap<String, Node>,
    /// What is answered to everything.
    fault: Option<StorageError>,
    /// Turns an answer takes.
    slowness: u32,
    /// Turns the request being done has taken.
    turns: u32,
}

impl Card {
    /// Puts a file on it, with the folders it lies in.
    pub fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.make_folders(path);
        self.insert(path, Some(bytes));
    }

    /// Puts a folder on it, with those it lies in.
    pub fn put_folder(&mut self, path: &str) {
        self.make_folders(path);
        self.insert(path, None);
    }

    /// The bytes of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.node(path)?.bytes.as_deref()
    }

    /// From now on everything is answered like this.
    pub fn set_fault(&mut self, fault: Option<StorageError>) {
        self.fault = fault;
    }

    /// From now on an answer takes so many turns.
    pub fn set_slowness(&mut self, turns: u32) {
        self.slowness = turns;
    }

    /// Does what is asked, or lets a turn go by.
    pub fn poll(&mut self, request: &Request) -> Poll<Answer> {
        if self.turns < self.slowness {
            self.turns += 1;
            return Poll::Pending;
        }
        self.turns = 0;
        Poll::Ready(match self.fault {
            Some(fault) => Err(fault),
            None => self.answer(request),
        })
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Read(path) => {
                let bytes = self.file(path).ok_or(StorageError::NotFound)?;
                if bytes.len() > FILE_MAX {
                    return Err(StorageError::TooBig);
                }
                Ok(Reply::Bytes(bytes.to_vec()))
            }
            Request::Write(path, bytes) => {
                self.may_be(path)?;
                if self.is_folder(path) {
                    return Err(StorageError::Exists);
                }
                self.may_change(path)?;
                let old = self.file(path).map_or(0, <[u8]>::len) as u64;
                if bytes.len() as u64 > self.free() + old {
                    return Err(StorageError::Full);
                }
                self.insert(path, Some(bytes.clone()));
                Ok(Reply::Done)
            }
            Request::List(path) => {
                if !self.is_folder(path) {
                    return Err(StorageError::NotFound);
                }
                Ok(Reply::List(self.list(path), self.free()))
            }
            Request::Erase(path) => {
                self.file(path).ok_or(StorageError::NotFound)?;
                self.may_change(path)?;
                self.nodes.remove(&key(path));
                Ok(Reply::Done)
            }
            Request::Mark(path, attribute, on) => {
                self.file(path).ok_or(StorageError::NotFound)?;
                if let Some(node) = self.nodes.get_mut(&key(path)) {
                    node.attributes.mark(*attribute, *on);
                }
                Ok(Reply::Done)
            }
            Request::Rename(from, to) => self.rename(from, to),
            Request::MakeFolder(path) => {
                self.may_be(path)?;
                if self.node(path).is_some() || self.is_folder(path) {
                    return Err(StorageError::Exists);
                }
                self.insert(path, None);
                Ok(Reply::Done)
            }
            Request::EraseFolder(path) => {
                if !self.is_folder(path) {
                    return Err(StorageError::NotFound);
                }
                if !self.list(path).is_empty() || key(path).is_empty() {
                    return Err(StorageError::NotEmpty);
                }
                self.nodes.remove(&key(path));
                Ok(Reply::Done)
            }
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Answer {
        self.may_be(to)?;
        let (old, new) = (key(from), key(to));
        if !self.nodes.contains_key(&old) {
            return Err(StorageError::NotFound);
        }
        if old != new && self.nodes.contains_key(&new) {
            return Err(StorageError::Exists);
        }
        self.may_change(from)?;
        if new
            .strip_prefix(&old)
            .is_some_and(|rest| rest.starts_with('/'))
        {
            return Err(StorageError::BadName);
        }
        let is_moved = |path: &str| {
            let rest = path.strip_prefix(&old);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let moved: Vec<String> = self.nodes.keys().filter(|k| is_moved(k)).cloned().collect();
        for node in moved
            .iter()
            .filter_map(|path| self.nodes.remove(path))
            .collect::<Vec<_>>()
        {
            let mut path = to.to_string();
            path.push_str(node.path.get(old.len()..).unwrap_or_default());
            self.insert(&path, node.bytes);
            if let Some(moved) = self.nodes.get_mut(&key(&path)) {
                moved.attributes = node.attributes;
            }
        }
        Ok(Reply::Done)
    }

    /// Whether a file that is there may be written, erased or get another name.
    fn may_change(&self, path: &str) -> Result<(), StorageError> {
        let attributes = self.node(path).map(|node| node.attributes);
        match attributes.unwrap_or_default().has(Attribute::Protected) {
            true => Err(StorageError::ReadOnly),
            false => Ok(()),
        }
    }

    fn list(&self, folder: &str) -> Vec<Entry> {
        let inside = |(path, node): (&String, &Node)| {
            let rest = path.strip_prefix(&key(folder))?.strip_prefix('/')?;
            let name = node.path.rsplit('/').next()?.to_string();
            let size = node.bytes.as_ref().map_or(0, Vec::len) as u32;
            let entry = Entry {
                name,
                size,
                folder: node.bytes.is_none(),
                attributes: node.attributes,
            };
            (!rest.contains('/')).then_some(entry)
        };
        self.nodes.iter().filter_map(inside).collect()
    }

    fn free(&self) -> u64 {
        let files = self.nodes.values().filter_map(|node| node.bytes.as_ref());
        ROOM.saturating_sub(files.map(|bytes| bytes.len() as u64).sum())
    }

    fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&key(path))
    }

    fn is_folder(&self, path: &str) -> bool {
        key(path).is_empty() || self.node(path).is_some_and(|node| node.bytes.is_none())
    }

    /// Whether something may have this path: the folder is there, and the name one that such a card
    /// can keep.
    fn may_be(&self, path: &str) -> Result<(), StorageError> {
        let (folder, name) = path.rsplit_once('/').ok_or(StorageError::BadName)?;
        let bad = |c: char| c.is_control() || "\"*/:<>?\\|".contains(c);
        if name.is_empty() || name.ends_with([' ', '.']) || name.contains(bad) {
            return Err(StorageError::BadName);
        }
        if self.is_folder(folder) {
            Ok(())
        } else {
            Err(StorageError::NotFound)
        }
    }

    fn make_folders(&mut self, path: &str) {
        for (at, _) in path.match_indices('/').skip(1) {
            if self.node(&path[..at]).is_none() {
                self.insert(&path[..at], None);
            }
        }
    }

    /// A node without attributes; the name of one that is there stays as it was written.
    fn insert(&mut self, path: &str, bytes: Option<Vec<u8>>) {
        let node = self.nodes.entry(key(path)).or_insert_with(|| Node {
            path: path.into(),
            bytes: None,
            attributes: Attributes::default(),
        });
        node.bytes = bytes;
        node.attributes = Attributes::default();
    }
}

/// A path as the card tells paths apart.
fn key(path: &str) -> String {
    path.trim_end_matches('/').to_lowercase()
}
