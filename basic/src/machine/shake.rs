//! Everything that can move is moved, for tests: nothing may keep an address or a place in the
//! code longer than it holds.

use super::{Activity, Machine};
use crate::channel::CHANNEL_AREA;
use crate::store::areas;
use crate::store::sysvars as s;

impl Machine {
    /// Between two statements, and while a line is typed: moves all areas from the channels on so
    /// that the channels lie `gap` bytes above their place (as an extension of the ROM moves them),
    /// and drops all code and all places of variables. In the midst of a statement nothing
    /// happens. Says whether something did.
    pub fn shake(&mut self, gap: u32) -> bool {
        let (between, running) = match self.activities.last() {
            Some(Activity::Edit | Activity::Full { .. }) => (true, false),
            Some(Activity::Run) => (self.exec.is_between(), true),
            Some(Activity::Pause(_) | Activity::Sound(_)) => (self.exec.is_between(), true),
            _ => (false, false),
        };
        let channels = self.sys.pointer(s::CHANS);
        let Some(now) = channels.checked_sub(CHANNEL_AREA).filter(|_| between) else {
            return false;
        };
        let ahead = self.exec.ahead(&self.sys.memory, None);
        let m = &mut self.sys.memory;
        let moved = if gap > now {
            areas::make_room(m, channels, gap - now)
        } else {
            areas::reclaim(m, CHANNEL_AREA + gap, now - gap);
            Ok(())
        };
        if moved.is_err() {
            return false;
        }
        self.exec.drop_code();
        if running {
            self.exec.go_on_at(&self.sys, ahead);
        }
        true
    }
}
