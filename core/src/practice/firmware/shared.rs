//! The services that Mi Band 2 and all newer ones show alike, whatever protocol they speak.

use crate::practice::gatt::{Service, maker, short};

/// Generic access.
pub(super) const ACCESS: Service =
    (short(0x1800), &[(short(0x2A00), 0x02), (short(0x2A01), 0x02), (short(0x2A04), 0x02)]);

/// Generic attributes.
pub(super) const ATTRIBUTES: Service = (short(0x1801), &[(short(0x2A05), 0x22)]);

/// Device information.
pub(super) const DEVICE_INFORMATION: Service = (
    short(0x180A),
    &[
        (short(0x2A25), 0x02),
        (short(0x2A27), 0x02),
        (short(0x2A28), 0x02),
        (short(0x2A23), 0x02),
        (short(0x2A50), 0x02),
    ],
);

/// Firmware update.
pub(super) const UPDATE: Service = (maker(0x1530), &[(maker(0x1531), 0x18), (maker(0x1532), 0x04)]);

/// Immediate alert: it vibrates.
pub(super) const ALERT: Service = (short(0x1802), &[(short(0x2A06), 0x04)]);

/// Heart rate.
pub(super) const HEART: Service = (short(0x180D), &[(short(0x2A37), 0x10), (short(0x2A39), 0x0A)]);

/// What is said of keys, beside services for the maker.
pub(super) const HANDSHAKE: Service = (
    short(0xFEE1),
    &[
        (maker(0x0009), 0x16),
        (short(0xFEDD), 0x08),
        (short(0xFEDE), 0x02),
        (short(0xFEDF), 0x02),
        (short(0xFED0), 0x0A),
        (short(0xFED1), 0x0A),
        (short(0xFED2), 0x02),
        (short(0xFED3), 0x0A),
        (maker(0xFEC1), 0x1A),
    ],
);
