//! The cost of opening a session with a protobuf band, of binding one without the vendor, and of reading its packets.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rescue_core::wire::xiaomi::account::{self, VerifyReply};
use rescue_core::wire::xiaomi::local_bind::PrivateKey;
use rescue_core::wire::xiaomi::messages::{CompanionDevice, WearPacket};
use rescue_core::wire::xiaomi::packets_v2::{Coding, Content, Received, Receiver, Sender, Session};
use rescue_core::wire::xiaomi::session::SessionKeys;
use rescue_core::wire::xiaomi::system;
use rescue_core::{AuthKey, Millis};
use rescue_tests::vector;

/// All that the phone computes between the band's proof and its answer about the battery.
fn a_login(c: &mut Criterion) {
    let v50 = vector("v50");
    let key = AuthKey::new(v50.block("/inputs/key"));
    let (phone, band) = (v50.block("/inputs/phone_random"), v50.block("/inputs/band_random"));
    let answer = {
        let theirs = SessionKeys::derive(&key, &phone, &band).other_side();
        let mut account = account::verify(&phone, None).account.unwrap();
        account.app_verify = None;
        account.device_verify = Some(rescue_core::wire::xiaomi::messages::DeviceVerify {
            random: Some(band.to_vec()),
            sign: Some(theirs.prove(&band, &phone).to_vec()),
        });
        let content = Content::message(Coding::Plain, WearPacket::account(26, *account).to_bytes());
        let mut sender = Sender::new(Session::WANTED);
        sender.push(&content).unwrap();
        sender.poll(Millis(0)).unwrap().remove(0)
    };
    c.bench_function("xiaomi/a session is opened", |b| {
        b.iter(|| {
            let mut sender = Sender::new(Session::WANTED);
            let mut receiver = Receiver::default();
            let probe = account::verify(black_box(&phone), None).to_bytes();
            sender.push(&Content::message(Coding::Plain, probe)).unwrap();
            black_box(sender.poll(Millis(0)).unwrap());
            let received = receiver.take(black_box(answer.as_slice())).remove(0);
            let Received::Content { content: Some(content), .. } = received else { panic!("a message") };
            let packet = WearPacket::parse(content.bytes.as_slice()).unwrap();
            let Ok(VerifyReply::Bound(proof)) = account::verify_reply(&packet) else { panic!("bound") };
            let keys = SessionKeys::derive(&key, &phone, &proof.random);
            assert!(keys.verify(&phone, &proof.random, &proof.sign));
            let companion = keys.seal(0, CompanionDevice::android("A phone").to_bytes().as_slice());
            let confirm = account::confirm(&keys.prove(&phone, &proof.random), &companion).to_bytes();
            sender.push(&Content::message(Coding::Plain, confirm)).unwrap();
            let battery = keys.seal_v2(system::battery().to_bytes().as_slice());
            sender.push(&Content::message(Coding::Encrypted, battery)).unwrap();
            black_box(sender.poll(Millis(1)).unwrap())
        });
    });
}

/// Our half of a bind without the vendor's server.
fn a_local_bind(c: &mut Criterion) {
    let v65 = vector("v65");
    let private: [u8; 32] = v65.bytes("/inputs/app_private").try_into().unwrap();
    let theirs: [u8; 64] = v65.bytes("/expected/device_public").try_into().unwrap();
    let (phone, band) = (v65.block("/inputs/phone_random"), v65.block("/inputs/band_random"));
    c.bench_function("xiaomi/a local bind", |b| {
        b.iter(|| {
            let own = PrivateKey::new(black_box(&private)).unwrap();
            black_box(own.public_key());
            let shared = own.agree(black_box(&theirs)).unwrap();
            shared.derive(&phone, &band)
        });
    });
}

/// An encrypted answer of the band, from notification to numbers.
fn a_packet(c: &mut Criterion) {
    let v50 = vector("v50");
    let keys = SessionKeys::derive(&AuthKey::new(v50.block("/inputs/key")), &[1; 16], &[2; 16]);
    let plain = vector("v102").bytes("/inputs/plain");
    let mut sender = Sender::new(Session::WANTED);
    sender.push(&Content::message(Coding::Encrypted, keys.other_side().seal_v2(&plain))).unwrap();
    let notification = sender.poll(Millis(0)).unwrap().remove(0);
    let mut group = c.benchmark_group("xiaomi");
    group.throughput(Throughput::Elements(1));
    group.bench_function("a notification is decoded", |b| {
        b.iter(|| {
            let mut receiver = Receiver::default();
            let received = receiver.take(black_box(notification.as_slice())).remove(0);
            let Received::Content { content: Some(content), .. } = received else { panic!("a message") };
            let packet = WearPacket::parse(keys.open_v2(content.bytes.as_slice()).as_slice()).unwrap();
            system::battery_reply(&packet).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, a_login, a_local_bind, a_packet);
criterion_main!(benches);
