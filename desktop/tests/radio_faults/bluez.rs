//! A stand-in for bluetoothd: owns `org.bluez` on a bus, has one adapter with a band in front of it, and does what is
//! wrong where it is told to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use dbus::arg::{PropMap, RefArg, Variant};
use dbus::channel::Channel;
use dbus::message::MessageType;
use dbus::strings::ErrorName;
use dbus::{Message, Path};

use crate::band::{self, Reaction};

pub(crate) const ADAPTER_PATH: &str = "/org/bluez/hci0";
const ADAPTER: &str = "org.bluez.Adapter1";
const DEVICE: &str = "org.bluez.Device1";
const SERVICE: &str = "org.bluez.GattService1";
const CHARACTERISTIC: &str = "org.bluez.GattCharacteristic1";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const MANAGER: &str = "org.freedesktop.DBus.ObjectManager";
const FRAME: Duration = Duration::from_millis(15);
const ADVERTISING: Duration = Duration::from_millis(200);

/// Something that goes wrong.
#[derive(Clone)]
pub(crate) struct Fault {
    /// When a call comes that begins so: the method, for a characteristic also its short UUID and the hex of what is
    /// written ("WriteValue 0009 01"). `RESOLVING` is the end of the service discovery.
    pub(crate) at: &'static str,
    /// So many times.
    pub(crate) times: u32,
    pub(crate) deed: Deed,
}

pub(crate) const RESOLVING: &str = "resolving";

/// What then happens, most in the place of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// An error with this name and message.
    Error(&'static str, &'static str),
    /// Nothing.
    Silence,
    /// bluetoothd ends.
    Ends,
    /// The adapter is pulled out.
    Unplugged,
    /// The adapter is switched off.
    SwitchedOff,
    /// The band's link is lost.
    LinkLost,
    /// The link is lost, and bluetoothd forgets the band; it may hear of it again after a while, under this address.
    Forgotten { back: Option<(Duration, &'static str)> },
    /// The answer comes, after everything that it leads to.
    AnswersLast,
}

/// Objects by their paths, with their interfaces and properties.
pub(crate) type Tree = BTreeMap<Path<'static>, BTreeMap<String, PropMap>>;
/// Makes properties wrong.
pub(crate) type Spoil = fn(&mut Tree);

/// What is special about one stand-in.
#[derive(Clone)]
pub(crate) struct Habits {
    pub(crate) faults: Vec<Fault>,
    pub(crate) has_adapter: bool,
    pub(crate) powered: bool,
    pub(crate) spoil: Spoil,
}

impl Default for Habits {
    fn default() -> Self {
        Self { faults: Vec::new(), has_adapter: true, powered: true, spoil: |_| {} }
    }
}

/// The stand-in, in a thread of its own, until it is dropped.
pub(crate) struct Bluez {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bluez {
    /// Owns its name when it returns.
    pub(crate) fn start(bus: &str, habits: Habits) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let daemon = Daemon::begin(bus, habits);
        let told = Arc::clone(&over);
        let thread = thread::spawn(move || daemon.run(&told));
        Self { over, thread: Some(thread) }
    }
}

impl Drop for Bluez {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !thread::panicking()
        {
            panic!("the stand-in for bluetoothd failed, see above");
        }
    }
}

/// A band as bluetoothd knows it.
struct Device {
    address: &'static str,
    connected: bool,
    resolved: bool,
    notifying: BTreeSet<&'static str>,
}

/// What happens by itself.
enum Later {
    Advertise,
    Reaction(&'static str, Reaction),
    ComesBack(&'static str),
}

struct Daemon {
    channel: Channel,
    habits: Habits,
    discovering: bool,
    device: Option<Device>,
    later: Vec<(Instant, Later)>,
    ends: bool,
}

impl Daemon {
    fn begin(bus: &str, habits: Habits) -> Self {
        let mut channel = Channel::open_private(bus).unwrap();
        channel.register().unwrap();
        let dbus = "org.freedesktop.DBus";
        let own = Message::new_method_call(dbus, "/org/freedesktop/DBus", dbus, "RequestName").unwrap();
        channel.send_with_reply_and_block(own.append2("org.bluez", 0_u32), Duration::from_secs(5)).unwrap();
        let device = Some(Device::new(band::ADDRESSES[0]));
        let later = vec![(Instant::now(), Later::Advertise)];
        Self { channel, habits, discovering: false, device, later, ends: false }
    }

    /// Answers until it is over.
    fn run(mut self, over: &AtomicBool) {
        while !self.ends && !over.load(Ordering::Relaxed) {
            match self.channel.blocking_pop_message(FRAME) {
                Ok(Some(message)) if message.msg_type() == MessageType::MethodCall => self.answer(&message),
                Ok(_) => {}
                // The bus has ended.
                Err(_) => return,
            }
            self.do_what_is_due();
        }
    }

    // --- what it is asked

    fn answer(&mut self, call: &Message) {
        let member = call.member().unwrap().to_string();
        let short = call.path().and_then(|path| short_of(&path)).unwrap_or_default();
        let written = match member.as_str() {
            "WriteValue" => call.get1::<Vec<u8>>().unwrap(),
            _ => Vec::new(),
        };
        let asked = format!("{member} {short} {}", hex::encode(&written));
        match self.strikes(&asked) {
            None => {
                let answer = self.ordinarily(call, &member, short, &written, false);
                self.send(answer);
            }
            Some(Deed::Error(name, message)) => self.send(error(call, name, message)),
            Some(Deed::Silence) => {}
            Some(Deed::Ends) => self.ends = true,
            Some(Deed::Unplugged) => {
                self.forget();
                self.habits.has_adapter = false;
                self.signal_removed(ADAPTER_PATH.into(), ADAPTER);
                self.send(error(call, "org.freedesktop.DBus.Error.UnknownObject", "no such object"));
            }
            Some(Deed::SwitchedOff) => {
                self.lose_link();
                self.habits.powered = false;
                self.discovering = false;
                self.signal_changed(ADAPTER_PATH, ADAPTER, "Powered", false);
                self.send(error(call, "org.bluez.Error.NotReady", "Resource Not Ready"));
            }
            Some(Deed::LinkLost) => {
                self.lose_link();
                self.send(error(call, "org.bluez.Error.Failed", "Not connected"));
            }
            Some(Deed::Forgotten { back }) => {
                self.forget();
                if let Some((while_away, address)) = back {
                    self.after(while_away, Later::ComesBack(address));
                }
                self.send(error(call, "org.freedesktop.DBus.Error.UnknownObject", "no such object"));
            }
            Some(Deed::AnswersLast) => {
                let answer = self.ordinarily(call, &member, short, &written, true);
                self.send(answer);
            }
        }
    }

    /// What goes wrong now, if anything does.
    fn strikes(&mut self, asked: &str) -> Option<Deed> {
        let faults = &mut self.habits.faults;
        let fault = faults.iter_mut().find(|fault| fault.times > 0 && asked.starts_with(fault.at))?;
        fault.times -= 1;
        Some(fault.deed.clone())
    }

    fn ordinarily(
        &mut self,
        call: &Message,
        member: &str,
        short: &'static str,
        written: &[u8],
        at_once: bool,
    ) -> Message {
        let path = call.path().unwrap().into_static();
        let unknown = || error(call, "org.freedesktop.DBus.Error.UnknownObject", "no such object");
        let done = call.method_return();
        if member == "GetManagedObjects" {
            return done.append1(self.tree());
        }
        if member == "Introspect" {
            return done.append1(self.introspect(&path));
        }
        let mut tree = self.tree();
        let Some(mut object) = tree.remove(&path) else { return unknown() };
        match member {
            "Get" => {
                let (interface, name) = call.get2::<String, String>();
                let value = object.remove(&interface.unwrap()).and_then(|mut all| all.remove(&name.unwrap()));
                match value {
                    Some(value) => done.append1(value),
                    None => error(call, "org.freedesktop.DBus.Error.InvalidArgs", "No such property"),
                }
            }
            "GetAll" => done.append1(object.remove(&call.get1::<String>().unwrap()).unwrap_or_default()),
            "Set" => {
                self.habits.powered = true;
                self.signal_changed(ADAPTER_PATH, ADAPTER, "Powered", true);
                done
            }
            "StartDiscovery" if self.discovering => {
                error(call, "org.bluez.Error.InProgress", "Operation already in progress")
            }
            "StartDiscovery" | "StopDiscovery" => {
                self.discovering = member == "StartDiscovery";
                self.signal_changed(ADAPTER_PATH, ADAPTER, "Discovering", self.discovering);
                done
            }
            "RemoveDevice" => {
                self.forget();
                self.after(ADVERTISING, Later::ComesBack(band::ADDRESSES[0]));
                done
            }
            "Connect" => {
                self.connect();
                done
            }
            "Disconnect" => {
                self.lose_link();
                done
            }
            "ReadValue" => done.append1(band::value(short)),
            "WriteValue" => {
                for (after, reaction) in band::reactions(short, written) {
                    if at_once {
                        self.react(short, reaction);
                    } else {
                        self.after(after, Later::Reaction(short, reaction));
                    }
                }
                done
            }
            "StartNotify" => {
                if let Some(device) = &mut self.device {
                    device.notifying.insert(short);
                }
                done
            }
            "SetDiscoveryFilter" | "StopNotify" => done,
            other => panic!("nobody expected {other}"),
        }
    }

    // --- what happens

    fn do_what_is_due(&mut self) {
        let now = Instant::now();
        let (due, later) = std::mem::take(&mut self.later).into_iter().partition(|(at, _)| *at <= now);
        self.later = later;
        let due: Vec<(Instant, Later)> = due;
        for (_, what) in due {
            match what {
                Later::Advertise => {
                    if let Some(device) = self.device.as_ref().filter(|_| self.discovering) {
                        self.signal_changed(&device.path(), DEVICE, "RSSI", -50_i16);
                    }
                    self.after(ADVERTISING, Later::Advertise);
                }
                Later::Reaction(short, reaction) => self.react(short, reaction),
                Later::ComesBack(address) => self.appear(address),
            }
        }
    }

    fn after(&mut self, delay: Duration, what: Later) {
        self.later.push((Instant::now() + delay, what));
    }

    fn react(&mut self, short: &'static str, reaction: Reaction) {
        match reaction {
            Reaction::Says(value) => {
                let device = self.device.as_ref();
                let Some(device) = device.filter(|device| device.notifying.contains(short)) else { return };
                let path = characteristics(&device.path()).find(|(_, found, _)| *found == short);
                self.signal_changed(&path.unwrap().0, CHARACTERISTIC, "Value", value);
            }
            Reaction::IsErased => {
                self.forget();
                self.appear(band::ADDRESSES[1]);
            }
        }
    }

    fn connect(&mut self) {
        let resolved = self.strikes(RESOLVING).is_none();
        let Some(device) = &mut self.device else { return };
        device.connected = true;
        device.resolved = resolved;
        let path = device.path();
        self.signal_changed(&path, DEVICE, "Connected", true);
        if resolved {
            self.signal_changed(&path, DEVICE, "ServicesResolved", true);
        }
    }

    fn lose_link(&mut self) {
        let Some(device) = &mut self.device else { return };
        let was_connected = std::mem::take(&mut device.connected);
        device.resolved = false;
        device.notifying.clear();
        let path = device.path();
        if was_connected {
            self.signal_changed(&path, DEVICE, "ServicesResolved", false);
            self.signal_changed(&path, DEVICE, "Connected", false);
        }
    }

    fn forget(&mut self) {
        self.lose_link();
        if let Some(device) = self.device.take() {
            self.signal_removed(device.path().into(), DEVICE);
        }
    }

    fn appear(&mut self, address: &'static str) {
        let device = Device::new(address);
        let interfaces = HashMap::from([(DEVICE, device.properties())]);
        let added = Message::new_signal("/", MANAGER, "InterfacesAdded").unwrap();
        self.send(added.append2(Path::from(device.path()), interfaces));
        self.device = Some(device);
    }

    // --- what it says

    fn send(&self, message: Message) {
        self.channel.send(message).unwrap();
        self.channel.flush();
    }

    fn signal_changed(&self, path: &str, interface: &str, name: &str, value: impl RefArg + 'static) {
        let changed = Message::new_signal(path, PROPERTIES, "PropertiesChanged").unwrap();
        self.send(changed.append3(interface, properties([(name, boxed(value))]), Vec::<String>::new()));
    }

    fn signal_removed(&self, path: Path<'static>, interface: &str) {
        let removed = Message::new_signal("/", MANAGER, "InterfacesRemoved").unwrap();
        self.send(removed.append2(path, vec![interface]));
    }

    /// Every object with its interfaces and properties.
    fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        if !self.habits.has_adapter {
            return tree;
        }
        let adapter = [
            ("Address", boxed("F0:F1:F2:F3:F4:F5".to_owned())),
            ("AddressType", boxed("public".to_owned())),
            ("Name", boxed("stand-in".to_owned())),
            ("Alias", boxed("stand-in".to_owned())),
            ("Modalias", boxed("usb:v1D6Bp0246d0542".to_owned())),
            ("UUIDs", boxed(Vec::<String>::new())),
            ("Class", boxed(0_u32)),
            ("DiscoverableTimeout", boxed(0_u32)),
            ("PairableTimeout", boxed(0_u32)),
            ("Powered", boxed(self.habits.powered)),
            ("Discoverable", boxed(false)),
            ("Pairable", boxed(false)),
            ("Discovering", boxed(self.discovering)),
        ];
        put(&mut tree, ADAPTER_PATH, ADAPTER, properties(adapter));
        if let Some(device) = &self.device {
            device.grow(&mut tree);
        }
        (self.habits.spoil)(&mut tree);
        tree
    }

    /// The names of what is directly below a path, as BlueZ tells them.
    fn introspect(&self, path: &Path<'_>) -> String {
        let below = format!("{path}/");
        let tree = self.tree();
        let names =
            tree.keys().filter_map(|other| other.strip_prefix(&below)).filter(|name| !name.contains('/'));
        let nodes: String = names.map(|name| format!("<node name=\"{name}\"/>")).collect();
        format!("<node>{nodes}</node>")
    }
}

impl Device {
    fn new(address: &'static str) -> Self {
        Self { address, connected: false, resolved: false, notifying: BTreeSet::new() }
    }

    fn path(&self) -> String {
        format!("{ADAPTER_PATH}/dev_{}", self.address.replace(':', "_"))
    }

    fn properties(&self) -> PropMap {
        let advertised: HashMap<u16, Variant<Box<dyn RefArg>>> =
            HashMap::from([(band::MAKER, boxed(vec![0_u8; 6]))]);
        properties([
            ("Address", boxed(self.address.to_owned())),
            ("AddressType", boxed("random".to_owned())),
            ("Name", boxed(band::NAME.to_owned())),
            ("Alias", boxed(band::NAME.to_owned())),
            ("Adapter", boxed(Path::from(ADAPTER_PATH))),
            ("UUIDs", boxed(vec![band::uuid("fee0")])),
            ("ManufacturerData", boxed(advertised)),
            ("RSSI", boxed(-50_i16)),
            ("Paired", boxed(false)),
            ("Bonded", boxed(false)),
            ("Trusted", boxed(false)),
            ("Blocked", boxed(false)),
            ("LegacyPairing", boxed(false)),
            ("Connected", boxed(self.connected)),
            ("ServicesResolved", boxed(self.resolved)),
        ])
    }

    /// Its objects.
    fn grow(&self, tree: &mut Tree) {
        let path = self.path();
        put(tree, &path, DEVICE, self.properties());
        if !self.resolved {
            return;
        }
        for (name, short, _) in band::SERVICES {
            let own = [
                ("UUID", boxed(band::uuid(short))),
                ("Primary", boxed(true)),
                ("Device", boxed(Path::from(path.clone()))),
            ];
            put(tree, &format!("{path}/{name}"), SERVICE, properties(own));
        }
        for (at, short, flags) in characteristics(&path) {
            let service = at.rsplit_once('/').unwrap().0.to_owned();
            let own = [
                ("UUID", boxed(band::uuid(short))),
                ("Service", boxed(Path::from(service))),
                ("Value", boxed(Vec::<u8>::new())),
                ("Notifying", boxed(self.notifying.contains(short))),
                ("Flags", boxed(flags.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>())),
                ("MTU", boxed(23_u16)),
            ];
            put(tree, &at, CHARACTERISTIC, properties(own));
        }
    }
}

/// The band's characteristics: paths, short UUIDs and flags.
fn characteristics(
    device: &str,
) -> impl Iterator<Item = (String, &'static str, &'static [&'static str])> + use<'_> {
    band::SERVICES.into_iter().flat_map(move |(service, _, all)| {
        all.iter().map(move |(name, short, flags)| (format!("{device}/{service}/{name}"), *short, *flags))
    })
}

fn short_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let all = band::SERVICES.into_iter().flat_map(|(_, _, all)| all);
    all.into_iter().find(|(found, ..)| *found == name).map(|(_, short, _)| *short)
}

fn put(tree: &mut Tree, path: &str, interface: &str, properties: PropMap) {
    tree.entry(Path::from(path.to_owned())).or_default().insert(interface.to_owned(), properties);
}

fn properties<const N: usize>(all: [(&str, Variant<Box<dyn RefArg>>); N]) -> PropMap {
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A value as properties hold it.
pub(crate) fn boxed(value: impl RefArg + 'static) -> Variant<Box<dyn RefArg>> {
    Variant(Box::new(value))
}

fn error(call: &Message, name: &str, message: &str) -> Message {
    call.error(&ErrorName::from(name), &CString::new(message).unwrap())
}
