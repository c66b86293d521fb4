//! One link, from the attempt to connect until it is closed and the computer has let go of the band.
//!
//! Core has at most one operation in flight on it. An operation that ends because the link went down is answered by
//! that alone.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;

use btleplug::api::{Peripheral as _, ValueNotification, WriteType};
use btleplug::platform::{Peripheral, PeripheralId};
use futures::{Stream, StreamExt as _};
use rescue_core::event::{CharacteristicId, Event, Failure, GattCharacteristic, GattService, OpId, Value};
use rescue_core::{Payload, PeerId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::Teller;
use super::failure::failure;
use super::stack::Stack;

/// The platforms of btleplug do not tell why a link went down.
const NO_REASON: u16 = 0;
/// The status of a link that was closed on this side.
const CLOSED_HERE: u16 = 22;

/// Something to do on a link.
#[derive(Debug)]
pub(super) enum Operation {
    Discover,
    ClearCache,
    Mtu,
    Read(CharacteristicId),
    Write { characteristic: CharacteristicId, value: Payload, with_response: bool },
    Subscribe(CharacteristicId),
}

#[derive(Debug)]
enum Order {
    Operate(OpId, Operation),
    /// A device was disconnected, perhaps this one.
    Disconnected(PeripheralId),
    /// The whole stack is gone.
    StackGone,
    Close,
}

/// A link.
pub(super) struct Link {
    orders: UnboundedSender<Order>,
    task: JoinHandle<()>,
}

impl Link {
    /// Begins to connect; the operation's number names the link.
    pub(super) fn begin(op: OpId, peer: PeerId, stack: Arc<Stack>, teller: Teller) -> Self {
        let (orders, ordered) = unbounded_channel();
        let task = tokio::spawn(Life { op, peer, stack, teller, orders: ordered }.run());
        Self { orders, task }
    }

    /// Starts an operation; false if the link is over.
    pub(super) fn operate(&self, op: OpId, operation: Operation) -> bool {
        self.orders.send(Order::Operate(op, operation)).is_ok()
    }

    /// A device was disconnected, perhaps this one.
    pub(super) fn disconnected(&self, id: &PeripheralId) {
        drop(self.orders.send(Order::Disconnected(id.clone())));
    }

    /// The stack is gone, and every link with it.
    pub(super) fn stack_gone(&self) {
        drop(self.orders.send(Order::StackGone));
    }

    /// Closes it, or gives the attempt up. Nothing more is heard of it.
    pub(super) fn close(&self) {
        drop(self.orders.send(Order::Close));
    }

    /// Whether it is over and the computer has let go of the band.
    pub(super) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits for that.
    pub(super) async fn ended(self) {
        drop(self.task.await);
    }
}

type Work<'a> = Pin<Box<dyn Future<Output = Done> + Send + 'a>>;
type Notifications = Pin<Box<dyn Stream<Item = ValueNotification> + Send>>;

struct Life {
    op: OpId,
    peer: PeerId,
    stack: Arc<Stack>,
    teller: Teller,
    orders: UnboundedReceiver<Order>,
}

/// How a link ended.
enum End {
    /// Core closed it.
    Closed,
    /// It went down, and core was told.
    Down,
}

impl Life {
    async fn run(mut self) {
        // The computer lets go of a band only after a while; a new attempt waits for that.
        let turn = self.stack.turn(&self.peer);
        let _turn = tokio::select! {
            turn = turn.lock_owned() => turn,
            () = closed(&mut self.orders) => return,
        };
        let stack = Arc::clone(&self.stack);
        let mut device = None;
        let connected = tokio::select! {
            connected = connect(&stack, &self.peer, &mut device) => connected,
            () = closed(&mut self.orders) => {
                let_go(device.as_ref()).await;
                return;
            }
        };
        match (connected, device) {
            (Ok(notifications), Some(device)) => {
                self.teller.answer(self.op, Ok(Value::Nothing));
                if let End::Closed = self.stay(&device, notifications).await {
                    let_go(Some(&device)).await;
                }
            }
            (Err(failure), device) => {
                self.teller.answer(self.op, Err(failure));
                // The link may be up, and only what stands on it have failed.
                let_go(device.as_ref()).await;
            }
            (Ok(_), None) => self.teller.answer(self.op, Err(Failure::Missing)),
        }
    }

    /// Serves the link while it is up.
    async fn stay(&mut self, device: &Peripheral, mut notifications: Notifications) -> End {
        let stack = Arc::clone(&self.stack);
        let mut work: Option<(OpId, Work<'_>)> = None;
        loop {
            let done = async {
                match &mut work {
                    Some((op, work)) => (*op, work.await),
                    None => pending().await,
                }
            };
            tokio::select! {
                // What was notified before an operation ended is told before its answer.
                biased;
                Some(value) = notifications.next() => self.notified(value),
                (op, done) = done => {
                    work = None;
                    match done {
                        Done::Answer(Err(_)) if !device.is_connected().await.unwrap_or(false) => {
                            return self.down(NO_REASON);
                        }
                        Done::Answer(answer) => self.teller.answer(op, answer),
                        Done::LinkSpent => return self.down(CLOSED_HERE),
                    }
                }
                order = self.orders.recv() => match order {
                    Some(Order::Operate(op, operation)) => {
                        work = Some((op, Box::pin(perform(&stack, device, operation))));
                    }
                    Some(Order::Disconnected(id)) if id == device.id() => return self.down(NO_REASON),
                    Some(Order::Disconnected(_)) => {}
                    Some(Order::StackGone) => return self.down(CLOSED_HERE),
                    Some(Order::Close) | None => return End::Closed,
                },
            }
        }
    }

    fn notified(&self, notification: ValueNotification) {
        let ValueNotification { uuid, service_uuid, value } = notification;
        self.teller.tell(Event::Notified {
            link: self.op,
            characteristic: CharacteristicId { service: service_uuid, characteristic: uuid },
            value: Payload(value),
        });
    }

    fn down(&self, status: u16) -> End {
        self.teller.tell(Event::LinkDown { link: self.op, status });
        End::Down
    }
}

/// Waits until the link is to be closed; everything else is too early or too late for an attempt.
async fn closed(orders: &mut UnboundedReceiver<Order>) {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Close => return,
            Order::Operate(..) | Order::Disconnected(_) | Order::StackGone => {}
        }
    }
}

/// Connects; leaves the device as soon as it is known, so that an attempt can be given up.
async fn connect(
    stack: &Arc<Stack>,
    peer: &PeerId,
    device: &mut Option<Peripheral>,
) -> Result<Notifications, Failure> {
    let found = device.insert(stack.seek(peer).await.ok_or(Failure::Missing)?);
    found.connect().await.map_err(|error| failure(&error))?;
    let notifications = found.notifications().await.map_err(|error| failure(&error))?;
    match found.is_connected().await {
        Ok(true) => Ok(notifications),
        Ok(false) | Err(_) => Err(Failure::Status(NO_REASON)),
    }
}

async fn let_go(device: Option<&Peripheral>) {
    if let Some(device) = device {
        // It may have gone by itself.
        drop(device.disconnect().await);
    }
}

/// What became of an operation.
enum Done {
    Answer(Result<Value, Failure>),
    /// It was done, and cost the link.
    LinkSpent,
}

async fn perform(stack: &Stack, device: &Peripheral, operation: Operation) -> Done {
    if matches!(operation, Operation::ClearCache) {
        return match stack.system.clear_cache(device).await {
            Ok(()) => Done::LinkSpent,
            Err(failure) => Done::Answer(Err(failure)),
        };
    }
    Done::Answer(on_table(device, operation).await)
}

async fn on_table(device: &Peripheral, operation: Operation) -> Result<Value, Failure> {
    let done = match operation {
        Operation::Discover => {
            device.discover_services().await.map_err(|error| failure(&error))?;
            return Ok(Value::Services(table(device)));
        }
        Operation::ClearCache => return Err(Failure::Unsupported),
        Operation::Mtu => return Ok(Value::Mtu(device.mtu())),
        Operation::Read(characteristic) => {
            let bytes = device.read(&of_table(device, characteristic)?).await;
            return bytes.map(|bytes| Value::Bytes(Payload(bytes))).map_err(|error| failure(&error));
        }
        Operation::Write { characteristic, value, with_response } => {
            let kind = if with_response { WriteType::WithResponse } else { WriteType::WithoutResponse };
            device.write(&of_table(device, characteristic)?, value.as_slice(), kind).await
        }
        Operation::Subscribe(characteristic) => device.subscribe(&of_table(device, characteristic)?).await,
    };
    done.map(|()| Value::Nothing).map_err(|error| failure(&error))
}

fn table(device: &Peripheral) -> Vec<GattService> {
    let services = device.services().into_iter().map(|service| GattService {
        uuid: service.uuid,
        characteristics: service
            .characteristics
            .into_iter()
            .map(|characteristic| GattCharacteristic {
                uuid: characteristic.uuid,
                properties: characteristic.properties.bits(),
            })
            .collect(),
    });
    services.collect()
}

fn of_table(device: &Peripheral, wanted: CharacteristicId) -> Result<btleplug::api::Characteristic, Failure> {
    let mut services = device.services().into_iter().filter(|service| service.uuid == wanted.service);
    let found = services.find_map(|service| {
        let mut characteristics = service.characteristics.into_iter();
        characteristics.find(|characteristic| characteristic.uuid == wanted.characteristic)
    });
    found.ok_or(Failure::Missing)
}
