//! Where a request lies until it is done: the machine's host puts it there and asks for the
//! answer, whoever works with the card takes it and leaves the answer.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::task::Poll;

use basic::files::{Answer, Request};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A look at the card.
    Look,
    /// What the machine asked for.
    Request(Request),
}

#[derive(Debug)]
enum State {
    Free,
    Waiting(Job),
    InWork,
    Answered(Answer),
}

/// The desk: all clones are the same one.
#[derive(Clone, Debug)]
pub struct Desk(Rc<RefCell<State>>);

impl Desk {
    /// A desk with the first job on it: a look at the card.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(RefCell::new(State::Waiting(Job::Look))))
    }

    /// Puts a request there, or takes its answer: asked with the same one until it is ready.
    pub fn poll(&self, request: &Request) -> Poll<Answer> {
        let state = &mut *self.0.borrow_mut();
        match core::mem::replace(state, State::Free) {
            State::Answered(answer) => return Poll::Ready(answer),
            State::Free => *state = State::Waiting(Job::Request(request.clone())),
            other => *state = other,
        }
        Poll::Pending
    }

    /// Whether there is nothing to do, and nothing to tell.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(*self.0.borrow(), State::Free)
    }

    /// Whether there is something to be begun or to go on with.
    #[must_use]
    pub fn has_work(&self) -> bool {
        matches!(*self.0.borrow(), State::Waiting(_) | State::InWork)
    }

    /// Takes what is to be done.
    #[must_use]
    pub fn take(&self) -> Option<Job> {
        let state = &mut *self.0.borrow_mut();
        match core::mem::replace(state, State::InWork) {
            State::Waiting(job) => Some(job),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Leaves the answer to the job that was taken; a look has none.
    pub fn done(&self, answer: Option<Answer>) {
        *self.0.borrow_mut() = answer.map_or(State::Free, State::Answered);
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basic::files::Reply;

    #[test]
    fn a_request_waits_for_the_look_and_then_for_its_answer() {
        let desk = Desk::new();
        let request = Request::List("/".into());
        assert!(desk.has_work());
        assert_eq!(desk.poll(&request), Poll::Pending);
        assert_eq!(desk.take(), Some(Job::Look));
        assert_eq!((desk.take(), desk.has_work()), (None, true));
        assert_eq!(desk.poll(&request), Poll::Pending);
        desk.done(None);
        assert!(desk.is_free() && !desk.has_work());
        assert_eq!(desk.poll(&request), Poll::Pending);
        assert_eq!(desk.take(), Some(Job::Request(request.clone())));
        assert_eq!(desk.poll(&request), Poll::Pending);
        desk.done(Some(Ok(Reply::Done)));
        assert!(!desk.is_free() && !desk.has_work());
        assert_eq!(desk.poll(&request), Poll::Ready(Ok(Reply::Done)));
        assert!(desk.is_free());
    }
}
