//! The radio's thread: takes orders one after the other and hands news to whom they concern. What takes long (a link,
//! reporting what is heard) runs beside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rescue_core::PeerId;
use rescue_core::effect::{Effect, Phone, Radio};
use rescue_core::event::{
    Adapter, Bond, Event, Failure, Holders, OpId, Permission, PermissionKind, PhoneFacts, Value,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use super::Teller;
use super::failure::{TIMED_OUT, failure};
use super::link::{self, Link};
use super::scan::Reporter;
use super::stack::{News, Scan, Stack};
use super::system::System;
use super::trouble::{Block, Trouble};

/// A system that works answers much sooner.
const OPENING: Duration = Duration::from_secs(5);
/// At the end, links have this long to be closed.
const CLOSING: Duration = Duration::from_secs(5);

pub(super) struct Worker {
    wanted: Option<String>,
    teller: Teller,
    trouble: Arc<Mutex<Option<Trouble>>>,
    stack: Option<Arc<Stack>>,
    /// Bluetooth could be used before.
    was_there: bool,
    news: (UnboundedSender<News>, UnboundedReceiver<News>),
    links: HashMap<OpId, Link>,
    scanning: Option<(Reporter, Scan)>,
}

impl Worker {
    pub(super) fn new(wanted: Option<String>, teller: Teller, trouble: Arc<Mutex<Option<Trouble>>>) -> Self {
        Self {
            wanted,
            teller,
            trouble,
            stack: None,
            was_there: false,
            news: unbounded_channel(),
            links: HashMap::new(),
            scanning: None,
        }
    }

    /// Works until nobody can give orders any more, then closes what is open.
    pub(super) async fn run(mut self, mut orders: UnboundedReceiver<Effect>) {
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Effect::Radio(radio)) => self.radio(radio).await,
                    Some(Effect::Phone(phone)) => self.phone(phone).await,
                    Some(Effect::Store(_) | Effect::Person(_)) => {}
                    None => break,
                },
                Some(news) = self.news.1.recv() => self.hear(news),
            }
        }
        self.stop_scan().await;
        for (_, link) in self.links.drain() {
            link.close();
            drop(timeout(CLOSING, link.ended()).await);
        }
    }

    // --- radio

    async fn radio(&mut self, radio: Radio) {
        self.links.retain(|_, link| !link.is_over());
        match radio {
            Radio::StartScan { op } => {
                let started = self.start_scan().await;
                self.teller.answer(op, started.map(|()| Value::Nothing));
            }
            Radio::StopScan => self.stop_scan().await,
            Radio::Connect { op, peer } => self.connect(op, peer).await,
            Radio::Close { link } => {
                if let Some(link) = self.links.get(&link) {
                    link.close();
                }
            }
            // The operating system has settled the length of packets by itself.
            Radio::RequestMtu { op, link, mtu: _ } => self.operate(link, op, link::Operation::Mtu),
            Radio::Discover { op, link } => self.operate(link, op, link::Operation::Discover),
            Radio::ClearCache { op, link } => self.operate(link, op, link::Operation::ClearCache),
            Radio::Read { op, link, characteristic } => {
                self.operate(link, op, link::Operation::Read(characteristic));
            }
            Radio::Write { op, link, characteristic, value, with_response } => {
                self.operate(link, op, link::Operation::Write { characteristic, value, with_response });
            }
            Radio::Subscribe { op, link, characteristic } => {
                self.operate(link, op, link::Operation::Subscribe(characteristic));
            }
        }
    }

    async fn start_scan(&mut self) -> Result<(), Failure> {
        let stack = self.stack().await.ok_or(Failure::Missing)?;
        self.stop_scan().await;
        if stack.power().await != Adapter::On {
            return Err(Failure::BluetoothOff);
        }
        let started = match timeout(OPENING, stack.scan()).await {
            Ok(started) => started.map_err(|error| failure(&error)),
            Err(_) => Err(Failure::Status(TIMED_OUT)),
        };
        let started =
            started.map(|scan| self.scanning = Some((Reporter::start(stack, self.teller.clone()), scan)));
        if started == Err(Failure::Denied) {
            self.is_in(Some(Trouble::NotAllowed));
        } else if started == Err(Failure::Status(TIMED_OUT)) {
            self.is_in(Some(Trouble::Silent));
        }
        started
    }

    async fn stop_scan(&mut self) {
        if let Some((_, scan)) = self.scanning.take() {
            scan.stop().await;
        }
    }

    async fn connect(&mut self, op: OpId, peer: PeerId) {
        match self.stack().await {
            Some(stack) => {
                self.links.insert(op, Link::begin(op, peer, stack, self.teller.clone()));
            }
            None => self.teller.answer(op, Err(Failure::Missing)),
        }
    }

    fn operate(&self, link: OpId, op: OpId, operation: link::Operation) {
        // A link that is gone was told of, or core closed it itself: the answer is only for the record.
        let started = self.links.get(&link).is_some_and(|link| link.operate(op, operation));
        if !started {
            self.teller.answer(op, Err(Failure::Missing));
        }
    }

    // --- the computer

    async fn phone(&mut self, phone: Phone) {
        match phone {
            Phone::Facts { op } | Phone::AskPermission { op } => {
                let facts = self.facts().await;
                self.teller.answer(op, Ok(Value::Facts(facts)));
            }
            Phone::AskBluetooth { op } => {
                let switched = match self.stack().await {
                    Some(stack) => stack.system.switch_on().await,
                    None => Err(Failure::Missing),
                };
                let facts = self.facts().await;
                if switched.is_err() && self.is_in_trouble(&Trouble::Off(Block::None)) {
                    self.is_in(Some(Trouble::Off(Block::Unknown)));
                }
                self.teller.answer(op, switched.map(|()| Value::Facts(facts)));
            }
            Phone::Bond { op, peer } => {
                let bond = match self.stack().await {
                    Some(stack) => stack.system.bond(&peer).await,
                    None => Err(Failure::Missing),
                };
                self.teller.answer(op, bond.map(Value::Bond));
            }
            Phone::RemoveBond { op, peer } => {
                let removed = match self.stack().await {
                    Some(stack) => stack.system.forget(&peer).await,
                    None => Err(Failure::Missing),
                };
                let gone = removed.is_ok();
                self.teller.answer(op, removed.map(|()| Value::Nothing));
                if gone {
                    self.teller.tell(Event::BondChanged { peer, state: Bond::None });
                }
            }
            Phone::CancelBond { op, peer } => {
                let cancelled = match self.stack().await {
                    Some(stack) => stack.system.cancel_pairing(&peer).await,
                    None => Err(Failure::Missing),
                };
                self.teller.answer(op, cancelled.map(|()| Value::Nothing));
            }
            Phone::Holders { op } => {
                let connected = match self.stack().await {
                    Some(stack) => stack.connected().await,
                    None => Vec::new(),
                };
                self.teller.answer(op, Ok(Value::Holders(Holders { connected, apps: Vec::new() })));
            }
            // A program in a terminal cannot open a settings page; the person is back at once and answers for it.
            Phone::OpenSettings(_) => self.teller.tell(Event::Resumed),
        }
    }

    async fn facts(&mut self) -> PhoneFacts {
        let adapter = match self.stack().await {
            Some(stack) => stack.power().await,
            None => Adapter::Missing,
        };
        match adapter {
            Adapter::On => self.is_in(None),
            // What was found out when it did not go on stays true.
            Adapter::Off if self.is_in_trouble(&Trouble::Off(Block::Unknown)) => {}
            Adapter::Off => self.is_in(Some(Trouble::Off(System::block()))),
            // Opening it has said why.
            Adapter::Missing => {}
        }
        PhoneFacts {
            adapter,
            permission: Permission::Granted,
            permission_kind: PermissionKind::Nothing,
            location_switch: None,
        }
    }

    /// The Bluetooth stack, opened when it is first needed, and anew after it was gone.
    async fn stack(&mut self) -> Option<Arc<Stack>> {
        if self.stack.is_none() {
            let opening = Stack::open(self.wanted.as_deref(), self.news.0.clone());
            match timeout(OPENING, opening).await.unwrap_or(Err(Trouble::Silent)) {
                Ok(stack) => {
                    self.was_there = true;
                    self.stack = Some(Arc::new(stack));
                }
                Err(Trouble::NoAdapter | Trouble::NoSuchAdapter { .. }) if self.was_there => {
                    self.is_in(Some(Trouble::Gone));
                }
                Err(trouble) => self.is_in(Some(trouble)),
            }
        }
        self.stack.clone()
    }

    fn is_in_trouble(&self, trouble: &Trouble) -> bool {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(trouble)
    }

    fn is_in(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Heard(id) => {
                if let Some((reporter, _)) = &self.scanning {
                    reporter.heard(id);
                }
            }
            News::Disconnected(id) => {
                for link in self.links.values() {
                    link.disconnected(&id);
                }
            }
            News::Power(on) => {
                self.teller.tell(Event::Adapter(if on { Adapter::On } else { Adapter::Off }));
            }
            News::Gone => {
                if self.stack.take().is_some() {
                    self.scanning = None;
                    for link in self.links.values() {
                        link.stack_gone();
                    }
                    self.teller.tell(Event::Adapter(Adapter::Missing));
                }
            }
        }
    }
}
