//! The cost of opening a band with the 2021 protocol: our public key, then the shared secret and the proof.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rescue_core::AuthKey;
use rescue_core::wire::b163::{PrivateKey, PublicKey};
use rescue_core::wire::session_2021::Session;
use rescue_tests::vector;

fn key_agreement(c: &mut Criterion) {
    let v14 = vector("v14");
    let private: [u8; 24] = v14.bytes("/inputs/private").try_into().unwrap();
    let peer: [u8; 48] = v14.bytes("/inputs/remote_public").try_into().unwrap();
    let mut group = c.benchmark_group("key agreement");
    group.bench_function("our public key", |b| {
        let private = PrivateKey::new(&private).unwrap();
        b.iter(|| black_box(&private).public().to_bytes());
    });
    group.bench_function("the band's public key, checked", |b| {
        b.iter(|| PublicKey::from_bytes(black_box(&peer)));
    });
    group.bench_function("both sides' keys to the proof", |b| {
        b.iter(|| {
            let private = PrivateKey::new(black_box(&private)).unwrap();
            let public = private.public().to_bytes();
            let shared = private.agree(&PublicKey::from_bytes(black_box(&peer)).unwrap());
            let session = Session::new(&shared, &AuthKey::OLD_SHARED_DEFAULT);
            (public, session.prove(&AuthKey::OLD_SHARED_DEFAULT, &[7; 16]))
        });
    });
    group.finish();
}

criterion_group!(benches, key_agreement);
criterion_main!(benches);
