//! Bytes to types and back: total functions, one file a format. Any bytes give a value or a typed error.

pub mod advertisement;
pub mod auth_v1;
pub mod battery;
pub mod configuration;
pub mod device_information;
pub mod gatt;
