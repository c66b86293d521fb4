//! The cost of one call of the engine: a whole rescue in virtual time, and the events that come most often.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rescue_core::address::PeerId;
use rescue_core::event::{Entropy, Event, Input, Opened, PersonEvent, Seen, Task};
use rescue_core::practice::{Errand, Kind, Pair, Scenario, Traced};
use rescue_core::wire::advertisement;
use rescue_core::{Engine, Millis, WallMillis};
use rescue_tests::vector;

fn input(now: Millis, event: Event) -> Input {
    Input { now, wall: WallMillis(0), event }
}

/// The inputs of a whole rescue, as recorded, given to a fresh engine: the median time of one is the whole divided
/// by their number.
fn a_whole_rescue(c: &mut Criterion) {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, 11);
    pair.run();
    let inputs: Vec<Input> = pair
        .trace()
        .iter()
        .filter_map(|traced| match traced {
            Traced::In(now, event) => Some(input(*now, event.clone())),
            Traced::Out(..) | Traced::Shown(..) => None,
        })
        .collect();
    let mut group = c.benchmark_group("handle");
    group.throughput(criterion::Throughput::Elements(inputs.len() as u64));
    group.bench_function("every event of a rescue", |b| {
        b.iter_batched(
            || (Engine::new(), inputs.clone()),
            |(mut engine, inputs)| {
                for input in inputs {
                    black_box(engine.handle(input));
                }
                engine
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// An advertisement while the list is shown, the event that comes most often by far.
fn an_advertisement(c: &mut Criterion) {
    let mut engine = Engine::new();
    engine.handle(input(
        Millis(0),
        Event::Opened(Opened {
            journal: None,
            keys: None,
            entropy: Entropy([1; 32]),
            boot_id: String::new(),
            phone: String::new(),
            app_version: String::new(),
        }),
    ));
    engine.handle(input(Millis(0), Event::Person(PersonEvent::Begin(Task::Unpair))));
    let v75 = vector("v75");
    let raw = [v75.bytes("/inputs/advertisement"), v75.bytes("/inputs/scan_response")].concat();
    let mut now = Millis(0);
    c.bench_function("handle/an advertisement", |b| {
        b.iter(|| {
            now = now + Millis(1);
            let seen = Seen {
                peer: PeerId("C0:FF:EE:00:00:02".into()),
                address: None,
                address_kind: None,
                rssi: -50,
                connectable: Some(true),
                fields: advertisement::parse(black_box(&raw)),
            };
            black_box(engine.handle(input(now, Event::Seen(seen))))
        });
    });
}

criterion_group!(benches, a_whole_rescue, an_advertisement);
criterion_main!(benches);
