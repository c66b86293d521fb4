//! What a band-rescue needs of BlueZ and btleplug does not have: forgetting a device with its bond and cached
//! services, switching the adapter on and seeing what keeps it off, noticing that the adapter or bluetoothd itself is gone.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use btleplug::platform::Peripheral;
use dbus::Path;
use dbus::message::MatchRule;
use dbus::nonblock::stdintf::org_freedesktop_dbus::Properties as _;
use dbus::nonblock::{MsgMatch, Proxy, SyncConnection};
use rescue_core::PeerId;
use rescue_core::event::{Bond, Failure};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::failure::of_bluez;
use super::stack::{News, address};
use super::trouble::Block;

const BLUEZ: &str = "org.bluez";
const ADAPTER: &str = "org.bluez.Adapter1";
const DEVICE: &str = "org.bluez.Device1";
const BUS: &str = "org.freedesktop.DBus";
/// An answer of bluetoothd.
const PATIENCE: Duration = Duration::from_secs(8);

/// An adapter, seen by way of the system bus.
pub(super) struct System {
    bus: Arc<SyncConnection>,
    adapter: Path<'static>,
    serving: AbortHandle,
    _watching: [MsgMatch; 2],
}

impl System {
    /// `adapter` begins with its name, such as `hci0`.
    pub(super) async fn open(adapter: &str, news: UnboundedSender<News>) -> Option<Self> {
        let name = adapter.split_whitespace().next()?;
        let adapter = Path::new(format!("/org/bluez/{name}")).ok()?;
        let (serving, bus) = dbus_tokio::connection::new_system_sync().ok()?;
        let gone = news.clone();
        let serving = tokio::spawn(async move {
            serving.await;
            drop(gone.send(News::Gone));
        });
        let removed = watch_adapter(&bus, adapter.clone(), news.clone()).await.ok()?;
        let stopped = watch_bluetoothd(&bus, news).await.ok()?;
        Some(Self { bus, adapter, serving: serving.abort_handle(), _watching: [removed, stopped] })
    }

    /// Switches the adapter on.
    pub(super) async fn switch_on(&self) -> Result<(), Failure> {
        self.proxy(self.adapter.clone()).set(ADAPTER, "Powered", true).await.map_err(|error| of_bluez(&error))
    }

    /// What keeps the adapter off, as far as the kernel tells.
    pub(super) fn block() -> Block {
        let switches = fs::read_dir("/sys/class/rfkill").into_iter().flatten().flatten();
        let is = |folder: &std::path::Path, file, value| {
            fs::read_to_string(folder.join(file)).is_ok_and(|read| read.trim() == value)
        };
        let blocks = switches.map(|switch| switch.path()).filter(|path| is(path, "type", "bluetooth"));
        let mut block = Block::None;
        for path in blocks {
            if is(&path, "hard", "1") {
                return Block::ByHardware;
            }
            if is(&path, "soft", "1") {
                block = Block::BySystem;
            }
        }
        block
    }

    /// The bond with a device; a device that is not known has none.
    pub(super) async fn bond(&self, peer: &PeerId) -> Result<Bond, Failure> {
        let Some(device) = self.device(peer) else { return Ok(Bond::None) };
        match self.proxy(device).get::<bool>(DEVICE, "Paired").await.map_err(|error| of_bluez(&error)) {
            Ok(true) => Ok(Bond::Bonded),
            Ok(false) | Err(Failure::Missing) => Ok(Bond::None),
            Err(failure) => Err(failure),
        }
    }

    /// Forgets a device: its bond, its cached services, its link.
    pub(super) async fn forget(&self, peer: &PeerId) -> Result<(), Failure> {
        let device = self.device(peer).ok_or(Failure::Missing)?;
        let adapter = self.proxy(self.adapter.clone());
        let removed: Result<(), _> = adapter.method_call(ADAPTER, "RemoveDevice", (device,)).await;
        removed.map_err(|error| of_bluez(&error))
    }

    /// Ends a pairing that is under way.
    pub(super) async fn cancel_pairing(&self, peer: &PeerId) -> Result<(), Failure> {
        let device = self.device(peer).ok_or(Failure::Missing)?;
        let cancelled: Result<(), _> = self.proxy(device).method_call(DEVICE, "CancelPairing", ()).await;
        cancelled.map_err(|error| of_bluez(&error))
    }

    /// BlueZ drops its cached services of a device only with the device itself.
    pub(super) async fn clear_cache(&self, device: &Peripheral) -> Result<(), Failure> {
        let address = address(device).ok_or(Failure::Missing)?;
        self.forget(&PeerId(address.to_string())).await
    }

    fn device(&self, peer: &PeerId) -> Option<Path<'static>> {
        Path::new(format!("{}/dev_{}", self.adapter, peer.0.replace(':', "_"))).ok()
    }

    fn proxy<'a>(&self, path: Path<'a>) -> Proxy<'a, Arc<SyncConnection>> {
        Proxy::new(BLUEZ, path, PATIENCE, Arc::clone(&self.bus))
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An adapter that is pulled out leaves the bus.
async fn watch_adapter(
    bus: &SyncConnection,
    adapter: Path<'static>,
    news: UnboundedSender<News>,
) -> Result<MsgMatch, dbus::Error> {
    let rule = MatchRule::new_signal("org.freedesktop.DBus.ObjectManager", "InterfacesRemoved");
    let watch = bus.add_match(rule.with_sender(BLUEZ)).await?;
    Ok(watch.cb(move |_, (removed, interfaces): (Path<'static>, Vec<String>)| {
        if removed == adapter && interfaces.iter().any(|interface| interface == ADAPTER) {
            drop(news.send(News::Gone));
        }
        true
    }))
}

/// bluetoothd may stop, or be restarted.
async fn watch_bluetoothd(
    bus: &SyncConnection,
    news: UnboundedSender<News>,
) -> Result<MsgMatch, dbus::Error> {
    let rule = MatchRule::new_signal(BUS, "NameOwnerChanged").with_sender(BUS);
    let watch = bus.add_match(rule).await?;
    Ok(watch.cb(move |_, (name, _, owner): (String, String, String)| {
        if name == BLUEZ && owner.is_empty() {
            drop(news.send(News::Gone));
        }
        true
    }))
}
