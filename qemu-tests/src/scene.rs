//! Cases of scenarios, played on this computer first.

use basic::scenario::{Case, Player};

use crate::{Failure, Result};

/// A case with what the machine on this computer has made of it.
#[derive(Debug)]
pub struct Scene {
    /// The case.
    pub case: Case,
    /// The machine and what its console has said.
    pub player: Player,
    /// How much the console had said before the first step, and after each.
    pub marks: Vec<usize>,
}

impl Scene {
    /// Plays a case.
    ///
    /// # Errors
    /// When an expectation of the case is not met.
    pub fn play(case: Case) -> Result<Self> {
        let fails = |problem: basic::scenario::Problem| {
            Failure::new(format!(
                "`{}` fails on this computer, in its line {}: {}",
                case.name, problem.line, problem.text
            ))
        };
        let mut player = Player::new(case.setup).map_err(fails)?;
        let mut marks = vec![player.console().len()];
        for step in &case.steps {
            player.play(step).map_err(fails)?;
            marks.push(player.console().len());
        }
        Ok(Self {
            case,
            player,
            marks,
        })
    }
}
