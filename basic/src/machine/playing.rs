//! Sounds that last: BEEP and PLAY.

use alloc::boxed::Box;

use super::{Activity, Fuel, Machine, Pause};
use crate::play::{Play, Progress};
use crate::report::Report;
use crate::sound::{Micros, SoundCommand};

/// PLAY at work, and when it began.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Playing {
    began: Micros,
    play: Box<Play>,
    /// Steps left that cost no fuel.
    free_steps: u8,
}

/// Steps of PLAY for a unit of fuel: what is fuel to a host that counts it as time is short beside
/// the notes, which last as long as they should.
const STEPS: u8 = 64;

impl Machine {
    /// A sound of the beeper ends by itself, or by BREAK.
    pub(super) fn step_sound(&mut self, until: Micros) -> Option<Pause> {
        if self.now < until {
            if !self.sys.keys.break_held() {
                return Some(Pause::Idle(Some(until)));
            }
            self.sys.sounds.push((self.now, SoundCommand::Hush));
        }
        self.activities.pop();
        self.notice_break();
        self.break_after_wait();
        None
    }

    /// Nobody looked at the keyboard during a sound. If BREAK ended it, its key is seen before the
    /// report is: it must not type as well. ROM: the HALT of `MAIN-4` 1303.
    fn notice_break(&mut self) {
        if self.sys.keys.break_held() {
            self.sys.keys.notice(&mut self.sys.memory);
        }
    }

    /// PLAY begins.
    pub(super) fn begin_play(&mut self) {
        if let Some(play) = self.exec.take_tune() {
            self.activities.push(Activity::Play(Playing {
                began: self.now,
                play: Box::new(play),
                free_steps: STEPS,
            }));
        }
    }

    /// PLAY goes on as far as its time has come.
    ///
    /// BREAK ends it at once; the ROM looks for it between the commands of a string only.
    pub(super) fn step_play(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        let Some(Activity::Play(playing)) = self.activities.last_mut() else {
            return None;
        };
        let (model, began) = (self.sys.model, playing.began);
        let play = &mut playing.play;
        let broken = self.sys.keys.break_held();
        let result = if broken {
            play.silence();
            Err(Report::BreakIntoProgram)
        } else {
            let due = began.saturating_add(model.micros(play.now()));
            if due > self.now {
                return Some(Pause::Idle(Some(due)));
            }
            match playing.free_steps.checked_sub(1) {
                Some(left) => playing.free_steps = left,
                None => {
                    playing.free_steps = STEPS;
                    *fuel = fuel.saturating_sub(1);
                }
            }
            play.step(&self.sys.memory)
        };
        for (at, command) in play.take_sent() {
            let at = began.saturating_add(model.micros(at));
            // What BREAK silences it silences now.
            let at = if broken { self.now } else { at };
            self.sys.played(at, command);
        }
        match result {
            Ok(Progress::Goes) => {}
            Ok(Progress::Ended) => {
                self.activities.pop();
            }
            Err(report) => {
                self.notice_break();
                self.sys.keys.clear_break();
                self.finish(report);
            }
        }
        None
    }
}
