//! A real Bluetooth radio and the computer around it: btleplug on a runtime with a thread of its own.
//!
//! Effects go in, events come out; every operation is answered exactly once, or its link goes down. It decides
//! nothing: no retry, no deadline of a flow, no meaning of an answer. What a platform lacks is
//! [`Failure::Unsupported`](rescue_core::event::Failure::Unsupported).

mod failure;
mod link;
mod scan;
mod stack;
#[cfg_attr(target_os = "linux", path = "system/bluez.rs")]
#[cfg_attr(not(target_os = "linux"), path = "system/plain.rs")]
mod system;
mod trouble;
mod worker;

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rescue_core::effect::Effect;
use rescue_core::event::{Event, Failure, OpId, Value};
use tokio::runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

pub(crate) use self::trouble::{Block, Trouble};
use self::worker::Worker;

/// The computer's Bluetooth. Dropping it closes every link and waits until that is done.
#[derive(Debug)]
pub(crate) struct Bluetooth {
    orders: Option<UnboundedSender<Effect>>,
    happened: Receiver<Event>,
    trouble: Arc<Mutex<Option<Trouble>>>,
    thread: Option<JoinHandle<()>>,
}

impl Bluetooth {
    /// Starts the radio's thread; nothing is looked for yet. `adapter` names one of several (`hci1`), else the first
    /// that is on is taken.
    pub(crate) fn start(adapter: Option<String>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (orders, ordered) = unbounded_channel();
        let (teller, happened) = mpsc::channel();
        let trouble = Arc::new(Mutex::new(None));
        let worker = Worker::new(adapter, Teller(teller), Arc::clone(&trouble));
        let work = move || runtime.block_on(worker.run(ordered));
        let thread = thread::Builder::new().name("bluetooth".to_owned()).spawn(work)?;
        Ok(Self { orders: Some(orders), happened, trouble, thread: Some(thread) })
    }

    /// Starts what was asked for; takes radio and phone effects, others are not its business.
    pub(crate) fn perform(&self, effect: &Effect) {
        if let Some(orders) = &self.orders {
            // A thread that is gone has panicked; the flow's deadlines then end it.
            drop(orders.send(effect.clone()));
        }
    }

    /// What has happened and was not told yet, in order.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.happened.try_iter().collect()
    }

    /// Why Bluetooth cannot be used at present, if it cannot.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Bluetooth {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Tells what happened.
#[derive(Clone, Debug)]
struct Teller(Sender<Event>);

impl Teller {
    fn tell(&self, event: Event) {
        // Nobody listens any more when the radio is being dropped.
        drop(self.0.send(event));
    }

    fn answer(&self, op: OpId, answer: Result<Value, Failure>) {
        self.tell(match answer {
            Ok(value) => Event::Done { op, value },
            Err(failure) => Event::Failed { op, failure },
        });
    }
}
