//! The cost of reading one frame of each protocol, from the bytes of a notification to what they mean.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rescue_core::wire::chunks_2021::{News, Reassembler};
use rescue_core::wire::xiaomi::frames_v1::{Frame, Inbound};
use rescue_core::wire::xiaomi::messages::WearPacket;
use rescue_core::wire::xiaomi::packets_v2::{Received, Receiver};
use rescue_core::wire::{advertisement, auth_v1, battery, user_info};
use rescue_tests::vector;

fn decode(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Elements(1));

    let v75 = vector("v75");
    let raw = [v75.bytes("/inputs/advertisement"), v75.bytes("/inputs/scan_response")].concat();
    group.bench_function("an advertisement", |b| {
        b.iter(|| advertisement::huami(&advertisement::parse(black_box(&raw))).unwrap());
    });

    group.bench_function("an answer of a Mi Band 1", |b| {
        b.iter(|| user_info::parse_answer(black_box(&[0x0A])).unwrap());
    });

    let random: Vec<u8> = [0x10, 0x02, 0x01].into_iter().chain(0..16).collect();
    group.bench_function("an answer in the older protocols", |b| {
        b.iter(|| auth_v1::parse(black_box(&random)));
    });

    let raw = vector("v79").bytes("/inputs/raw");
    group.bench_function("a battery", |b| b.iter(|| battery::parse(black_box(&raw)).unwrap()));

    let chunk = vector("v81").bytes("/inputs/band_answer_0017");
    group.bench_function("a message of 2021", |b| {
        b.iter_batched_ref(
            Reassembler::default,
            |reassembler| {
                let taken = reassembler.take(black_box(&chunk)).unwrap();
                assert!(matches!(taken.news, News::Message(_)));
                taken
            },
            BatchSize::SmallInput,
        );
    });

    let frame = vector("v56").bytes("/expected/v1_frame");
    group.bench_function("a protobuf message in a frame", |b| {
        b.iter_batched_ref(
            Inbound::default,
            |inbound| {
                let message = inbound.take(Frame::parse(black_box(&frame)).unwrap()).message.unwrap();
                WearPacket::parse(message.body.as_slice()).unwrap()
            },
            BatchSize::SmallInput,
        );
    });

    let packet = vector("v56").bytes("/expected/v2_packet");
    group.bench_function("a protobuf message in a packet", |b| {
        b.iter_batched_ref(
            Receiver::default,
            |receiver| {
                let received = receiver.take(black_box(&packet)).remove(0);
                let Received::Content { content: Some(content), .. } = received else { panic!("a message") };
                WearPacket::parse(content.bytes.as_slice()).unwrap()
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
