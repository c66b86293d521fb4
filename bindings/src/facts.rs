//! What the core knows and the app only shows: facts of models and of ends. Nothing here changes anything.

use rescue_core::band::{self, AddressAfterErase, Family, TakeOver};
use rescue_core::outcome;

use crate::types::{End, Gesture, Model};

/// What the app shows of a model.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ModelFacts {
    /// As people call it; not translated.
    pub name: String,
    /// How its wearer confirms.
    pub gesture: Gesture,
    /// Whether it has a key at all.
    pub has_key: bool,
    /// Whether an erase leaves its address as it is, at which the account lock looks.
    pub keeps_address: bool,
    /// Whether it is bound without the vendor where it offers that, which nobody has tried on a real band.
    pub may_bind: bool,
}

/// What the app shows of a model.
#[uniffi::export]
pub fn model_facts(model: Model) -> ModelFacts {
    let row = band::Model::from(model).row();
    ModelFacts {
        name: row.name.to_owned(),
        gesture: row.gesture.into(),
        has_key: match row.family {
            Family::UserInfo => false,
            Family::Huami | Family::Xiaomi => true,
        },
        keeps_address: match row.address_after_erase {
            AddressAfterErase::Stays => true,
            AddressAfterErase::New | AddressAfterErase::ReportedNew => false,
        },
        may_bind: row.take_over == TakeOver::LocalBindIfOffered,
    }
}

/// Whether a task that ended like this did what it was for.
#[uniffi::export]
pub fn is_success(end: End) -> bool {
    outcome::End::from(end).is_success()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_model_has_the_name_that_people_call_it_by() {
        let names: BTreeSet<String> = Model::ALL.iter().map(|model| model_facts(*model).name).collect();
        assert_eq!(names.len(), Model::ALL.len());
        assert!(names.contains("Mi Band 1S") && names.contains("Xiaomi Smart Band 8 Pro"));
    }

    #[test]
    fn only_the_first_bands_have_no_key_and_keep_their_address() {
        let without: Vec<Model> =
            Model::ALL.iter().copied().filter(|model| !model_facts(*model).has_key).collect();
        assert_eq!(without, [Model::MiBand1, Model::MiBand1A, Model::MiBand1S]);
        assert!(model_facts(Model::SmartBand7Pro).may_bind && !model_facts(Model::SmartBand7).may_bind);
        assert!(model_facts(Model::MiBand1A).keeps_address && !model_facts(Model::MiBand4).keeps_address);
        assert_eq!(model_facts(Model::MiBand1).gesture, Gesture::TapSeveralTimes);
        assert_eq!(model_facts(Model::MiBand6).gesture, Gesture::TouchScreen);
    }

    #[test]
    fn an_honest_failure_is_not_shown_as_success() {
        assert!(is_success(End::Freed) && is_success(End::ErasedSameAddress));
        assert!(!is_success(End::ErasedUnproven) && !is_success(End::NeedsOwnerOrKey));
    }
}
