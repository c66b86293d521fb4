//! What the protobuf bands speak (Smart Band 7 Pro and later, service FE95): messages, the two framings that carry
//! them, and the keys of a session. Nothing here waits, draws a random or decides what to send.

pub mod account;
pub mod frames_v1;
pub mod local_bind;
pub mod messages;
pub mod packets_v2;
pub mod session;
pub mod system;
