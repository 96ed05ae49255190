//! Files: none yet.

use basic::seam::Storage;

use super::PiHost;

impl Storage for PiHost<'_> {}
