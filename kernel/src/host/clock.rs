//! Time since the kernel was entered.

use basic::seam::{Clock, Micros};

use super::PiHost;
use crate::arch::time;

impl Clock for PiHost<'_> {
    fn now(&mut self) -> Micros {
        time::now()
    }
}
