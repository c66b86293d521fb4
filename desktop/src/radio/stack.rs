//! The computer's Bluetooth stack: one adapter, what it knows, and the news it brings.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use btleplug::api::{
    Central as _, CentralEvent, CentralState, Manager as _, Peripheral as _, RetrievePeripheralsOptions,
    ScanFilter,
};
use btleplug::platform::{self, Manager, Peripheral, PeripheralId};
use futures::StreamExt as _;
use rescue_core::event::Adapter;
use rescue_core::wire::gatt;
use rescue_core::{Address, PeerId};
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use super::failure::failure;
use super::system::System;
use super::trouble::Trouble;

/// Some platforms tell the adapter's state only a moment after they are asked for the first time.
const STATE: Duration = Duration::from_secs(2);
/// How long a band that the computer has forgotten is looked for before connecting.
const SEEK: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// What the stack tells by itself.
#[derive(Debug)]
pub(super) enum News {
    /// A device was heard, or something new of it.
    Heard(PeripheralId),
    /// A device is no longer connected.
    Disconnected(PeripheralId),
    /// The adapter was switched on or off.
    Power(bool),
    /// The adapter, or the service that runs it, is gone.
    Gone,
}

/// Whoever holds it has, or is making, the link to a device.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// One adapter. When it is dropped, its news end.
pub(super) struct Stack {
    pub(super) adapter: platform::Adapter,
    pub(super) system: System,
    names: Mutex<BTreeMap<PeerId, PeripheralId>>,
    turns: Mutex<BTreeMap<PeerId, Turn>>,
    /// How many scans are wanted.
    scans: tokio::sync::Mutex<u32>,
    listening: AbortHandle,
}

impl Stack {
    /// Opens the adapter with this name, or else the first that is on.
    pub(super) async fn open(wanted: Option<&str>, news: UnboundedSender<News>) -> Result<Self, Trouble> {
        let of = |error: btleplug::Error| Trouble::of(failure(&error));
        let manager = Manager::new().await.map_err(|_| Trouble::NoBus)?;
        let adapter = choose(manager.adapters().await.map_err(of)?, wanted).await?;
        let name = adapter.adapter_info().await.map_err(of)?;
        let system = System::open(&name, news.clone()).await.ok_or(Trouble::NoService)?;
        let mut events = adapter.events().await.map_err(of)?;
        let listening = tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if let Some(told) = worth_telling(event)
                    && news.send(told).is_err()
                {
                    return;
                }
            }
            drop(news.send(News::Gone));
        });
        Ok(Self {
            adapter,
            system,
            names: Mutex::default(),
            turns: Mutex::default(),
            scans: tokio::sync::Mutex::default(),
            listening: listening.abort_handle(),
        })
    }

    /// Whether the adapter is on.
    pub(super) async fn power(&self) -> Adapter {
        let until = Instant::now() + STATE;
        loop {
            match self.adapter.adapter_state().await {
                Ok(CentralState::PoweredOn) => return Adapter::On,
                Ok(CentralState::PoweredOff) => return Adapter::Off,
                Ok(CentralState::Unknown) if Instant::now() < until => sleep(LOOK_AGAIN).await,
                Ok(CentralState::Unknown) => return Adapter::Off,
                Err(_) => return Adapter::Missing,
            }
        }
    }

    /// Scans for everything: not every band advertises a service. The adapter scans as long as anybody wants it to.
    pub(super) async fn scan(self: &Arc<Self>) -> btleplug::Result<Scan> {
        let mut scans = self.scans.lock().await;
        if *scans == 0 {
            self.adapter.start_scan(ScanFilter::default()).await?;
        }
        *scans += 1;
        Ok(Scan { stack: Some(Arc::clone(self)) })
    }

    async fn one_scan_less(&self) {
        let mut scans = self.scans.lock().await;
        *scans -= 1;
        if *scans == 0 {
            // It may have stopped by itself, with Bluetooth.
            drop(self.adapter.stop_scan().await);
        }
    }

    /// Core's name of a device, which is remembered: the address, or the platform's own id where it hides that.
    pub(super) fn name(&self, device: &Peripheral) -> PeerId {
        let id = device.id();
        let peer = match address(device) {
            Some(address) => PeerId(address.to_string()),
            None => PeerId(id.to_string()),
        };
        lock(&self.names).insert(peer.clone(), id);
        peer
    }

    /// For one link to a device at a time.
    pub(super) fn turn(&self, peer: &PeerId) -> Turn {
        Arc::clone(lock(&self.turns).entry(peer.clone()).or_default())
    }

    /// The device with this name, if the computer has not forgotten it.
    async fn known(&self, peer: &PeerId) -> Option<Peripheral> {
        let id = lock(&self.names).get(peer).cloned();
        if let Some(id) = id {
            return self.adapter.peripheral(&id).await.ok();
        }
        let known = self.adapter.peripherals().await.unwrap_or_default();
        known.into_iter().find(|device| self.name(device) == *peer)
    }

    /// The device with this name; one that the computer has forgotten is first looked for in the air.
    pub(super) async fn seek(self: &Arc<Self>, peer: &PeerId) -> Option<Peripheral> {
        if let Some(device) = self.known(peer).await {
            return Some(device);
        }
        let scan = self.scan().await.ok();
        let until = Instant::now() + SEEK;
        let found = loop {
            let found = self.known(peer).await;
            if found.is_some() || Instant::now() > until {
                break found;
            }
            sleep(LOOK_AGAIN).await;
        };
        if let Some(scan) = scan {
            scan.stop().await;
        }
        found
    }

    /// The bands that are connected to this computer.
    pub(super) async fn connected(&self) -> Vec<PeerId> {
        let services = Some(vec![gatt::FEE0, gatt::FEE1, gatt::short(0xFE95)]);
        let options = RetrievePeripheralsOptions { identifiers: None, services };
        let devices = self.adapter.retrieve_peripherals(options).await.unwrap_or_default();
        devices.iter().map(|device| self.name(device)).collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A scan that somebody wants. It ends with `stop`, and also where an attempt to connect is given up while it looks.
pub(super) struct Scan {
    stack: Option<Arc<Stack>>,
}

impl Scan {
    pub(super) async fn stop(mut self) {
        if let Some(stack) = self.stack.take() {
            stack.one_scan_less().await;
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        if let Some(stack) = self.stack.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move { stack.one_scan_less().await });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A device's address, where the platform tells.
pub(super) fn address(device: &Peripheral) -> Option<Address> {
    let bytes = device.address().into_inner();
    (bytes != [0; 6]).then_some(Address(bytes))
}

async fn choose(
    adapters: Vec<platform::Adapter>,
    wanted: Option<&str>,
) -> Result<platform::Adapter, Trouble> {
    let mut first = None;
    let mut there = Vec::new();
    for adapter in adapters {
        let Ok(info) = adapter.adapter_info().await else { continue };
        let name = info.split_whitespace().next().unwrap_or_default().to_owned();
        match wanted {
            Some(wanted) if name == wanted => return Ok(adapter),
            Some(_) => there.push(name),
            None if matches!(adapter.adapter_state().await, Ok(CentralState::PoweredOn)) => {
                return Ok(adapter);
            }
            None => first = first.or(Some(adapter)),
        }
    }
    match wanted {
        Some(wanted) => Err(Trouble::NoSuchAdapter { wanted: wanted.to_owned(), there }),
        None => first.ok_or(Trouble::NoAdapter),
    }
}

fn worth_telling(event: CentralEvent) -> Option<News> {
    match event {
        CentralEvent::DeviceDiscovered(id)
        | CentralEvent::DeviceUpdated(id)
        | CentralEvent::ManufacturerDataAdvertisement { id, .. }
        | CentralEvent::ServiceDataAdvertisement { id, .. }
        | CentralEvent::ServicesAdvertisement { id, .. }
        | CentralEvent::RssiUpdate { id, .. } => Some(News::Heard(id)),
        CentralEvent::DeviceDisconnected(id) => Some(News::Disconnected(id)),
        CentralEvent::StateUpdate(CentralState::PoweredOn) => Some(News::Power(true)),
        CentralEvent::StateUpdate(CentralState::PoweredOff) => Some(News::Power(false)),
        CentralEvent::StateUpdate(CentralState::Unknown)
        | CentralEvent::DeviceConnected(_)
        | CentralEvent::DeviceServicesModified(_) => None,
    }
}
