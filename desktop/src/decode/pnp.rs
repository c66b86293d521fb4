//! PnP id: which maker and which model, by number.

use rescue_core::Model;
use rescue_core::wire::advertisement::HUAMI;
use rescue_core::wire::device_information::{self, Pnp};

use super::sheet::{self, Sheet};
use super::{DecodeError, company_name};

/// Reads it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let Pnp { source, vendor, product, version } = device_information::pnp(bytes)?;
    let by_bluetooth = source == 1;
    let model = Model::from_product(product).filter(|_| by_bluetooth && vendor == HUAMI);
    Ok(Sheet::default()
        .with("vendor", sheet::id(vendor))
        .with("product", sheet::id(product))
        .with("version", sheet::id(version))
        .with("vendor_source", source)
        .with("vendor_name", company_name(vendor).filter(|_| by_bluetooth))
        .with("model", model.map(|model| model.row().name)))
}
