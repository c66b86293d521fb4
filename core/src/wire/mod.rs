//! Bytes to types and back: total functions, one file a format. Any bytes give a value or a typed error.

pub mod advertisement;
pub mod auth_v1;
pub mod auth_v2;
pub mod b163;
pub mod battery;
pub mod chunks_2021;
pub mod configuration;
pub mod device_information;
pub mod gatt;
pub mod hci;
pub mod mi_band_1;
pub mod session_2021;
pub mod user_info;
pub mod xiaomi;
