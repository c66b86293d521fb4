//! The practice world: bands and a phone in one virtual air and one virtual time. It takes the effects that
//! a real radio and a real phone would take, and brings the events they would bring, when they are due. It
//! has no clock and does no I/O; the same seed and the same calls give the same events.

use std::collections::{BTreeMap, VecDeque};

use super::band::{Act, Band, Deed, Face, Holder};
use super::kinds::Kind;
use super::phone::{PhoneAct, PhoneDeed, PracticePhone};
use super::radio::{Link, RadioCounts};
use super::random::Random;
use super::scenarios::Scenario;
use super::setup;
use super::traits::{BandTraits, Bluetooth, HeldKey, Hold};
use crate::address::{Address, PeerId};
use crate::band::Model;
use crate::effect::Effect;
use crate::event::{Adapter, Bond, Event, Failure, OpId, Seen, Value};
use crate::keys::AuthKey;
use crate::time::Millis;

/// Our band is the first in the list.
pub(super) const OURS: usize = 0;
/// A band is heard about twice a second.
const ADVERTISING_INTERVAL: u64 = 500;
/// A link that is merely not heard of any more is given up only after this time.
const SUPERVISION_TIME: Millis = Millis(1_500);
/// A phone or app that is going to let go does so after this time by itself, if nobody stops it before.
const PATIENCE_OF_HOLDERS: Millis = Millis(60_000);
/// After a long time without calls only so much of what was advertised is told.
const OLDEST_ADVERTISEMENT: Millis = Millis(5_000);

/// A virtual band, a virtual phone, and the air between them.
#[derive(Debug)]
pub struct World {
    pub(super) kind: Kind,
    pub(super) scenario: Scenario,
    pub(super) now: Millis,
    /// Until when the present call looks.
    horizon: Millis,
    /// What will happen, the next first; at the same time what was put there first.
    agenda: VecDeque<(Millis, Happening)>,
    ready: VecDeque<(Millis, Event)>,
    pub(super) bands: Vec<Band>,
    pub(super) phone: PracticePhone,
    pub(super) links: BTreeMap<OpId, Link>,
    pub(super) connections: u64,
    pub(super) scan: Option<u64>,
    pub(super) scan_starts: VecDeque<Millis>,
    pub(super) connects_tried: u32,
    pub(super) disturbed: bool,
    holder_lets_go: bool,
    pub(super) counts: RadioCounts,
    pub(super) overlaps: u32,
    pub(super) random: Random,
}

/// Something that will happen.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// An operation on the radio ends.
    Answer { op: OpId, link: Option<OpId>, result: Result<Value, Failure> },
    /// An attempt to connect ends.
    Connects { link: OpId, works: bool, until: Millis },
    /// A band does something.
    Band { band: usize, connection: Option<u64>, act: Act },
    /// A link is noticed to be over.
    LinkOver { connection: u64, status: u16 },
    /// A band advertises.
    Advertise { band: usize, scan: u64 },
    /// The phone or the person in front of it does something.
    Phone(PhoneAct),
    /// Another app takes the band.
    AppGrabs,
    /// Somebody switches Bluetooth off.
    BluetoothOff,
    /// Who holds the band lets go.
    HolderLetsGo,
    /// The neighbour comes into range.
    NeighbourComes,
}

impl World {
    /// A world in which this happens.
    pub fn new(kind: Kind, scenario: Scenario, seed: u64) -> Self {
        let setup = setup::of(kind, scenario);
        let holder_lets_go = setup.holder_lets_go();
        let mut random = Random::new(seed);
        let band = Band::new(kind, setup.band, Random::new(random.next()));
        let name = peer(band.address());
        let mut bands = vec![band];
        if setup.neighbour {
            let traits = BandTraits { key: HeldKey::AnotherKey, hold: Hold::Free, ..kind.traits() };
            let mut neighbour = Band::new(kind, traits, Random::new(random.next()));
            neighbour.leave_the_air();
            bands.push(neighbour);
        }
        Self {
            kind,
            scenario,
            now: Millis(0),
            horizon: Millis(0),
            agenda: VecDeque::new(),
            ready: VecDeque::new(),
            bands,
            phone: PracticePhone::new(setup.phone, name),
            links: BTreeMap::new(),
            connections: 0,
            scan: None,
            scan_starts: VecDeque::new(),
            connects_tried: 0,
            disturbed: false,
            holder_lets_go,
            counts: RadioCounts::default(),
            overlaps: 0,
            random,
        }
    }

    /// Starts what a radio or a phone was asked to do. Effects for the storage and the person are not its own
    /// and ignored.
    pub fn perform(&mut self, now: Millis, effect: &Effect) {
        self.advance(now);
        match effect {
            Effect::Radio(radio) => self.perform_radio(radio),
            Effect::Phone(phone) => {
                let connected = self.connected_peers();
                for PhoneDeed { after, act } in self.phone.perform(phone, connected) {
                    self.schedule(after, Happening::Phone(act));
                }
            }
            Effect::Store(_) | Effect::Person(_) => {}
        }
    }

    /// Everything that has happened until now and was not yet told, in order.
    pub fn events(&mut self, now: Millis) -> Vec<Event> {
        self.advance(now);
        self.ready.drain(..).map(|(_, event)| event).collect()
    }

    /// When to ask for events again; `None` if nothing will happen by itself.
    pub fn wake_at(&self) -> Option<Millis> {
        let ready = self.ready.front().map(|(at, _)| *at);
        let next = self.agenda.front().map(|(at, _)| *at);
        ready.into_iter().chain(next).min()
    }

    /// The person taps their band.
    pub fn tap(&mut self, now: Millis) {
        self.advance(now);
        let now = self.now;
        let deeds = self.bands.get_mut(OURS).map_or_else(Vec::new, |band| band.tap(now));
        self.schedule_deeds(OURS, deeds);
    }

    /// The person resets their band in its own menu. False: they cannot get there.
    pub fn menu_reset(&mut self, now: Millis) -> bool {
        self.advance(now);
        let deeds = self.bands.get_mut(OURS).and_then(Band::menu_reset);
        let reached = deeds.is_some();
        self.schedule_deeds(OURS, deeds.unwrap_or_default());
        reached
    }

    /// The person stops the app or the phone that holds their band, where the scenario lets them.
    pub fn let_go(&mut self, now: Millis) {
        self.advance(now);
        if self.holder_lets_go {
            self.free_held_band();
        }
    }

    /// The app was killed: the phone closes its links and its scan, and nothing that was asked is answered.
    pub fn app_killed(&mut self, now: Millis) {
        self.advance(now);
        self.scan = None;
        for link in self.links.keys().copied().collect::<Vec<_>>() {
            self.close(link);
        }
        self.agenda.retain(|(_, happening)| match happening {
            Happening::Answer { .. } | Happening::Connects { .. } | Happening::Advertise { .. } => false,
            Happening::Phone(PhoneAct::Answer(..) | PhoneAct::TellFacts(_)) => false,
            Happening::Phone(
                PhoneAct::PermissionAnswered
                | PhoneAct::SwitchOn
                | PhoneAct::Unbonded(_)
                | PhoneAct::LeaveSettings(_),
            )
            | Happening::Band { .. }
            | Happening::LinkOver { .. }
            | Happening::AppGrabs
            | Happening::BluetoothOff
            | Happening::HolderLetsGo
            | Happening::NeighbourComes => true,
        });
        self.ready.clear();
    }

    /// How the person's band looks now.
    pub fn face(&self, now: Millis) -> Face {
        self.bands.get(OURS).map_or(Face::Dark, |band| band.face(now))
    }

    /// What the radio had to do so far.
    pub const fn counts(&self) -> &RadioCounts {
        &self.counts
    }

    // ---- the truth, for tests and for the practised person ------------------------------------------------

    /// What this world practises.
    pub const fn scenario(&self) -> Scenario {
        self.scenario
    }

    /// Which practice band it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The model of the band.
    pub fn model(&self) -> Model {
        self.kind.model()
    }

    /// The key that the person has, if the band needs one; in one scenario it is not the band's.
    pub fn key(&self) -> Option<AuthKey> {
        self.kind.key()
    }

    /// The present address of the person's band.
    pub fn address(&self) -> Address {
        self.bands.get(OURS).map_or(Address([0; 6]), Band::address)
    }

    /// The radio's present name for the person's band.
    pub fn own_peer(&self) -> PeerId {
        peer(self.address())
    }

    /// Whether the person's band holds this key.
    pub fn band_holds(&self, key: &AuthKey) -> bool {
        self.bands.get(OURS).is_some_and(|band| band.holds(key))
    }

    /// Whether the person's band belongs to nobody: it shows the pairing screen if it has one, or would when it is back.
    pub fn band_has_no_owner(&self) -> bool {
        self.bands.get(OURS).is_some_and(|band| !band.has_owner())
    }

    /// Whether the person's band was erased.
    pub fn band_was_erased(&self) -> bool {
        self.bands.get(OURS).is_some_and(Band::was_erased)
    }

    /// How often the person's band vibrated because it was told to.
    pub fn buzzes(&self) -> u32 {
        self.bands.get(OURS).map_or(0, Band::buzzes)
    }

    /// How often the person's band asked for a tap.
    pub fn prompts(&self) -> u32 {
        self.bands.get(OURS).map_or(0, Band::prompts)
    }

    /// Whether the phone has a bond with the person's band.
    pub fn phone_has_bond(&self) -> bool {
        self.phone.bond(&self.own_peer()) != Bond::None
    }

    /// Links that are up or coming up.
    pub fn open_links(&self) -> usize {
        self.links.len()
    }

    /// Whether a scan is running.
    pub const fn is_scanning(&self) -> bool {
        self.scan.is_some()
    }

    /// How often a GATT operation was started while another one was under way; must stay zero.
    pub const fn overlaps(&self) -> u32 {
        self.overlaps
    }

    /// The next random with which the person's band asks for a proof, to replay a recorded dialogue.
    pub fn set_challenge(&mut self, random: [u8; 16]) {
        if let Some(band) = self.bands.get_mut(OURS) {
            band.set_challenge(random);
        }
    }

    // ---- time ---------------------------------------------------------------------------------------------

    /// Lets everything happen that is due. Time never goes backwards.
    fn advance(&mut self, now: Millis) {
        self.horizon = now.max(self.now);
        while self.agenda.front().is_some_and(|(at, _)| *at <= self.horizon) {
            let Some((at, happening)) = self.agenda.pop_front() else { break };
            self.now = at.max(self.now);
            self.happen(happening);
        }
        self.now = self.horizon;
    }

    pub(super) fn schedule(&mut self, after: Millis, happening: Happening) {
        let at = self.now + after;
        let place = self.agenda.partition_point(|(earlier, _)| *earlier <= at);
        self.agenda.insert(place, (at, happening));
    }

    pub(super) fn schedule_deeds(&mut self, band: usize, deeds: Vec<Deed>) {
        for Deed { after, connection, act } in deeds {
            self.schedule(after, Happening::Band { band, connection, act });
        }
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.ready.push_back((self.now, event));
    }

    pub(super) fn tell_answer(&mut self, op: OpId, result: Result<Value, Failure>) {
        self.tell(match result {
            Ok(value) => Event::Done { op, value },
            Err(failure) => Event::Failed { op, failure },
        });
    }

    // ---- what happens ---------------------------------------------------------------------------------------

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Answer { op, link, result } => self.operation_ends(op, link, result),
            Happening::Connects { link, works, until } => self.attempt_ends(link, works, until),
            Happening::Band { band, connection, act } => self.band_acts(band, connection, act),
            Happening::LinkOver { connection, status } => self.link_over(connection, status),
            Happening::Advertise { band, scan } => self.advertise(band, scan),
            Happening::Phone(act) => self.phone_acts(act),
            Happening::AppGrabs => self.app_grabs(),
            Happening::BluetoothOff => self.bluetooth_off(),
            Happening::HolderLetsGo => self.free_held_band(),
            Happening::NeighbourComes => {
                if let Some(neighbour) = self.bands.get_mut(OURS + 1) {
                    neighbour.come_back();
                }
            }
        }
    }

    fn band_acts(&mut self, index: usize, connection: Option<u64>, act: Act) {
        let up = connection.is_none_or(|number| self.link_of(number).is_some());
        let Some(band) = self.bands.get_mut(index).filter(|_| up) else { return };
        match act {
            Act::Notify(characteristic, value) => {
                if let Some(link) = connection.and_then(|number| self.link_of(number)) {
                    self.tell(Event::Notified { link, characteristic, value: value.into() });
                }
            }
            Act::Drop(status) => self.band_drops(connection, status),
            Act::DropStranger => {
                if let Some(status) = band.drops_stranger() {
                    self.band_drops(connection, status);
                }
            }
            Act::EndPrompt(prompt) => {
                let deeds = band.end_prompt(prompt);
                self.schedule_deeds(index, deeds);
            }
            // A second command does nothing to a band that is away already.
            Act::Erase | Act::EraseUnseen | Act::Restart if !band.is_on() => {}
            Act::Erase => {
                let (status, deeds) = band.erase();
                self.goes_away(index, status, deeds);
                self.counts.begin_proof();
                if index == OURS && self.bands.len() > 1 {
                    self.schedule(Millis(2_000), Happening::NeighbourComes);
                }
            }
            Act::EraseUnseen => {
                band.erase_unseen();
                self.counts.begin_proof();
            }
            Act::Restart => {
                let (status, deeds) = band.restart();
                self.goes_away(index, status, deeds);
            }
            Act::ComeBack => band.come_back(),
        }
    }

    /// The band is away from now on, whoever was connected.
    fn goes_away(&mut self, index: usize, status: u16, deeds: Vec<Deed>) {
        self.schedule_deeds(index, deeds);
        let connected =
            self.links.values().filter(|link| link.band == index).find_map(|link| link.connection);
        self.band_drops(connected, status);
    }

    /// The band ends the connection; the phone notices at once, or only by hearing nothing more.
    fn band_drops(&mut self, connection: Option<u64>, status: u16) {
        let Some(connection) = connection else { return };
        let index = self.link_of(connection).and_then(|link| self.links.get(&link)).map(|link| link.band);
        if let Some(band) = index.and_then(|index| self.bands.get_mut(index)) {
            band.disconnected(Holder::Nobody);
        }
        let after = if status == 8 { SUPERVISION_TIME } else { Millis(5) };
        self.schedule(after, Happening::LinkOver { connection, status });
    }

    fn advertise(&mut self, index: usize, scan: u64) {
        if self.scan != Some(scan) {
            return;
        }
        let now = self.now;
        let stale = now + OLDEST_ADVERTISEMENT < self.horizon;
        let heard = self.bands.get(index).filter(|_| self.phone.hears() && !stale).and_then(|band| {
            let of_band = (band.address(), band.address_kind());
            band.advertisement(now).map(|(fields, connectable)| (of_band, fields, connectable))
        });
        if let Some(((address, address_kind), fields, connectable)) = heard {
            let base = if index == OURS { -52 } else { -47 };
            let rssi = base - i16::try_from(self.random.between(0, 8)).unwrap_or(0);
            self.tell(Event::Seen(Seen {
                peer: peer(address),
                address: Some(address),
                address_kind: Some(address_kind),
                rssi,
                connectable: Some(connectable),
                fields,
            }));
            self.plan_release(connectable);
        }
        let jitter = self.random.between(0, 60);
        let pause = if stale {
            self.horizon - now - OLDEST_ADVERTISEMENT
        } else {
            Millis(ADVERTISING_INTERVAL - 30 + jitter)
        };
        self.schedule(pause, Happening::Advertise { band: index, scan });
    }

    /// Whoever holds the band and will let go does so a while after it was first seen held.
    fn plan_release(&mut self, connectable: bool) {
        if !connectable && self.holder_lets_go && !self.disturbed {
            self.disturbed = true;
            self.schedule(PATIENCE_OF_HOLDERS, Happening::HolderLetsGo);
        }
    }

    fn free_held_band(&mut self) {
        if let Some(band) = self.bands.get_mut(OURS) {
            band.let_go();
        }
    }

    fn phone_acts(&mut self, act: PhoneAct) {
        match act {
            PhoneAct::Answer(op, result) => self.tell_answer(op, result),
            PhoneAct::TellFacts(op) => self.tell_answer(op, Ok(Value::Facts(self.phone.facts()))),
            PhoneAct::PermissionAnswered => self.phone.permission_answered(),
            PhoneAct::SwitchOn => {
                self.phone.switch_on();
                self.tell(Event::Adapter(Adapter::On));
            }
            PhoneAct::Unbonded(peer) => self.unbonded(peer),
            PhoneAct::LeaveSettings(page) => {
                if let Some(peer) = self.phone.been_in_settings(page) {
                    self.unbonded(peer);
                }
                self.tell(Event::Resumed);
            }
        }
    }

    /// The bond is gone, and with it a link that was up.
    fn unbonded(&mut self, peer: PeerId) {
        self.phone.unbond(&peer);
        let up: Vec<u64> =
            self.links.values().filter(|link| link.peer == peer).filter_map(|link| link.connection).collect();
        self.tell(Event::BondChanged { peer, state: Bond::None });
        for connection in up {
            self.end_connection(connection, 22, Holder::Nobody);
        }
    }

    /// What the scenario has in store once the first link is up.
    pub(super) fn disturb(&mut self) {
        if std::mem::replace(&mut self.disturbed, true) {
            return;
        }
        if let Some(after) = self.phone.traits().grabbed_after {
            self.schedule(after, Happening::AppGrabs);
        }
        if let Bluetooth::OffAfter(after) = self.phone.traits().bluetooth {
            self.schedule(after, Happening::BluetoothOff);
        }
    }

    fn app_grabs(&mut self) {
        let ours: Vec<u64> =
            self.links.values().filter(|link| link.band == OURS).filter_map(|link| link.connection).collect();
        for connection in ours {
            self.end_connection(connection, 19, Holder::AnotherApp);
        }
        if let Some(band) = self.bands.get_mut(OURS).filter(|band| band.is_free()) {
            band.disconnected(Holder::AnotherApp);
        }
        self.schedule(PATIENCE_OF_HOLDERS, Happening::HolderLetsGo);
    }

    fn bluetooth_off(&mut self) {
        self.phone.switch_off();
        self.scan = None;
        self.tell(Event::Adapter(Adapter::Off));
        self.end_all_links();
    }

    fn connected_peers(&self) -> Vec<PeerId> {
        self.bands
            .iter()
            .filter(|band| matches!(band.holder(), Holder::Us | Holder::AnotherApp))
            .map(|band| peer(band.address()))
            .collect()
    }
}

/// The radio's name for a band is its address, as on Android and Linux.
pub(super) fn peer(address: Address) -> PeerId {
    PeerId(address.to_string())
}
