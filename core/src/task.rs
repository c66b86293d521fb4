//! The tiny executor: polls one flow with a no-op waker, on the caller's thread, until it waits.
//!
//! There is no runtime and nothing is concurrent: `async` is how the compiler writes our state machines.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A flow that is under way.
pub(crate) struct Task<T> {
    flow: Pin<Box<dyn Future<Output = T> + Send>>,
}

/// What polling came to.
pub(crate) enum Progress<T> {
    /// It waits for something.
    Waits,
    /// It is done.
    Done(T),
    /// It panicked; what the panic said.
    Panicked(String),
}

impl<T> Task<T> {
    pub(crate) fn new(flow: impl Future<Output = T> + Send + 'static) -> Self {
        Self { flow: Box::pin(flow) }
    }

    /// Goes on until the flow waits or ends. After anything but [`Progress::Waits`] the task must be dropped.
    pub(crate) fn poll(&mut self) -> Progress<T> {
        let mut context = Context::from_waker(Waker::noop());
        let flow = self.flow.as_mut();
        match catch_unwind(AssertUnwindSafe(|| flow.poll(&mut context))) {
            Ok(Poll::Pending) => Progress::Waits,
            Ok(Poll::Ready(value)) => Progress::Done(value),
            Err(panic) => Progress::Panicked(said(panic.as_ref())),
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}
