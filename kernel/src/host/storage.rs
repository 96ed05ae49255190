//! Files: on the SD card. Requests go over a desk to whoever works with it, so nothing waits here.

use core::task::Poll;

use basic::files::{Answer, Request};
use basic::seam::Storage;

use super::PiHost;

impl Storage for PiHost<'_> {
    fn poll_file(&mut self, request: &Request) -> Poll<Answer> {
        self.desk.poll(request)
    }
}
