//! A card in memory, which can be pulled out, can fail, and remembers in which order it was written.

use std::collections::BTreeMap;
use std::sync::Arc;

use resident_fat::{BLOCK_SIZE, BlockDevice};

use super::{Card, CardError};

type Sector = [u8; BLOCK_SIZE];

/// The card.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    /// What it held at first.
    image: Arc<Vec<u8>>,
    /// What was written since.
    written: BTreeMap<u64, Sector>,
    /// Every sector written, in order.
    pub(crate) log: Vec<(u64, Sector)>,
    /// It is in its slot.
    pub(crate) there: bool,
    /// It has been made ready since it came.
    ready: bool,
    /// Commands until it is pulled out.
    pub(crate) commands_left: Option<usize>,
    /// A sector that cannot be read or written.
    pub(crate) bad: Option<u64>,
    /// Commands, and sectors they moved.
    pub(crate) moved: [usize; 2],
}

impl Simulated {
    /// A card with this image.
    pub(crate) fn new(image: Vec<u8>) -> Self {
        Self {
            image: Arc::new(image),
            written: BTreeMap::new(),
            log: Vec::new(),
            there: true,
            ready: false,
            commands_left: None,
            bad: None,
            moved: [0; 2],
        }
    }

    /// The same card, had the power gone after it wrote so many sectors of its log.
    pub(crate) fn cut(&self, sectors: usize) -> Self {
        let mut card = Self {
            written: BTreeMap::new(),
            log: Vec::new(),
            ready: false,
            ..self.clone()
        };
        card.written.extend(self.log[..sectors].iter().copied());
        card
    }

    /// Its contents become what it was made of; the log begins anew.
    pub(crate) fn settle(&mut self) {
        self.image = Arc::new(self.bytes());
        self.written.clear();
        self.log.clear();
        self.moved = [0; 2];
    }

    /// Everything on it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::clone(&self.image);
        for (place, sector) in &self.written {
            bytes[*place as usize * BLOCK_SIZE..][..BLOCK_SIZE].copy_from_slice(sector);
        }
        bytes
    }

    /// Changes a byte of what it holds.
    pub(crate) fn damage(&mut self, place: usize, byte: u8) {
        Arc::make_mut(&mut self.image)[place] = byte;
    }

    /// A command on so many sectors.
    fn command(&mut self, start: u64, length: usize) -> Result<(), CardError> {
        if let Some(left) = &mut self.commands_left {
            if *left == 0 {
                self.there = false;
            }
            *left = left.saturating_sub(1);
        }
        if !self.there {
            self.ready = false;
            return Err(CardError::Absent);
        }
        let sectors = length / BLOCK_SIZE;
        assert!(sectors > 0 && length.is_multiple_of(BLOCK_SIZE));
        self.moved[0] += 1;
        self.moved[1] += sectors;
        let end = start + sectors as u64;
        let is_bad = self.bad.is_some_and(|bad| (start..end).contains(&bad));
        if is_bad || end as usize * BLOCK_SIZE > self.image.len() {
            return Err(CardError::Failed);
        }
        Ok(())
    }
}

impl BlockDevice for Simulated {
    type Error = CardError;

    fn read(&mut self, start: u64, sectors: &mut [u8]) -> Result<(), CardError> {
        self.command(start, sectors.len())?;
        let from = start as usize * BLOCK_SIZE;
        sectors.copy_from_slice(&self.image[from..from + sectors.len()]);
        for (place, sector) in sectors.chunks_exact_mut(BLOCK_SIZE).enumerate() {
            if let Some(written) = self.written.get(&(start + place as u64)) {
                sector.copy_from_slice(written);
            }
        }
        Ok(())
    }

    fn write(&mut self, start: u64, sectors: &[u8]) -> Result<(), CardError> {
        self.command(start, sectors.len())?;
        for (place, sector) in sectors.as_chunks().0.iter().enumerate() {
            self.written.insert(start + place as u64, *sector);
            self.log.push((start + place as u64, *sector));
        }
        Ok(())
    }

    fn block_count(&mut self) -> Result<Option<u64>, CardError> {
        Ok(Some((self.image.len() / BLOCK_SIZE) as u64))
    }
}

impl Card for Simulated {
    fn ready(&mut self) -> Result<bool, CardError> {
        if !self.there {
            self.ready = false;
            return Err(CardError::Absent);
        }
        Ok(!std::mem::replace(&mut self.ready, true))
    }
}
