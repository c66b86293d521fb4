//! The radio of the practice world: scans, links and GATT operations, with the limits of Android's. It
//! decides nothing about what a band answers.

use super::band::Holder;
use super::gatt::{property, short};
use super::traits::{Cache, Connects};
use super::world::{Happening, World, peer};
use crate::address::PeerId;
use crate::effect::Radio;
use crate::event::{CharacteristicId, Event, Failure, GattService, OpId, Value};
use crate::payload::Payload;
use crate::time::Millis;

/// Android starts a sixth scan within half a minute only in appearance; newer ones say so.
const SCANS_IN_HALF_A_MINUTE: usize = 5;
const SCANNING_TOO_FREQUENTLY: u16 = 6;
/// How long a phone tries to reach a band that does not answer.
const ATTEMPT_TIME: Millis = Millis(30_000);
/// While it tries, it notices within this time that the band is there.
const LOOK_AGAIN: Millis = Millis(450);
/// The catch-all status of Android's Bluetooth.
const STATUS_133: u16 = 133;
/// Android: an operation is already under way.
const STATUS_BUSY: u16 = 201;
/// Closed on this side.
const STATUS_CLOSED_HERE: u16 = 22;
/// ATT errors for a missing property.
const READ_NOT_PERMITTED: u16 = 2;
const WRITE_NOT_PERMITTED: u16 = 3;
/// Reads of it are not counted.
const PNP_ID: CharacteristicId = CharacteristicId { service: short(0x180A), characteristic: short(0x2A50) };

/// What a radio had to do. Reads of the PnP id are left out: some computers make them by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RadioCounts {
    /// Until the erase was accepted, or to the end.
    pub work: Operations,
    /// After it: looking for the band that came back.
    pub proof: Operations,
    proving: bool,
}

/// Numbers of operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Reads of characteristics.
    pub reads: u32,
    /// Writes to characteristics.
    pub writes: u32,
    /// Subscriptions.
    pub subscriptions: u32,
    /// Connections that came up.
    pub connections: u32,
}

impl Operations {
    /// Reads, writes and subscriptions together.
    pub const fn on_characteristics(&self) -> u32 {
        self.reads + self.writes + self.subscriptions
    }
}

impl RadioCounts {
    /// From now on everything belongs to the proof.
    pub(super) const fn begin_proof(&mut self) {
        self.proving = true;
    }

    const fn now(&mut self) -> &mut Operations {
        if self.proving { &mut self.proof } else { &mut self.work }
    }
}

/// A link of the phone, from the attempt on.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// With whom.
    pub(super) peer: PeerId,
    /// Which band that is; a name that nobody bears leads nowhere.
    pub(super) band: usize,
    /// The number of the connection, once it is up.
    pub(super) connection: Option<u64>,
    /// The table the phone has discovered.
    services: Vec<GattService>,
    /// The operation under way.
    busy: Option<OpId>,
}

impl World {
    pub(super) fn perform_radio(&mut self, effect: &Radio) {
        match effect {
            Radio::StartScan { op } => self.start_scan(*op),
            Radio::StopScan => self.scan = None,
            Radio::Connect { op, peer } => self.connect(*op, peer),
            Radio::Discover { op, link } => self.discover(*op, *link),
            Radio::ClearCache { op, link } => self.clear_cache(*op, *link),
            Radio::RequestMtu { op, link, mtu } => self.request_mtu(*op, *link, *mtu),
            Radio::Read { op, link, characteristic } => self.read(*op, *link, *characteristic),
            Radio::Write { op, link, characteristic, value, with_response } => {
                self.write(*op, *link, *characteristic, value, *with_response);
            }
            Radio::Subscribe { op, link, characteristic } => self.subscribe(*op, *link, *characteristic),
            Radio::Close { link } => self.close(*link),
        }
    }

    // ---- scanning ---------------------------------------------------------------------------------------

    fn start_scan(&mut self, op: OpId) {
        let result = self.phone.radio_works().and_then(|()| self.scan_allowed());
        if result.is_ok() {
            let scan = op.0;
            self.scan = Some(scan);
            for band in 0..self.bands.len() {
                let first = Millis(self.random.between(120, 480));
                self.schedule(first, Happening::Advertise { band, scan });
            }
        }
        let result = result.map(|()| Value::Nothing);
        self.schedule(Millis(20), Happening::Answer { op, link: None, result });
    }

    fn scan_allowed(&mut self) -> Result<(), Failure> {
        let now = self.now;
        self.scan_starts.retain(|start| now - *start < Millis::secs(30));
        if self.scan_starts.len() >= SCANS_IN_HALF_A_MINUTE {
            return Err(Failure::Status(SCANNING_TOO_FREQUENTLY));
        }
        self.scan_starts.push_back(now);
        Ok(())
    }

    // ---- connecting -------------------------------------------------------------------------------------

    /// A name that nobody bears, or whose band is away or held, is tried for until the attempt times out.
    fn connect(&mut self, op: OpId, wanted: &PeerId) {
        if let Err(failure) = self.phone.radio_works() {
            self.schedule(Millis(5), Happening::Answer { op, link: None, result: Err(failure) });
            return;
        }
        self.note_overlap();
        self.connects_tried += 1;
        let found = self.bands.iter().position(|band| peer(band.address()) == *wanted);
        let holder = found.and_then(|index| self.bands.get(index)).map(|band| band.holder());
        let free = found.and_then(|index| self.bands.get(index)).is_some_and(|band| band.is_free());
        let allowed = match self.phone.traits().connects {
            Connects::Well => true,
            Connects::SecondTry => self.connects_tried > 1,
            Connects::Never => false,
        };
        let held_here = matches!(holder, Some(Holder::Us | Holder::AnotherApp));
        // The phone's own stack says no at once; a band that does not answer is waited for.
        let after = match (free, allowed) {
            (true, true) => Millis(self.random.between(300, 900)),
            (true, false) => Millis(420),
            (false, _) if held_here => Millis(420),
            (false, _) => LOOK_AGAIN,
        };
        let until = if free || held_here { self.now + after } else { self.now + ATTEMPT_TIME };
        let band = found.unwrap_or(usize::MAX);
        let link =
            Link { peer: wanted.clone(), band, connection: None, services: Vec::new(), busy: Some(op) };
        self.links.insert(op, link);
        self.schedule(after, Happening::Connects { link: op, works: allowed, until });
    }

    pub(super) fn attempt_ends(&mut self, op: OpId, works: bool, until: Millis) {
        let Some(link) = self.links.get_mut(&op).filter(|link| link.connection.is_none()) else { return };
        let index = link.band;
        match self
            .bands
            .get_mut(index)
            .filter(|band| works && band.is_free() && peer(band.address()) == link.peer)
        {
            Some(band) => {
                self.connections += 1;
                link.connection = Some(self.connections);
                link.busy = None;
                let deeds = band.connected(self.connections);
                self.schedule_deeds(index, deeds);
                self.counts.now().connections += 1;
                self.tell_answer(op, Ok(Value::Nothing));
                self.disturb();
            }
            None if self.now < until => {
                self.schedule(LOOK_AGAIN, Happening::Connects { link: op, works, until })
            }
            None => {
                self.links.remove(&op);
                self.tell_answer(op, Err(Failure::Status(STATUS_133)));
            }
        }
    }

    pub(super) fn close(&mut self, op: OpId) {
        if let Some(link) = self.links.remove(&op) {
            self.phone.link_over(&link.peer);
            if link.connection.is_some()
                && let Some(band) = self.bands.get_mut(link.band).filter(|band| band.holder() == Holder::Us)
            {
                band.disconnected(Holder::Nobody);
            }
        }
    }

    /// The link of a connection, if it is still there.
    pub(super) fn link_of(&self, connection: u64) -> Option<OpId> {
        self.links.iter().find(|(_, link)| link.connection == Some(connection)).map(|(op, _)| *op)
    }

    /// The phone notices that a connection is over.
    pub(super) fn link_over(&mut self, connection: u64, status: u16) {
        if let Some(op) = self.link_of(connection) {
            if let Some(link) = self.links.remove(&op) {
                self.phone.link_over(&link.peer);
            }
            self.tell(Event::LinkDown { link: op, status });
        }
    }

    /// A connection ends for both sides at once.
    pub(super) fn end_connection(&mut self, connection: u64, status: u16, holder: Holder) {
        let index = self.link_of(connection).and_then(|op| self.links.get(&op)).map(|link| link.band);
        if let Some(band) = index.and_then(|index| self.bands.get_mut(index)) {
            band.disconnected(holder);
        }
        self.link_over(connection, status);
    }

    /// Bluetooth is off: nothing is left.
    pub(super) fn end_all_links(&mut self) {
        for (op, link) in std::mem::take(&mut self.links) {
            self.phone.link_over(&link.peer);
            match link.connection {
                Some(_) => {
                    if let Some(band) =
                        self.bands.get_mut(link.band).filter(|band| band.holder() == Holder::Us)
                    {
                        band.disconnected(Holder::Nobody);
                    }
                    self.tell(Event::LinkDown { link: op, status: STATUS_CLOSED_HERE });
                }
                None => self.tell_answer(op, Err(Failure::BluetoothOff)),
            }
        }
    }

    // ---- GATT operations --------------------------------------------------------------------------------

    fn discover(&mut self, op: OpId, on: OpId) {
        let Some((peer, index)) = self.begin(op, on) else { return };
        let old = self.phone.believes_old_table(&peer);
        let cache = self.phone.traits().cache;
        let services = self.bands.get(index).map_or_else(Vec::new, |band| match (old, cache) {
            (false, _) => band.services(),
            (true, Cache::BeforeUpdate) => band.services_before_update(),
            (true, Cache::Right | Cache::Stale | Cache::StaleWithoutCall) => band.old_services(),
        });
        let time = Millis(self.random.between(560, 640));
        if let Some(link) = self.links.get_mut(&on) {
            link.services.clone_from(&services);
        }
        self.end_later(op, on, time, Ok(Value::Services(services)));
    }

    fn clear_cache(&mut self, op: OpId, on: OpId) {
        let Some((peer, _)) = self.begin(op, on) else { return };
        let result = self.phone.clear_cache(&peer);
        if let Some(link) = self.links.get_mut(&on).filter(|_| result.is_ok()) {
            link.services.clear();
        }
        // A call on the phone, not over the air: it is answered even by a phone whose band has gone.
        self.schedule(Millis(8), Happening::Answer { op, link: Some(on), result });
    }

    fn request_mtu(&mut self, op: OpId, on: OpId, mtu: u16) {
        let Some((_, index)) = self.begin(op, on) else { return };
        let agreed = match self.bands.get_mut(index) {
            Some(band) if self.phone.traits().longer_packets => Ok(Value::Mtu(band.agree_on_mtu(mtu))),
            Some(_) | None => Err(Failure::Unsupported),
        };
        self.end_after_answer(op, on, index, agreed);
    }

    fn read(&mut self, op: OpId, on: OpId, characteristic: CharacteristicId) {
        if characteristic != PNP_ID {
            self.counts.now().reads += 1;
        }
        let Some((_, index)) = self.begin(op, on) else { return };
        let result = self.property_of(on, characteristic).and_then(|properties| {
            if properties & property::READ == 0 {
                return Err(Failure::Status(READ_NOT_PERMITTED));
            }
            let band = self.bands.get(index).ok_or(Failure::Missing)?;
            band.read(characteristic).map(|bytes| Value::Bytes(bytes.into())).map_err(Failure::Status)
        });
        self.end_after_answer(op, on, index, result);
    }

    fn write(
        &mut self,
        op: OpId,
        on: OpId,
        characteristic: CharacteristicId,
        value: &Payload,
        confirmed: bool,
    ) {
        self.counts.now().writes += 1;
        let Some((_, index)) = self.begin(op, on) else { return };
        let needed = if confirmed { property::WRITE } else { property::WRITE_WITHOUT_RESPONSE };
        let now = self.now;
        let mut takes = None;
        let result = self.property_of(on, characteristic).and_then(|properties| {
            if properties & needed == 0 {
                return Err(Failure::Status(WRITE_NOT_PERMITTED));
            }
            let band = self.bands.get_mut(index).ok_or(Failure::Missing)?;
            let written = band.write(now, characteristic, value.as_slice());
            takes = written.takes;
            self.schedule_deeds(index, written.deeds);
            written.status.map_err(Failure::Status)
        });
        match (confirmed, result) {
            (true, Ok(())) if let Some(takes) = takes => self.end_later(op, on, takes, Ok(Value::Nothing)),
            (true, result) => self.end_after_answer(op, on, index, result.map(|()| Value::Nothing)),
            // Nothing comes back over the air, not even a refusal; only a phone that cannot send says so.
            (false, Err(failure @ Failure::Missing)) => self.end_later(op, on, Millis(4), Err(failure)),
            (false, Err(failure @ Failure::Status(WRITE_NOT_PERMITTED))) => {
                self.end_later(op, on, Millis(4), Err(failure));
            }
            (false, _) => {
                let queued = Millis(self.random.between(3, 12));
                self.schedule(queued, Happening::Answer { op, link: Some(on), result: Ok(Value::Nothing) });
            }
        }
    }

    fn subscribe(&mut self, op: OpId, on: OpId, characteristic: CharacteristicId) {
        self.counts.now().subscriptions += 1;
        let Some((_, index)) = self.begin(op, on) else { return };
        let result = self.property_of(on, characteristic).and_then(|properties| {
            // Without the property there is no descriptor to write to.
            if properties & (property::NOTIFY | property::INDICATE) == 0 {
                return Err(Failure::Missing);
            }
            let band = self.bands.get_mut(index).ok_or(Failure::Missing)?;
            band.subscribe(characteristic).map(|()| Value::Nothing).map_err(Failure::Status)
        });
        self.end_after_answer(op, on, index, result);
    }

    /// Begins an operation on a link that is up, or answers that it is not.
    fn begin(&mut self, op: OpId, on: OpId) -> Option<(PeerId, usize)> {
        let up = self.links.get(&on).filter(|link| link.connection.is_some());
        let Some((peer, index, busy)) = up.map(|link| (link.peer.clone(), link.band, link.busy)) else {
            let failure = self.phone.radio_works().err().unwrap_or(Failure::Missing);
            self.schedule(Millis(2), Happening::Answer { op, link: None, result: Err(failure) });
            return None;
        };
        if busy.is_some() {
            self.overlaps += 1;
            let result = Err(Failure::Status(STATUS_BUSY));
            self.schedule(Millis(2), Happening::Answer { op, link: None, result });
            return None;
        }
        self.note_overlap();
        if let Some(link) = self.links.get_mut(&on) {
            link.busy = Some(op);
        }
        Some((peer, index))
    }

    fn note_overlap(&mut self) {
        if self.links.values().any(|link| link.busy.is_some()) {
            self.overlaps += 1;
        }
    }

    /// The properties of a characteristic in the table that the phone has discovered.
    fn property_of(&self, on: OpId, wanted: CharacteristicId) -> Result<u8, Failure> {
        self.links
            .get(&on)
            .and_then(|link| link.services.iter().find(|service| service.uuid == wanted.service))
            .and_then(|service| service.characteristics.iter().find(|c| c.uuid == wanted.characteristic))
            .map(|characteristic| characteristic.properties)
            .ok_or(Failure::Missing)
    }

    fn end_after_answer(&mut self, op: OpId, on: OpId, index: usize, result: Result<Value, Failure>) {
        let time = match &result {
            Err(Failure::Missing) => Millis(2),
            Ok(_) | Err(_) => self.bands.get_mut(index).map_or(Millis(90), |band| band.answer_time()),
        };
        self.end_later(op, on, time, result);
    }

    /// Ends an operation, unless the link ends first or the band has gone without the phone knowing yet.
    fn end_later(&mut self, op: OpId, on: OpId, after: Millis, result: Result<Value, Failure>) {
        let index = self.links.get(&on).map_or(usize::MAX, |link| link.band);
        let hears = self.bands.get(index).is_some_and(|band| band.holder() == Holder::Us);
        if hears {
            self.schedule(after, Happening::Answer { op, link: Some(on), result });
        }
    }

    pub(super) fn operation_ends(&mut self, op: OpId, on: Option<OpId>, result: Result<Value, Failure>) {
        if let Some(on) = on {
            match self.links.get_mut(&on).filter(|link| link.busy == Some(op)) {
                Some(link) => link.busy = None,
                None => return,
            }
        }
        self.tell_answer(op, result);
    }
}
