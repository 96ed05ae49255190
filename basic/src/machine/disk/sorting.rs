//! A folder's entries on their way into their order, some at a time: thousands take longer than a
//! frame.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::files::Entry;
use crate::store::Memory;

/// Entries that are put into their order at a time, and what one costs: as much as so many bytes
/// moved.
const ENTRIES_A_STEP: usize = 8;
const ENTRY_WORK: u32 = 8192;

/// Where an entry stands: whether behind those that come first, then by its name in small letters,
/// then by its name.
type Key = (bool, String, String);

/// Entries that are to be sorted, and what was made of those that are.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::machine) struct Sorting<T> {
    left: Vec<Entry>,
    sorted: BTreeMap<Key, T>,
}

impl<T> Sorting<T> {
    pub(in crate::machine) const fn new(entries: Vec<Entry>) -> Self {
        Self {
            left: entries,
            sorted: BTreeMap::new(),
        }
    }

    /// Sorts some more: `make` says of an entry whether it stands among the first ones, and what is
    /// made of it, if anything is. Gives all when there are no more.
    pub(in crate::machine) fn go_on(
        &mut self,
        m: &mut Memory,
        mut make: impl FnMut(&Entry) -> Option<(bool, T)>,
    ) -> Option<Vec<T>> {
        m.count_work(ENTRIES_A_STEP as u32 * ENTRY_WORK);
        let some = self.left.len().saturating_sub(ENTRIES_A_STEP);
        for entry in self.left.drain(some..) {
            if let Some((first, made)) = make(&entry) {
                let key = (!first, entry.name.to_lowercase(), entry.name);
                self.sorted.insert(key, made);
            }
        }
        let all = self.left.is_empty();
        all.then(|| core::mem::take(&mut self.sorted).into_values().collect())
    }
}
