//! The key lock: handshakes, one file each.

mod huami_v1;

pub(crate) use huami_v1::{Challenge, Unlock, challenge_with_any_flag, reopen, take_over, unlock};
