//! One connection to a band: one GATT operation in flight, retries, time-outs, lost links, a stale cache.
//!
//! A link that is dropped is closed. An operation that timed out closes its link, so that a late answer harms
//! nobody. Opening asks the person when a phone holds the band, and Bluetooth on when it went off.

use crate::address::PeerId;
use crate::band::{Speech, Target};
use crate::cx::{Cx, Deadline, Late, Stop};
use crate::effect::{Effect, Radio};
use crate::event::{Adapter, CharacteristicId, Choice, Failure, GattService, OpId, Value};
use crate::outcome::{End, Evidence};
use crate::payload::Payload;
use crate::phone;
use crate::report::status_name;
use crate::scan::Scan;
use crate::time::Millis;
use crate::view::{Question, StepSeen};
use crate::wire::gatt;

/// Android gives up connecting after 30 s.
const CONNECT: Millis = Millis::secs(35);
/// A band that has just been heard is connected within a second or two.
const BRIEFLY: Millis = Millis::secs(8);
/// A failure before this is a fault of the radio and worth a quick retry; after it, the band is not there.
const CONNECT_FAULT: Millis = Millis::secs(20);
/// Pauses before the next try; Android needs some after closing a link.
const PAUSES: [Millis; 3] = [Millis(500), Millis(1500), Millis(3000)];
/// How often the person is asked to free the band before the flow gives up.
const HOLDER_ROUNDS: u32 = 3;
/// How often it is tried anew where the radio calls Bluetooth off and the phone calls it on.
const OFF_ROUNDS: u32 = 3;
/// Looking for a band that was seen before.
const LOOK: Millis = Millis::secs(20);
/// Looking whether a band says that it is held.
const GLANCE: Millis = Millis::secs(3);
const DISCOVERY: Millis = Millis::secs(20);
/// Before discovering on a link without a bond.
const BEFORE_DISCOVERY: Millis = Millis(300);
/// After clearing the cache, first and second try: the call has no completion of its own.
const AFTER_CLEARING: [Millis; 2] = [Millis(500), Millis(1500)];
/// The MTU that is asked for, so that a message may go in one packet either way; some phones agree on more by
/// themselves, which is not used.
const MTU: u16 = 247;
/// What every link has.
const LEAST_MTU: u16 = 23;
/// One read, write or subscription.
const OPERATION: Millis = Millis::secs(10);

/// The status of a link that this phone closed; also when its Bluetooth went off.
pub(crate) const CLOSED_HERE: u16 = 22;

/// Why an operation on a link failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkError {
    /// The link went down, or was down already.
    Lost {
        /// The platform's status.
        status: u16,
    },
    /// No answer in time; the link was closed.
    Late,
    /// The operation failed, the link may still be up.
    Failed(Failure),
}

/// A connection to the target band, or the chance of one: [`Link::ensure_open`] makes a lost one anew.
pub(crate) struct Link<'a> {
    cx: &'a Cx,
    target: Target,
    open: Option<Open>,
    /// How long connecting may take.
    patience: Millis,
    /// The service table was doubted already.
    doubted: bool,
}

#[derive(Clone, Debug)]
struct Open {
    id: OpId,
    up_at: Millis,
    services: Vec<GattService>,
    speech: Option<Speech>,
    /// Characteristics whose notifications are on.
    listening: Vec<CharacteristicId>,
    /// What phone and band agreed on; `None`: they were not asked.
    mtu: Option<u16>,
}

impl<'a> Link<'a> {
    /// Connects to the target and learns its services.
    pub(crate) async fn open(cx: &'a Cx, target: &Target) -> Result<Self, Stop> {
        let mut link = Self { cx, target: target.clone(), open: None, patience: CONNECT, doubted: false };
        link.connect().await?;
        Ok(link)
    }

    /// Makes the connection anew if it was lost. Subscriptions are then gone. Says whether it was made anew.
    pub(crate) async fn ensure_open(&mut self) -> Result<bool, Stop> {
        if self.is_up() {
            return Ok(false);
        }
        self.connect().await?;
        Ok(true)
    }

    /// The flow that has the link.
    pub(crate) const fn cx(&self) -> &'a Cx {
        self.cx
    }

    /// The band it leads to.
    pub(crate) const fn target(&self) -> &Target {
        &self.target
    }

    /// When the connection came up.
    pub(crate) fn up_at(&self) -> Millis {
        self.open.as_ref().map_or_else(|| self.cx.now(), |open| open.up_at)
    }

    /// Whether the connection is up, as far as is known.
    pub(crate) fn is_up(&self) -> bool {
        self.open.as_ref().is_some_and(|open| lost(&self.cx.lock().inbox, open.id).is_none())
    }

    /// Gives the connection back. Android needs a moment before the next one.
    pub(crate) fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.cx.emit(Effect::Radio(Radio::Close { link: open.id }));
            let mut shared = self.cx.lock();
            shared.inbox.close_link(open.id);
            shared.inbox.let_go(&self.target.peer);
        }
    }

    // --- connecting

    async fn connect(&mut self) -> Result<(), Stop> {
        let cx = self.cx;
        self.close();
        let mut holder_rounds = 0;
        let mut off_rounds = 0;
        let mut tries = 0;
        loop {
            phone::ready(cx).await?;
            if says_it_is_held(cx, &self.target.peer) {
                cx.saw(Evidence::NotConnectable);
                ask_to_free(cx, &self.target, &mut holder_rounds, false).await?;
                glance(cx, &self.target.peer).await?;
                continue;
            }
            tries += 1;
            let started = cx.now();
            let failure = match self.try_once().await {
                Ok(()) => {
                    cx.step_seen(StepSeen::Connected { tries });
                    return Ok(());
                }
                Err(TryError::Radio(failure)) => failure,
                Err(TryError::NotOurs) => return Err(Stop(End::NotSupported)),
            };
            let quick = cx.now() - started < CONNECT_FAULT;
            match PAUSES.get(tries as usize - 1) {
                Some(pause) if quick => {
                    cx.pause(*pause, "the radio recovers after a failed connection").await
                }
                // The radio says so, while the phone says that it is on.
                Some(_) | None if failure == Failure::BluetoothOff => {
                    off_rounds += 1;
                    if off_rounds == OFF_ROUNDS {
                        return Err(Stop(End::NoBluetooth));
                    }
                    tries = 0;
                }
                Some(_) | None => {
                    self.find_out_why(&mut holder_rounds).await?;
                    tries = 0;
                }
            }
        }
    }

    /// Connecting failed for good: is somebody holding the band, or is it gone?
    async fn find_out_why(&self, holder_rounds: &mut u32) -> Result<(), Stop> {
        let cx = self.cx;
        let heard = glance(cx, &self.target.peer).await?;
        if heard && says_it_is_held(cx, &self.target.peer) {
            return Ok(());
        }
        let here = phone::holders(cx).await.connected.contains(&self.target.peer);
        if here {
            cx.saw(Evidence::ConnectedOnThisPhone);
            return ask_to_free(cx, &self.target, holder_rounds, true).await;
        }
        *holder_rounds += 1;
        match (heard, *holder_rounds) {
            (false, 2..) => Err(Stop(End::NotSeen)),
            (true, 2..) => Err(Stop(End::NoAnswer)),
            (_, _) => Ok(()),
        }
    }

    async fn try_once(&mut self) -> Result<(), TryError> {
        let cx = self.cx;
        let mut fallback_reconnect = true;
        loop {
            let services = self.try_connect().await.map_err(TryError::Radio)?;
            let Some(services) = self.fresh(services).await.map_err(TryError::Radio)? else {
                self.close();
                if !fallback_reconnect {
                    cx.note("the service table is not that of a band of this family");
                    return Err(TryError::NotOurs);
                }
                fallback_reconnect = false;
                cx.pause(Millis(1000), "the phone drops its cached services after a link").await;
                continue;
            };
            if let Some(open) = &mut self.open {
                open.speech = Speech::of(&services);
                open.services = services;
            }
            return Ok(());
        }
    }

    async fn try_connect(&mut self) -> Result<Vec<GattService>, Failure> {
        let cx = self.cx;
        let peer = self.target.peer.clone();
        let mut started = None;
        let operation = cx.start(|op| {
            started = Some(op);
            Effect::Radio(Radio::Connect { op, peer })
        });
        let id = operation.op;
        cx.lock().inbox.open_link(id);
        self.open = Some(Open {
            id,
            up_at: cx.now(),
            services: Vec::new(),
            speech: None,
            listening: Vec::new(),
            mtu: None,
        });
        let answer = self.answer(operation.op, cx.within(self.patience, "connecting")).await;
        drop(operation);
        if let Err(error) = answer {
            let failure = match error {
                LinkError::Failed(failure) => failure,
                LinkError::Lost { status } => Failure::Status(status),
                LinkError::Late => Failure::Status(147),
            };
            cx.note(format!("connecting failed: {}", failure_name(failure)));
            self.close();
            return Err(failure);
        }
        if let Some(open) = &mut self.open {
            open.up_at = cx.now();
        }
        cx.note("connected");
        cx.pause(BEFORE_DISCOVERY, "Android is not ready to discover at once").await;
        self.discover().await
    }

    async fn discover(&mut self) -> Result<Vec<GattService>, Failure> {
        let found = self.operate(DISCOVERY, |op, link| Radio::Discover { op, link }).await;
        match found {
            Ok(Value::Services(services)) => Ok(services),
            Ok(_) => Ok(Vec::new()),
            Err(error) => {
                self.cx.note(format!("discovering services failed: {error:?}"));
                self.close();
                Err(match error {
                    LinkError::Failed(failure) => failure,
                    LinkError::Lost { status } => Failure::Status(status),
                    LinkError::Late => Failure::Status(8),
                })
            }
        }
    }

    /// A service table with what every band of this family has; if it lacks that, the phone's cache may be old:
    /// it is cleared and the table read anew. `None`: still without.
    async fn fresh(&mut self, mut services: Vec<GattService>) -> Result<Option<Vec<GattService>>, Failure> {
        for pause in AFTER_CLEARING {
            if self.fits(&services) {
                return Ok(Some(services));
            }
            self.cx.note("the service table is not that of this band: clearing the phone's cache of it");
            let cleared = self.clear_cache().await;
            if cleared.is_err() {
                self.cx.note(format!("the cache could not be cleared: {cleared:?}"));
                return Ok(None);
            }
            self.cx.pause(pause, "clearing the cache has no end that is told").await;
            services = self.discover().await?;
        }
        Ok(self.fits(&services).then_some(services))
    }

    /// Doubts a service table that fits, once: it may be the phone's, from before the band got a newer firmware. The cache
    /// is cleared and the table read on a new connection, where phones without that call look anew. Says whether the band
    /// speaks otherwise than it seemed.
    pub(crate) async fn doubt_the_table(&mut self) -> Result<bool, LinkError> {
        if std::mem::replace(&mut self.doubted, true) {
            return Ok(false);
        }
        let before = self.speech();
        self.cx.note("the phone's service table may be older than the band's firmware: reading it anew");
        match self.operate(OPERATION, |op, link| Radio::ClearCache { op, link }).await {
            Ok(_) => {}
            Err(LinkError::Failed(failure)) => {
                self.cx.note(format!("the cache could not be cleared: {}", failure_name(failure)));
            }
            Err(error) => return Err(error),
        }
        self.close();
        self.cx.pause(Millis(1000), "the phone drops its cached services after a link").await;
        self.try_once().await.map_err(|_| LinkError::Lost { status: 0 })?;
        Ok(self.speech() != before)
    }

    fn fits(&self, services: &[GattService]) -> bool {
        let family = self.target.model.row().family;
        Speech::of(services).is_some_and(|speech| speech.family() == family)
    }

    // --- operations

    /// Whether the band has a characteristic.
    pub(crate) fn has(&self, characteristic: CharacteristicId) -> bool {
        self.open.as_ref().is_some_and(|open| has(&open.services, characteristic))
    }

    /// Asks for longer packets, once a connection. What comes of it is up to phone and band; where they do not tell, the
    /// smallest MTU is taken.
    pub(crate) async fn widen(&mut self) -> Result<(), LinkError> {
        if self.open.as_ref().is_some_and(|open| open.mtu.is_some()) {
            return Ok(());
        }
        let agreed = match self.operate(OPERATION, |op, link| Radio::RequestMtu { op, link, mtu: MTU }).await
        {
            Ok(Value::Mtu(mtu)) => mtu,
            Ok(_) | Err(LinkError::Failed(_)) => LEAST_MTU,
            Err(error) => return Err(error),
        };
        if let Some(open) = &mut self.open {
            open.mtu = Some(agreed.clamp(LEAST_MTU, MTU));
        }
        Ok(())
    }

    /// How long packets may be on this connection: 23 to what was asked for.
    pub(crate) fn mtu(&self) -> u16 {
        self.open.as_ref().and_then(|open| open.mtu).unwrap_or(LEAST_MTU)
    }

    /// Makes this phone forget the services that it remembers of the band.
    pub(crate) async fn clear_cache(&mut self) -> Result<(), LinkError> {
        self.operate(OPERATION, |op, link| Radio::ClearCache { op, link }).await?;
        Ok(())
    }

    /// Reads a characteristic.
    pub(crate) async fn read(&mut self, characteristic: CharacteristicId) -> Result<Payload, LinkError> {
        match self.operate(OPERATION, |op, link| Radio::Read { op, link, characteristic }).await? {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Nothing
            | Value::Services(_)
            | Value::Facts(_)
            | Value::Bond(_)
            | Value::Holders(_)
            | Value::Mtu(_) => Ok(Payload::default()),
        }
    }

    /// Writes a characteristic, without response where the band offers that.
    pub(crate) async fn write(
        &mut self,
        characteristic: CharacteristicId,
        value: Payload,
    ) -> Result<(), LinkError> {
        let properties = self.open.as_ref().map_or(0, |open| properties(&open.services, characteristic));
        let with_response = properties & gatt::WRITE_WITHOUT_RESPONSE == 0;
        self.operate(OPERATION, |op, link| Radio::Write { op, link, characteristic, value, with_response })
            .await?;
        Ok(())
    }

    /// The protocol the band speaks, by its service table.
    pub(crate) fn speech(&self) -> Option<Speech> {
        self.open.as_ref().and_then(|open| open.speech)
    }

    /// Switches notifications on, unless they are on already on this connection.
    pub(crate) async fn listen(&mut self, characteristic: CharacteristicId) -> Result<(), LinkError> {
        if self.open.as_ref().is_some_and(|open| open.listening.contains(&characteristic)) {
            return Ok(());
        }
        self.operate(OPERATION, |op, link| Radio::Subscribe { op, link, characteristic }).await?;
        if let Some(open) = &mut self.open {
            open.listening.push(characteristic);
        }
        Ok(())
    }

    /// Waits for a notification that `read` makes something of; it is given the bytes and when they came.
    pub(crate) async fn notification<T>(
        &self,
        from: CharacteristicId,
        deadline: Deadline,
        mut read: impl FnMut(&[u8], Millis) -> Option<T>,
    ) -> Result<T, LinkError> {
        self.watch(deadline, |inbox| inbox.take_notification(from, &mut read)).await
    }

    /// Waits for anything that `look` finds, for the deadline or for the link to be lost.
    pub(crate) async fn watch<T>(
        &self,
        deadline: Deadline,
        mut look: impl FnMut(&mut crate::inbox::Inbox) -> Option<T>,
    ) -> Result<T, LinkError> {
        let Some(id) = self.open.as_ref().map(|open| open.id) else {
            return Err(LinkError::Lost { status: 0 });
        };
        let found = self.cx.wait(deadline, |inbox| look(inbox).map(Ok).or_else(|| lost(inbox, id).map(Err)));
        found.await.unwrap_or_else(|Late| {
            self.cx.note(format!("not in time: {}", deadline.reason));
            Err(LinkError::Late)
        })
    }

    /// What was notified before no longer counts.
    pub(crate) fn forget_notifications(&self, from: CharacteristicId) {
        self.cx.lock().inbox.forget_notifications(from);
    }

    async fn operate(
        &mut self,
        span: Millis,
        radio: impl FnOnce(OpId, OpId) -> Radio,
    ) -> Result<Value, LinkError> {
        let Some(link) = self.open.as_ref().map(|open| open.id).filter(|_| self.is_up()) else {
            return Err(LinkError::Lost { status: self.down_status() });
        };
        let operation = self.cx.start(|op| Effect::Radio(radio(op, link)));
        let answer = self.answer(operation.op, self.cx.within(span, "a GATT operation")).await;
        drop(operation);
        match answer {
            Err(LinkError::Late) => {
                self.cx.note("an operation was not answered in time: closing the link");
                self.close();
            }
            Err(LinkError::Lost { status }) => self.cx.note(format!("link lost: {}", status_name(status))),
            Ok(_) | Err(LinkError::Failed(_)) => {}
        }
        answer
    }

    async fn answer(&self, op: OpId, deadline: Deadline) -> Result<Value, LinkError> {
        self.watch(deadline, |inbox| inbox.take_answer(op)).await?.map_err(LinkError::Failed)
    }

    fn down_status(&self) -> u16 {
        self.cx.lock().inbox.link.and_then(|state| state.down).unwrap_or(0)
    }
}

impl Drop for Link<'_> {
    fn drop(&mut self) {
        self.close();
    }
}

enum TryError {
    Radio(Failure),
    /// The service table is not that of a band of this family, the cache cleared or not.
    NotOurs,
}

fn lost(inbox: &crate::inbox::Inbox, id: OpId) -> Option<LinkError> {
    if inbox.adapter.is_some_and(|adapter| adapter != Adapter::On) {
        return Some(LinkError::Lost { status: CLOSED_HERE });
    }
    match inbox.link {
        Some(state) if state.id == id => state.down.map(|status| LinkError::Lost { status }),
        Some(_) | None => Some(LinkError::Lost { status: 0 }),
    }
}

fn has(services: &[GattService], wanted: CharacteristicId) -> bool {
    services.iter().filter(|service| service.uuid == wanted.service).any(|service| {
        service.characteristics.iter().any(|characteristic| characteristic.uuid == wanted.characteristic)
    })
}

fn properties(services: &[GattService], wanted: CharacteristicId) -> u8 {
    let in_service = services.iter().filter(|service| service.uuid == wanted.service);
    let mut found = in_service.flat_map(|service| &service.characteristics);
    found
        .find(|characteristic| characteristic.uuid == wanted.characteristic)
        .map_or(0, |found| found.properties)
}

pub(crate) fn failure_name(failure: Failure) -> String {
    match failure {
        Failure::Status(status) => status_name(status),
        Failure::Unsupported => "not possible on this radio".to_owned(),
        Failure::Denied => "forbidden by the system".to_owned(),
        Failure::Refused => "refused by the system".to_owned(),
        Failure::Missing => "missing on this system".to_owned(),
        Failure::BluetoothOff => "Bluetooth is off".to_owned(),
    }
}

/// Connects without asking anybody anything, at most twice, does something and closes.
pub(crate) async fn briefly<T>(
    cx: &Cx,
    target: &Target,
    deed: impl AsyncFnOnce(&mut Link<'_>) -> Result<T, LinkError>,
) -> Result<T, LinkError> {
    let mut link = Link { cx, target: target.clone(), open: None, patience: BRIEFLY, doubted: false };
    let mut opened = link.try_once().await;
    if let Err(TryError::Radio(_)) = opened {
        cx.pause(PAUSES[0], "the radio recovers after a failed connection").await;
        opened = link.try_once().await;
    }
    match opened {
        Ok(()) => deed(&mut link).await,
        Err(TryError::Radio(failure)) => Err(LinkError::Failed(failure)),
        Err(TryError::NotOurs) => Err(LinkError::Failed(Failure::Missing)),
    }
}

// --- who holds the band

/// Whether a band said when it was last heard that a phone holds it.
pub(crate) fn says_it_is_held(cx: &Cx, peer: &PeerId) -> bool {
    let shared = cx.lock();
    let recognised = shared.inbox.heard(peer).and_then(|heard| crate::band::recognise(&heard.seen));
    recognised.and_then(|recognised| recognised.held) == Some(true)
}

/// Scans until the band is heard again, for a short while. Says whether it was.
async fn glance(cx: &Cx, peer: &PeerId) -> Result<bool, Stop> {
    let since = cx.now();
    let _scan = Scan::start(cx).await?;
    let heard = cx.wait(cx.within(GLANCE, "looking for the band"), |inbox| {
        inbox.heard(peer).filter(|heard| heard.last > since).map(|_| ())
    });
    Ok(heard.await.is_ok())
}

/// Scans until the band is in the air; for a band of an earlier run of the app, whose address alone may not do.
pub(crate) async fn find_again(cx: &Cx, target: &Target) -> Result<(), Stop> {
    phone::ready(cx).await?;
    let _scan = Scan::start(cx).await?;
    let heard = cx.wait(cx.within(LOOK, "the band of the interrupted rescue"), |inbox| {
        inbox.heard(&target.peer).map(|_| ())
    });
    heard.await.map_err(|Late| Stop(End::NotSeen))
}

async fn ask_to_free(cx: &Cx, target: &Target, rounds: &mut u32, this_phone: bool) -> Result<(), Stop> {
    *rounds += 1;
    if *rounds > HOLDER_ROUNDS {
        return Err(Stop(End::HeldByAPhone));
    }
    let holders = phone::holders(cx).await;
    let this_phone = this_phone || holders.connected.contains(&target.peer);
    let question = Question::HeldByPhone { this_phone, apps: holders.apps };
    let choice = cx.ask(question, &[Choice::CheckAgain, Choice::Stop]).await?;
    if choice == Choice::Stop { Err(Stop(End::HeldByAPhone)) } else { Ok(()) }
}
