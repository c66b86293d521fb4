//! A session's memory is bounded: a rescue that lasts all day, a crowded room and a band that never stops talking
//! must not fill an old phone.
#![allow(clippy::unwrap_used)]

use rescue_core::address::PeerId;
use rescue_core::event::{
    AdvertisedFields, Entropy, Event, Input, OpId, Opened, PersonEvent, Seen, Task, Value,
};
use rescue_core::practice::{Errand, Kind, Pair, Scenario};
use rescue_core::wire::gatt;
use rescue_core::{Engine, Millis, Payload, WallMillis};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// A rescue on a link that is up, then a flood; gives the bytes in use after it.
fn in_use_after(flood: u32) -> usize {
    let mut engine = Engine::new();
    let mut now = Millis(0);
    let mut hand_in = |event| {
        now = now + Millis(7);
        engine.handle(Input { now, wall: WallMillis(0), event })
    };
    hand_in(Event::Opened(Opened {
        journal: None,
        keys: None,
        entropy: Entropy([3; 32]),
        boot_id: String::new(),
        phone: String::new(),
        app_version: String::new(),
    }));
    hand_in(Event::Person(PersonEvent::Begin(Task::Unpair)));
    for number in 0..flood {
        let peer = PeerId(format!("device {number}"));
        let name = Some("x".repeat(60));
        let fields = AdvertisedFields { name, services: vec![gatt::FEE0], ..AdvertisedFields::default() };
        hand_in(Event::Seen(Seen {
            peer: peer.clone(),
            address: None,
            address_kind: None,
            rssi: -60,
            connectable: None,
            fields,
        }));
        hand_in(Event::BondChanged { peer: peer.clone(), state: rescue_core::event::Bond::None });
        hand_in(Event::Done {
            op: OpId(u64::from(number) + 1_000_000),
            value: Value::Bytes(Payload(vec![0; 512])),
        });
        hand_in(Event::Notified { link: OpId(2), characteristic: gatt::AUTH, value: Payload(vec![0; 512]) });
        hand_in(Event::Person(PersonEvent::Pick(peer)));
        hand_in(Event::Timer);
    }
    assert!(engine.report().len() < 100_000);
    dhat::HeapStats::get().curr_bytes
}

#[test]
fn a_flood_ten_times_as_long_needs_no_more_memory() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let short = in_use_after(2_000);
    let long = in_use_after(20_000);
    assert!(long < short + 64 * 1024, "{short} bytes after 2 000, {long} after 20 000");
    assert!(long < 2 * 1024 * 1024, "{long} bytes");
}

#[test]
fn a_hundred_unfinished_rescues_leave_files_of_bounded_size() {
    let mut files = None;
    for seed in 0..100 {
        let mut pair = Pair::new(Kind::MiBand2, Scenario::IgnoresErase, Errand::UnpairForOfficialApp, seed);
        if let Some(files) = files.take() {
            pair.set_files(files);
            pair.kill_and_reopen();
        }
        pair.run();
        while pair.step() {}
        files = Some(pair.files().clone());
    }
    let files = files.unwrap();
    let length = |file: Option<Payload>| file.unwrap().as_slice().len();
    assert!(length(files.journal) < 32 * 1024);
    assert!(length(files.keys) < 32 * 1024);
}
