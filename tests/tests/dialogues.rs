//! The captured dialogues of other apps with real bands, replayed against our code: a byte that differs here
//! is a byte that no real band was ever seen to understand.
#![allow(clippy::unwrap_used)]

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use rescue_core::event::Entropy;
use rescue_core::wire::gatt;
use rescue_core::{AuthKey, End, Evidence};
use rescue_tests::recorded::Recorded;
use rescue_tests::vector;

/// Entropy from which our code draws this key first (the counter is the key, decrypted).
fn entropy_for(key: [u8; 16]) -> Entropy {
    let cipher_key = [7; 16];
    let mut counter = key.into();
    Aes128::new(&cipher_key.into()).decrypt_block(&mut counter);
    let mut entropy = [0; 32];
    entropy[..16].copy_from_slice(&cipher_key);
    entropy[16..].copy_from_slice(&counter);
    Entropy(entropy)
}

fn our_side_of(id: &str) {
    let capture = vector(id);
    let key = capture.block("/inputs/key");
    let mut band = Recorded::new(&capture);
    let outcome = band.unpair(entropy_for(key)).unwrap().clone();
    assert_eq!(band.unexpected, Vec::<String>::new());
    assert_eq!(band.frames_left(), 0, "captured frames that we did not bring about");
    assert_eq!(outcome.end, End::TakenOver);
    assert_eq!(outcome.evidence, [Evidence::KeyAccepted]);
    assert_eq!(outcome.key, Some(AuthKey::new(key)));
    let ours =
        [gatt::SERIAL, gatt::HARDWARE, gatt::FIRMWARE, gatt::PNP, gatt::BATTERY, gatt::AUTH, gatt::EVENTS];
    assert_eq!(band.others, ours, "what we add to the dialogue");
}

#[test]
fn our_bytes_are_those_of_the_vendors_app_with_a_timed_trace() {
    our_side_of("v76");
}

#[test]
fn our_bytes_are_those_of_the_vendors_app_in_a_typed_capture() {
    our_side_of("v10");
}

#[test]
fn a_real_smart_band_10_understands_our_question_whether_it_is_bound_and_we_its_answer() {
    for id in ["v100", "v101"] {
        let capture = vector(id);
        let mut band = Recorded::smart_band_10(&capture);
        let outcome = band.unpair(entropy_for(capture.block("/expected/phone_random"))).unwrap().clone();
        assert_eq!(band.unexpected, Vec::<String>::new(), "{id}");
        assert_eq!(outcome.end, End::NeedsOwnerOrKey, "{id}");
        assert_eq!(outcome.evidence, [Evidence::BoundToSomebody], "{id}");
    }
}
