//! macOS and Windows: bonds and caches are the system's own business, and programs are not told of them.

use btleplug::platform::Peripheral;
use rescue_core::PeerId;
use rescue_core::event::{Bond, Failure};
use tokio::sync::mpsc::UnboundedSender;

use super::stack::News;
use super::trouble::Block;

/// The system around the adapter.
pub(super) struct System;

impl System {
    /// There is nothing to open.
    pub(super) async fn open(_adapter: &str, _news: UnboundedSender<News>) -> Option<Self> {
        Some(Self)
    }

    /// The person switches it on.
    pub(super) async fn switch_on(&self) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }

    /// Not told.
    pub(super) const fn block() -> Block {
        Block::None
    }

    /// Not told.
    pub(super) async fn bond(&self, _peer: &PeerId) -> Result<Bond, Failure> {
        Err(Failure::Unsupported)
    }

    /// The person does it in the settings.
    pub(super) async fn forget(&self, _peer: &PeerId) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }

    /// The person does it in the settings.
    pub(super) async fn cancel_pairing(&self, _peer: &PeerId) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }

    /// The system refreshes its cache when it likes.
    pub(super) async fn clear_cache(&self, _device: &Peripheral) -> Result<(), Failure> {
        Err(Failure::Unsupported)
    }
}
