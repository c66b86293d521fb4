//! Reports what is heard: at most a few times a second for one device, however often it is heard.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use btleplug::api::{AddressType, Central as _, Peripheral as _, PeripheralProperties};
use btleplug::platform::{Peripheral, PeripheralId};
use rescue_core::AddressKind;
use rescue_core::event::{AdvertisedFields, Event, Seen};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::Teller;
use super::stack::{Stack, address};

/// Between two reports.
const PAUSE: Duration = Duration::from_millis(150);

/// Reports until it is dropped.
pub(super) struct Reporter {
    heard: UnboundedSender<PeripheralId>,
    task: AbortHandle,
}

impl Reporter {
    pub(super) fn start(stack: Arc<Stack>, teller: Teller) -> Self {
        let (heard, news) = unbounded_channel();
        let task = tokio::spawn(report(news, stack, teller)).abort_handle();
        Self { heard, task }
    }

    /// A device was heard.
    pub(super) fn heard(&self, id: PeripheralId) {
        drop(self.heard.send(id));
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn report(mut news: UnboundedReceiver<PeripheralId>, stack: Arc<Stack>, teller: Teller) {
    let mut heard = Vec::new();
    while news.recv_many(&mut heard, usize::MAX).await > 0 {
        for id in heard.drain(..).collect::<HashSet<_>>() {
            if let Ok(device) = stack.adapter.peripheral(&id).await
                && let Ok(Some(properties)) = device.properties().await
                && let Some(seen) = seen(&stack, &device, properties)
            {
                teller.tell(Event::Seen(seen));
            }
        }
        sleep(PAUSE).await;
    }
}

/// `None` for what was not heard in this scan: a computer also tells of devices that it remembers.
fn seen(stack: &Stack, device: &Peripheral, properties: PeripheralProperties) -> Option<Seen> {
    let rssi = properties.rssi?;
    // BlueZ makes up a local name where there is none; the advertised one is never made up.
    let name = if cfg!(target_os = "linux") {
        properties.advertisement_name
    } else {
        properties.advertisement_name.or(properties.local_name)
    };
    let mut manufacturer: Vec<_> = properties.manufacturer_data.into_iter().collect();
    manufacturer.sort();
    let mut service_data: Vec<_> = properties.service_data.into_iter().collect();
    service_data.sort();
    let address = address(device);
    Some(Seen {
        peer: stack.name(device),
        address,
        address_kind: address.and(properties.address_type).map(|kind| match kind {
            AddressType::Random => AddressKind::RandomStatic,
            AddressType::Public => AddressKind::Public,
        }),
        rssi,
        connectable: None,
        fields: AdvertisedFields {
            flags: None,
            name,
            services: properties.services,
            manufacturer,
            service_data,
        },
    })
}
