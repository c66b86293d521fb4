//! Every variant and every field of the contract across the boundary. Each row of a table names a value of the core
//! and its mirror, so two fields that were swapped both ways are found as well.

use rescue_core::address::{self, Address, PeerId};
use rescue_core::band;
use rescue_core::effect as effects;
use rescue_core::event::{self as events, Entropy, OpId};
use rescue_core::event::{AskId, RescueId};
use rescue_core::facts as told;
use rescue_core::keys::{AuthKey, KeyError, KeyId};
use rescue_core::outcome as outcomes;
use rescue_core::payload::Payload;
use rescue_core::time::{Millis, WallMillis};
use rescue_core::view as views;
use rescue_core::wire::{advertisement, battery};
use uuid::{Uuid, uuid};

use super::*;
use crate::error::MisuseError;

const FEE0: Uuid = uuid!("0000fee0-0000-1000-8000-00805f9b34fb");
const FEE0_TEXT: &str = "0000fee0-0000-1000-8000-00805f9b34fb";
const AUTH: Uuid = uuid!("00000009-0000-3512-2118-0009af100700");
const AUTH_TEXT: &str = "00000009-0000-3512-2118-0009af100700";
const ADDRESS: Address = Address([0xFA, 0x8E, 0xE3, 0x12, 0xB4, 0xA9]);
const ADDRESS_TEXT: &str = "FA:8E:E3:12:B4:A9";
const OTHER_ADDRESS: Address = Address([0xC0, 0x01, 0x02, 0x03, 0x9A, 0x41]);
const OTHER_ADDRESS_TEXT: &str = "C0:01:02:03:9A:41";
const KEY: AuthKey = AuthKey::new([0xA5; 16]);
const KEY_TEXT: &str = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";

/// Asserts that a table has a row for every variant: `match` here knows them all, or this does not compile.
macro_rules! covers {
    ($table:expr, { $($pattern:pat => $number:literal),+ $(,)? }) => {{
        let mut without_a_row = vec![$($number),+];
        for (twin, _) in $table {
            let number = match twin { $($pattern => $number),+ };
            without_a_row.retain(|variant| *variant != number);
        }
        assert_eq!(without_a_row, [] as [i32; 0]);
    }};
}

/// Asserts that each row converts from the core to Kotlin.
fn goes_out<C: Clone + std::fmt::Debug, M: From<C> + PartialEq>(table: &[(C, M)]) {
    for (twin, mirror) in table {
        assert!(M::from(twin.clone()) == *mirror, "going out: {twin:?}");
    }
}

/// Asserts that each row converts from Kotlin to the core.
fn comes_in<C, M>(table: &[(C, M)])
where
    C: TryFrom<M> + PartialEq + std::fmt::Debug,
    C::Error: std::fmt::Debug,
    M: Clone,
{
    for (twin, mirror) in table {
        assert_eq!(C::try_from(mirror.clone()).unwrap(), *twin, "coming in");
    }
}

#[test]
fn every_event_arrives_as_it_was_sent() {
    use events::Event as Twin;
    let table = [
        (Twin::Opened(opened().0), Event::Opened { opened: opened().1 }),
        (Twin::Timer, Event::Timer),
        (Twin::Resumed, Event::Resumed),
        (Twin::Person(events::PersonEvent::Back), Event::Person { did: PersonEvent::Back }),
        (
            Twin::Done { op: OpId(7), value: events::Value::Nothing },
            Event::Done { op: 7, value: Value::Nothing },
        ),
        (
            Twin::Failed { op: OpId(u64::MAX), failure: events::Failure::Status(133) },
            Event::Failed { op: u64::MAX, failure: Failure::Status { status: 133 } },
        ),
        (Twin::Seen(seen().0), Event::Seen { seen: seen().1 }),
        (
            Twin::Notified {
                link: OpId(3),
                characteristic: characteristic().0,
                value: Payload(vec![0x10, 1, 4]),
            },
            Event::Notified { link: 3, characteristic: characteristic().1, value: vec![0x10, 1, 4] },
        ),
        (Twin::LinkDown { link: OpId(3), status: 19 }, Event::LinkDown { link: 3, status: 19 }),
        (Twin::Adapter(events::Adapter::Off), Event::Adapter { state: Adapter::Off }),
        (
            Twin::BondChanged { peer: PeerId("p".into()), state: events::Bond::Bonding },
            Event::BondChanged { peer: "p".into(), state: Bond::Bonding },
        ),
    ];
    covers!(&table, {
        Twin::Opened(_) => 0, Twin::Timer => 1, Twin::Resumed => 2, Twin::Person(_) => 3, Twin::Done { .. } => 4,
        Twin::Failed { .. } => 5, Twin::Seen(_) => 6, Twin::Notified { .. } => 7, Twin::LinkDown { .. } => 8,
        Twin::Adapter(_) => 9, Twin::BondChanged { .. } => 10,
    });
    goes_out(&table);
    comes_in(&table);
}

#[test]
fn an_input_keeps_its_times() {
    let input = Input { now_ms: 5, wall_ms: 1_767_225_600_000, event: Event::Timer };
    let twin = events::Input::try_from(input).unwrap();
    assert_eq!(twin.now, Millis(5));
    assert_eq!(twin.wall, WallMillis(1_767_225_600_000));
    assert_eq!(twin.event, events::Event::Timer);
}

#[test]
fn everything_a_person_does_arrives() {
    use events::PersonEvent as Twin;
    let table = [
        (Twin::Begin(events::Task::Erase), PersonEvent::Begin { task: Task::Erase }),
        (Twin::Resume(RescueId(4)), PersonEvent::Resume { rescue: 4 }),
        (Twin::Discard(RescueId(5)), PersonEvent::Discard { rescue: 5 }),
        (Twin::ShowKeys, PersonEvent::ShowKeys),
        (Twin::DeleteKey(KeyId(6)), PersonEvent::DeleteKey { id: 6 }),
        (Twin::CopyKey(KeyId(7)), PersonEvent::CopyKey { id: 7 }),
        (Twin::Pick(PeerId("a".into())), PersonEvent::Pick { peer: "a".into() }),
        (Twin::Buzz(PeerId("b".into())), PersonEvent::Buzz { peer: "b".into() }),
        (
            Twin::EnterKey(events::KeyText(KEY_TEXT.into())),
            PersonEvent::EnterKey { text: KeyText { entered: KEY_TEXT.into() } },
        ),
        (
            Twin::Answer { ask: AskId(8), choice: events::Choice::Yes },
            PersonEvent::Answer { ask: 8, choice: Choice::Yes },
        ),
        (Twin::Back, PersonEvent::Back),
        (Twin::Cancel, PersonEvent::Cancel),
        (Twin::OpenOfficialApp, PersonEvent::OpenOfficialApp),
        (Twin::AppAccepted(true), PersonEvent::AppAccepted { accepted: true }),
        (Twin::AppAccepted(false), PersonEvent::AppAccepted { accepted: false }),
        (Twin::CopyEndKey, PersonEvent::CopyEndKey),
        (Twin::ShareReport, PersonEvent::ShareReport),
        (Twin::Finish, PersonEvent::Finish),
    ];
    covers!(&table, {
        Twin::Begin(_) => 0, Twin::Resume(_) => 1, Twin::Discard(_) => 2, Twin::ShowKeys => 3, Twin::DeleteKey(_) => 4,
        Twin::CopyKey(_) => 5, Twin::Pick(_) => 6, Twin::Buzz(_) => 7, Twin::Answer { .. } => 8, Twin::Back => 9,
        Twin::Cancel => 10, Twin::OpenOfficialApp => 11, Twin::AppAccepted(_) => 12, Twin::CopyEndKey => 13,
        Twin::ShareReport => 14, Twin::Finish => 15, Twin::EnterKey(_) => 16,
    });
    goes_out(&table);
    comes_in(&table);
}

#[test]
fn every_answer_of_an_operation_arrives() {
    use events::Value as Twin;
    let services = [(
        events::GattService {
            uuid: FEE0,
            characteristics: vec![events::GattCharacteristic { uuid: AUTH, properties: 0x14 }],
        },
        GattService {
            uuid: FEE0_TEXT.into(),
            characteristics: vec![GattCharacteristic { uuid: AUTH_TEXT.into(), properties: 0x14 }],
        },
    )];
    let facts = (
        events::PhoneFacts {
            adapter: events::Adapter::Missing,
            permission: events::Permission::RefusedForGood,
            permission_kind: events::PermissionKind::Location,
            location_switch: Some(false),
        },
        PhoneFacts {
            adapter: Adapter::Missing,
            permission: Permission::RefusedForGood,
            permission_kind: PermissionKind::Location,
            location_switch: Some(false),
        },
    );
    let holders = (
        events::Holders { connected: vec![PeerId("c".into())], apps: vec![events::BandApp::Notify] },
        Holders { connected: vec!["c".into()], apps: vec![BandApp::Notify] },
    );
    let [(twin_service, service)] = services;
    let table = [
        (Twin::Nothing, Value::Nothing),
        (Twin::Bytes(Payload(vec![1, 2])), Value::Bytes { bytes: vec![1, 2] }),
        (Twin::Services(vec![twin_service]), Value::Services { services: vec![service] }),
        (Twin::Facts(facts.0), Value::Facts { facts: facts.1 }),
        (Twin::Bond(events::Bond::Bonded), Value::Bond { state: Bond::Bonded }),
        (Twin::Holders(holders.0), Value::Holders { holders: holders.1 }),
        (Twin::Mtu(185), Value::Mtu { mtu: 185 }),
    ];
    covers!(&table, {
        Twin::Nothing => 0, Twin::Bytes(_) => 1, Twin::Services(_) => 2, Twin::Facts(_) => 3, Twin::Bond(_) => 4,
        Twin::Holders(_) => 5, Twin::Mtu(_) => 6,
    });
    goes_out(&table);
    comes_in(&table);
}

#[test]
fn every_failure_arrives() {
    use events::Failure as Twin;
    let table = [
        (Twin::Unsupported, Failure::Unsupported),
        (Twin::Denied, Failure::Denied),
        (Twin::Refused, Failure::Refused),
        (Twin::Missing, Failure::Missing),
        (Twin::BluetoothOff, Failure::BluetoothOff),
        (Twin::Status(257), Failure::Status { status: 257 }),
    ];
    covers!(&table, {
        Twin::Unsupported => 0, Twin::Denied => 1, Twin::Refused => 2, Twin::Missing => 3, Twin::BluetoothOff => 4,
        Twin::Status(_) => 5,
    });
    goes_out(&table);
    comes_in(&table);
}

#[test]
fn every_effect_keeps_its_operation_link_and_bytes() {
    let radio = radio_table();
    goes_out(&radio);
    comes_in(&radio);
    let phone = phone_table();
    goes_out(&phone);
    comes_in(&phone);
    let person = person_table();
    goes_out(&person);
    comes_in(&person);
    let store = store_table();
    goes_out(&store);
    comes_in(&store);

    let wrapped = [
        (effects::Effect::Radio(radio[0].0.clone()), Effect::Radio { work: radio[0].1.clone() }),
        (effects::Effect::Phone(phone[0].0.clone()), Effect::Phone { work: phone[0].1.clone() }),
        (effects::Effect::Store(store[0].0.clone()), Effect::Store { work: store[0].1.clone() }),
        (effects::Effect::Person(person[0].0.clone()), Effect::Person { work: person[0].1.clone() }),
    ];
    covers!(&wrapped, {
        effects::Effect::Radio(_) => 0, effects::Effect::Phone(_) => 1, effects::Effect::Store(_) => 2,
        effects::Effect::Person(_) => 3,
    });
    goes_out(&wrapped);
    comes_in(&wrapped);
}

fn radio_table() -> Vec<(effects::Radio, Radio)> {
    use effects::Radio as Twin;
    let (op, link) = (OpId(9), OpId(2));
    let table = vec![
        (Twin::StartScan { op }, Radio::StartScan { op: 9 }),
        (Twin::StopScan, Radio::StopScan),
        (Twin::Connect { op, peer: PeerId("d".into()) }, Radio::Connect { op: 9, peer: "d".into() }),
        (Twin::Discover { op, link }, Radio::Discover { op: 9, link: 2 }),
        (Twin::ClearCache { op, link }, Radio::ClearCache { op: 9, link: 2 }),
        (Twin::RequestMtu { op, link, mtu: 247 }, Radio::RequestMtu { op: 9, link: 2, mtu: 247 }),
        (
            Twin::Read { op, link, characteristic: characteristic().0 },
            Radio::Read { op: 9, link: 2, characteristic: characteristic().1 },
        ),
        (
            Twin::Write {
                op,
                link,
                characteristic: characteristic().0,
                value: Payload(vec![2, 0]),
                with_response: false,
            },
            Radio::Write {
                op: 9,
                link: 2,
                characteristic: characteristic().1,
                value: vec![2, 0],
                with_response: false,
            },
        ),
        (
            Twin::Subscribe { op, link, characteristic: characteristic().0 },
            Radio::Subscribe { op: 9, link: 2, characteristic: characteristic().1 },
        ),
        (Twin::Close { link }, Radio::Close { link: 2 }),
    ];
    covers!(&table, {
        Twin::StartScan { .. } => 0, Twin::StopScan => 1, Twin::Connect { .. } => 2, Twin::Discover { .. } => 3,
        Twin::ClearCache { .. } => 4, Twin::Read { .. } => 5, Twin::Write { .. } => 6, Twin::Subscribe { .. } => 7,
        Twin::Close { .. } => 8, Twin::RequestMtu { .. } => 9,
    });
    table
}

fn phone_table() -> Vec<(effects::Phone, Phone)> {
    use effects::Phone as Twin;
    let op = OpId(11);
    let peer = || PeerId("e".into());
    let table = vec![
        (Twin::Facts { op }, Phone::Facts { op: 11 }),
        (Twin::AskPermission { op }, Phone::AskPermission { op: 11 }),
        (Twin::AskBluetooth { op }, Phone::AskBluetooth { op: 11 }),
        (Twin::Bond { op, peer: peer() }, Phone::Bond { op: 11, peer: "e".into() }),
        (Twin::RemoveBond { op, peer: peer() }, Phone::RemoveBond { op: 11, peer: "e".into() }),
        (Twin::CancelBond { op, peer: peer() }, Phone::CancelBond { op: 11, peer: "e".into() }),
        (Twin::Holders { op }, Phone::Holders { op: 11 }),
        (
            Twin::OpenSettings(effects::SettingsPage::Location),
            Phone::OpenSettings { page: SettingsPage::Location },
        ),
    ];
    covers!(&table, {
        Twin::Facts { .. } => 0, Twin::AskPermission { .. } => 1, Twin::AskBluetooth { .. } => 2,
        Twin::Bond { .. } => 3, Twin::RemoveBond { .. } => 4, Twin::CancelBond { .. } => 5,
        Twin::Holders { .. } => 6, Twin::OpenSettings(_) => 7,
    });
    table
}

fn store_table() -> Vec<(effects::Store, Store)> {
    use effects::Store as Twin;
    let table = vec![(
        Twin::Save { op: OpId(12), file: effects::StoreFile::Keys, content: Payload(vec![3]) },
        Store::Save { op: 12, file: StoreFile::Keys, content: vec![3] },
    )];
    covers!(&table, { Twin::Save { .. } => 0 });
    table
}

fn person_table() -> Vec<(effects::Person, Person)> {
    use effects::Person as Twin;
    let table = vec![
        (Twin::VibratePhone, Person::VibratePhone),
        (Twin::KeepScreenOn(true), Person::KeepScreenOn { on: true }),
        (Twin::Share("report".into()), Person::Share { text: "report".into() }),
        (Twin::Copy(Payload(b"a5a5".to_vec())), Person::Copy { text: "a5a5".into() }),
        (Twin::OpenApp(events::BandApp::ZeppLife), Person::OpenApp { app: BandApp::ZeppLife }),
        (Twin::Leave, Person::Leave),
    ];
    covers!(&table, {
        Twin::VibratePhone => 0, Twin::KeepScreenOn(_) => 1, Twin::Share(_) => 2, Twin::Copy(_) => 3,
        Twin::OpenApp(_) => 4, Twin::Leave => 5,
    });
    table
}

#[test]
fn a_reply_keeps_what_to_do_when_to_wake_and_what_to_show() {
    let twin = effects::Reply {
        effects: vec![effects::Effect::Person(effects::Person::Leave)],
        wake_at: Some(Millis(31_000)),
        view: Some(views::View {
            screen: views::Screen::Home(views::Home::default()),
            leaving: Some(views::Leaving { ask: AskId(3), left: views::LeftState::KeySent }),
        }),
    };
    let mirror = Reply {
        effects: vec![Effect::Person { work: Person::Leave }],
        wake_at_ms: Some(31_000),
        view: Some(View {
            screen: Screen::Home { home: Home { unfinished: vec![], saved_keys: 0, damaged_file: false } },
            leaving: Some(Leaving { ask: 3, left: LeftState::KeySent }),
        }),
    };
    goes_out(&[(twin, mirror)]);
}

#[test]
fn every_screen_shows_what_the_core_says() {
    use views::Screen as Twin;
    let table = [
        (
            Twin::Home(views::Home {
                unfinished: vec![views::Unfinished {
                    rescue: RescueId(1),
                    task: events::Task::Unpair,
                    band: label().0,
                    left: views::LeftState::EraseSent,
                }],
                saved_keys: 2,
                damaged_file: true,
            }),
            Screen::Home {
                home: Home {
                    unfinished: vec![Unfinished {
                        rescue: 1,
                        task: Task::Unpair,
                        band: label().1,
                        left: LeftState::EraseSent,
                    }],
                    saved_keys: 2,
                    damaged_file: true,
                },
            },
        ),
        (
            Twin::Keys(vec![views::KeyRow {
                id: KeyId(3),
                band: label().0,
                key: KEY,
                confirmed: true,
                saved_at: WallMillis(1_767_225_600_000),
            }]),
            Screen::Keys {
                rows: vec![KeyRow {
                    id: 3,
                    band: label().1,
                    key: KEY_TEXT.into(),
                    confirmed: true,
                    saved_at_ms: 1_767_225_600_000,
                }],
            },
        ),
        (
            Twin::Choose(views::Choose {
                task: events::Task::Find,
                bands: vec![row().0],
                hints: vec![views::HidingPlace::TooFar],
                can_buzz: true,
            }),
            Screen::Choose {
                choose: Choose {
                    task: Task::Find,
                    bands: vec![row().1],
                    hints: vec![HidingPlace::TooFar],
                    can_buzz: true,
                },
            },
        ),
        (
            Twin::Question(views::QuestionScreen {
                task: events::Task::Erase,
                band: Some(label().0),
                ask: ask().0,
            }),
            Screen::Question {
                question: QuestionScreen { task: Task::Erase, band: Some(label().1), ask: ask().1 },
            },
        ),
        (
            Twin::Rescue(views::Rescue {
                task: events::Task::Restart,
                band: Some(label().0),
                steps: vec![step().0],
                prompt: Some(views::Prompt::Tap {
                    until: Millis(25_000),
                    total: Millis(20_000),
                    gesture: band::Gesture::TapSeveralTimes,
                }),
                ask: Some(ask().0),
            }),
            Screen::Rescue {
                rescue: Rescue {
                    task: Task::Restart,
                    band: Some(label().1),
                    steps: vec![step().1],
                    prompt: Some(Prompt::Tap {
                        until_ms: 25_000,
                        total_ms: 20_000,
                        gesture: Gesture::TapSeveralTimes,
                    }),
                    ask: Some(ask().1),
                },
            },
        ),
        (Twin::Ended(ended().0), Screen::Ended { ended: ended().1 }),
    ];
    covers!(&table, {
        Twin::Home(_) => 0, Twin::Keys(_) => 1, Twin::Choose(_) => 2, Twin::Question(_) => 3, Twin::Rescue(_) => 4,
        Twin::Ended(_) => 5,
    });
    goes_out(&table);
}

#[test]
fn every_question_shows_its_numbers() {
    use views::Question as Twin;
    let table = [
        (
            Twin::NeedsPermission { kind: events::PermissionKind::NearbyDevices, refused_for_good: true },
            Question::NeedsPermission { kind: PermissionKind::NearbyDevices, refused_for_good: true },
        ),
        (Twin::NeedsBluetooth, Question::NeedsBluetooth),
        (Twin::NeedsLocationSwitch, Question::NeedsLocationSwitch),
        (Twin::WhereUsed, Question::WhereUsed),
        (
            Twin::WhatHappens {
                road: views::Road::AskTheBand,
                erases: true,
                losses: vec![views::Loss::OldKeys],
                minutes: 2,
            },
            Question::WhatHappens {
                road: Road::AskTheBand,
                erases: true,
                losses: vec![Loss::OldKeys],
                minutes: 2,
            },
        ),
        (Twin::ForgetByHand, Question::ForgetByHand),
        (
            Twin::HeldByPhone { this_phone: true, apps: vec![events::BandApp::Zepp] },
            Question::HeldByPhone { this_phone: true, apps: vec![BandApp::Zepp] },
        ),
        (Twin::BatteryLow { percent: 14 }, Question::BatteryLow { percent: 14 }),
        (Twin::BatteryUnknown, Question::BatteryUnknown),
        (Twin::DidItBuzz, Question::DidItBuzz),
        (Twin::TakeOverToGoOn, Question::TakeOverToGoOn),
        (Twin::HaveKey { problem: None }, Question::HaveKey { problem: None }),
        (
            Twin::HaveKey { problem: Some(KeyError::Length { found: 31 }) },
            Question::HaveKey { problem: Some(KeyProblem::Length { found: 31 }) },
        ),
        (
            Twin::HaveKey { problem: Some(KeyError::NotHex { found: 'ß' }) },
            Question::HaveKey { problem: Some(KeyProblem::NotHex { found: "ß".into() }) },
        ),
        (
            Twin::ResetOnBand { menu: band::ResetMenu::SettingsSystem },
            Question::ResetOnBand { menu: ResetMenu::SettingsSystem },
        ),
        (Twin::TryExperiment, Question::TryExperiment),
        (Twin::ShowsPairingScreen, Question::ShowsPairingScreen),
    ];
    covers!(&table, {
        Twin::NeedsPermission { .. } => 0, Twin::NeedsBluetooth => 1, Twin::NeedsLocationSwitch => 2,
        Twin::WhereUsed => 3, Twin::WhatHappens { .. } => 4, Twin::ForgetByHand => 5, Twin::HeldByPhone { .. } => 6,
        Twin::BatteryLow { .. } => 7, Twin::BatteryUnknown => 8, Twin::DidItBuzz => 9, Twin::TakeOverToGoOn => 10,
        Twin::ShowsPairingScreen => 11, Twin::HaveKey { problem: None } => 12,
        Twin::HaveKey { problem: Some(KeyError::Length { .. }) } => 13,
        Twin::HaveKey { problem: Some(KeyError::NotHex { .. }) } => 14, Twin::ResetOnBand { .. } => 15,
        Twin::TryExperiment => 16,
    });
    goes_out(&table);
}

#[test]
fn every_sign_of_a_step_row_and_prompt_is_shown() {
    use views::StepSeen as Twin;
    let seen = [
        (Twin::PhoneKnewNothing, StepSeen::PhoneKnewNothing),
        (Twin::PhoneHasForgotten, StepSeen::PhoneHasForgotten),
        (Twin::Connected { tries: 2 }, StepSeen::Connected { tries: 2 }),
        (
            Twin::Identified { model: band::Model::MiBand3, firmware: Some("2.4.0.32".into()) },
            StepSeen::Identified { model: Model::MiBand3, firmware: Some("2.4.0.32".into()) },
        ),
        (Twin::KeyTaken, StepSeen::KeyTaken),
        (Twin::Opened, StepSeen::Opened),
        (Twin::WantsVendor, StepSeen::WantsVendor),
        (Twin::NotBound, StepSeen::NotBound),
        (Twin::RightBand, StepSeen::RightBand),
        (Twin::Acknowledged, StepSeen::Acknowledged),
        (Twin::WentAway, StepSeen::WentAway),
        (
            Twin::CameBack { address_tail: "9A:41".into() },
            StepSeen::CameBack { address_tail: "9A:41".into() },
        ),
    ];
    covers!(&seen, {
        Twin::PhoneKnewNothing => 0, Twin::PhoneHasForgotten => 1, Twin::Connected { .. } => 2,
        Twin::Identified { .. } => 3, Twin::KeyTaken => 4, Twin::Opened => 5, Twin::RightBand => 6,
        Twin::Acknowledged => 7, Twin::WentAway => 8, Twin::CameBack { .. } => 9, Twin::WantsVendor => 10,
        Twin::NotBound => 11,
    });
    goes_out(&seen);

    let kinds = [
        (views::RowKind::Band(band::Model::MiBand2), RowKind::Band { model: Model::MiBand2 }),
        (views::RowKind::Related, RowKind::Related),
        (views::RowKind::UnknownBand, RowKind::UnknownBand),
        (views::RowKind::LookAlike, RowKind::LookAlike),
    ];
    covers!(&kinds, {
        views::RowKind::Band(_) => 0, views::RowKind::UnknownBand => 1, views::RowKind::LookAlike => 2,
        views::RowKind::Related => 3,
    });
    goes_out(&kinds);

    let places = [
        (views::HidingPlace::AnotherPhone, HidingPlace::AnotherPhone),
        (
            views::HidingPlace::AppOnThisPhone(events::BandApp::MiFitness),
            HidingPlace::AppOnThisPhone { app: BandApp::MiFitness },
        ),
        (views::HidingPlace::EmptyBattery, HidingPlace::EmptyBattery),
        (views::HidingPlace::TooFar, HidingPlace::TooFar),
    ];
    covers!(&places, {
        views::HidingPlace::AnotherPhone => 0, views::HidingPlace::AppOnThisPhone(_) => 1,
        views::HidingPlace::EmptyBattery => 2, views::HidingPlace::TooFar => 3,
    });
    goes_out(&places);

    let (until, total) = (Millis(9_000), Millis(8_000));
    let prompts = [
        (
            views::Prompt::Tap { until, total, gesture: band::Gesture::TouchScreen },
            Prompt::Tap { until_ms: 9_000, total_ms: 8_000, gesture: Gesture::TouchScreen },
        ),
        (
            views::Prompt::PressButton { until, total },
            Prompt::PressButton { until_ms: 9_000, total_ms: 8_000 },
        ),
        (views::Prompt::HoldNear { until, total }, Prompt::HoldNear { until_ms: 9_000, total_ms: 8_000 }),
    ];
    covers!(&prompts, {
        views::Prompt::Tap { .. } => 0, views::Prompt::PressButton { .. } => 1, views::Prompt::HoldNear { .. } => 2,
    });
    goes_out(&prompts);
}

#[test]
fn enums_without_fields_keep_their_names_both_ways() {
    macro_rules! same_names {
        ($($name:ident = $twin:ty),+ $(,)?) => { $(
            for mirror in $name::ALL {
                let twin = <$twin>::from(*mirror);
                assert_eq!(format!("{twin:?}"), format!("{mirror:?}"));
                assert_eq!($name::from(twin), *mirror);
            }
        )+ };
    }
    same_names!(
        End = outcomes::End,
        Evidence = outcomes::Evidence,
        Model = band::Model,
        Gesture = band::Gesture,
        ResetMenu = band::ResetMenu,
        Road = views::Road,
        Signal = views::Signal,
        Buzz = views::Buzz,
        Loss = views::Loss,
        Choice = events::Choice,
        Step = views::Step,
        StepState = views::StepState,
        LeftState = views::LeftState,
        Advice = views::Advice,
        SettingsPage = effects::SettingsPage,
        StoreFile = effects::StoreFile,
        Task = events::Task,
        Sign = told::Sign,
        ChargeState = told::ChargeState,
        Bound = told::Bound,
        PhoneLock = told::PhoneLock,
        KeyLock = told::KeyLock,
        TakeOver = band::TakeOver,
        AccountWay = told::AccountWay,
        AddressKind = address::AddressKind,
        Adapter = events::Adapter,
        Permission = events::Permission,
        PermissionKind = events::PermissionKind,
        Bond = events::Bond,
        BandApp = events::BandApp,
        Face = rescue_core::practice::Face,
    );
}

#[test]
fn raw_advertisement_bytes_are_read_by_the_core() {
    let mirror = Seen {
        peer: "f".into(),
        address: None,
        address_kind: None,
        rssi: -60,
        connectable: None,
        advertisement: vec![0x02, 0x01, 0x06, 0x03, 0x02, 0xE0, 0xFE],
    };
    let twin = events::Seen::try_from(mirror).unwrap();
    assert_eq!(twin.fields.flags, Some(6));
    assert_eq!(twin.fields.services, [FEE0]);
}

#[test]
fn numbers_that_do_not_fit_become_the_nearest_that_do() {
    let down = |status| {
        let twin = events::Event::try_from(Event::LinkDown { link: 1, status }).unwrap();
        let events::Event::LinkDown { status, .. } = twin else { panic!("{twin:?}") };
        status
    };
    assert_eq!(down(-1), 0);
    assert_eq!(down(70_000), u16::MAX);
    let mut heard = seen().1;
    heard.rssi = -100_000;
    assert_eq!(events::Seen::try_from(heard).unwrap().rssi, i16::MIN);
    let input = Input { now_ms: -1, wall_ms: i64::MIN, event: Event::Timer };
    let twin = events::Input::try_from(input).unwrap();
    assert_eq!((twin.now, twin.wall), (Millis(0), WallMillis(0)));
    assert_eq!(number::long(u64::MAX), i64::MAX);
    assert_eq!(number::int(u32::MAX), i32::MAX);
    assert_eq!([-1, 70_000].map(number::mtu), [0, u16::MAX]);
}

#[test]
fn bad_input_names_what_was_wrong() {
    let mut heard = seen().1;
    heard.address = Some("FA:8E:E3".into());
    let error = events::Event::try_from(Event::Seen { seen: heard }).unwrap_err();
    assert_eq!(error.to_string(), "read the address: it must look like FA:8E:E3:12:B4:A9");

    let characteristic = CharacteristicId { service: FEE0_TEXT.into(), characteristic: "fee1".into() };
    let error =
        events::Event::try_from(Event::Notified { link: 1, characteristic, value: vec![] }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "read the UUID \"fee1\": it must look like 0000fee0-0000-1000-8000-00805f9b34fb"
    );

    for length in [0, 31, 33] {
        let mut opened = opened().1;
        opened.entropy = vec![0; length];
        let error = events::Event::try_from(Event::Opened { opened }).unwrap_err();
        assert_eq!(error, MisuseError::Entropy { found: length as u64 });
        assert_eq!(error.to_string(), format!("take the entropy: there are {length} bytes, 32 are needed"));
    }
}

#[test]
fn a_logged_key_row_or_outcome_shows_neither_key_nor_address() {
    let row = KeyRow { id: 3, band: label().1, key: KEY_TEXT.into(), confirmed: true, saved_at_ms: 0 };
    let entered = KeyText { entered: KEY_TEXT.into() };
    for text in [row.to_string(), ended().1.outcome.to_string(), entered.to_string()] {
        assert!(!text.contains("a5a5"), "{text}");
        assert!(!text.contains("B4:A9"), "{text}");
        assert!(!text.contains("9A:41"), "{text}");
    }
}

fn opened() -> (events::Opened, Opened) {
    (
        events::Opened {
            journal: Some(Payload(vec![1])),
            keys: None,
            entropy: Entropy([7; 32]),
            boot_id: "boot".into(),
            phone: "Pixel 6".into(),
            app_version: "0.1.0".into(),
        },
        Opened {
            journal: Some(vec![1]),
            keys: None,
            entropy: vec![7; 32],
            boot_id: "boot".into(),
            phone: "Pixel 6".into(),
            app_version: "0.1.0".into(),
        },
    )
}

fn seen() -> (events::Seen, Seen) {
    let fields = events::AdvertisedFields {
        flags: Some(6),
        name: Some("MI Band 2".into()),
        services: vec![FEE0, AUTH],
        manufacturer: vec![(0x0157, vec![0; 24])],
        service_data: vec![(FEE0, vec![1, 2, 3, 4])],
    };
    let advertisement = super::advertisement::encode(&fields);
    assert_eq!(advertisement::parse(&advertisement), fields);
    (
        events::Seen {
            peer: PeerId(ADDRESS_TEXT.into()),
            address: Some(ADDRESS),
            address_kind: Some(address::AddressKind::RandomStatic),
            rssi: -52,
            connectable: Some(true),
            fields,
        },
        Seen {
            peer: ADDRESS_TEXT.into(),
            address: Some(ADDRESS_TEXT.into()),
            address_kind: Some(AddressKind::RandomStatic),
            rssi: -52,
            connectable: Some(true),
            advertisement,
        },
    )
}

fn characteristic() -> (events::CharacteristicId, CharacteristicId) {
    (
        events::CharacteristicId { service: FEE0, characteristic: AUTH },
        CharacteristicId { service: FEE0_TEXT.into(), characteristic: AUTH_TEXT.into() },
    )
}

fn label() -> (band::BandLabel, BandLabel) {
    (
        band::BandLabel { model: band::Model::MiBand2, address_tail: "B4:A9".into() },
        BandLabel { model: Model::MiBand2, address_tail: "B4:A9".into() },
    )
}

fn row() -> (views::BandRow, BandRow) {
    (
        views::BandRow {
            peer: PeerId("g".into()),
            kind: views::RowKind::UnknownBand,
            advertised_name: "Band of tomorrow".into(),
            address_tail: "B4:A9".into(),
            rssi: -71,
            signal: views::Signal::Medium,
            held: Some(true),
            bonded: false,
            buzz: Some(views::Buzz::Sent),
        },
        BandRow {
            peer: "g".into(),
            kind: RowKind::UnknownBand,
            advertised_name: "Band of tomorrow".into(),
            address_tail: "B4:A9".into(),
            rssi: -71,
            signal: Signal::Medium,
            held: Some(true),
            bonded: false,
            buzz: Some(Buzz::Sent),
        },
    )
}

fn ask() -> (views::Ask, Ask) {
    (
        views::Ask {
            id: AskId(5),
            question: views::Question::WhereUsed,
            choices: vec![events::Choice::OfficialApp, events::Choice::AnotherApp],
        },
        Ask { id: 5, question: Question::WhereUsed, choices: vec![Choice::OfficialApp, Choice::AnotherApp] },
    )
}

fn step() -> (views::StepRow, StepRow) {
    (
        views::StepRow {
            step: views::Step::TakeOver,
            state: views::StepState::NeedsYou,
            seen: Some(views::StepSeen::KeyTaken),
        },
        StepRow { step: Step::TakeOver, state: StepState::NeedsYou, seen: Some(StepSeen::KeyTaken) },
    )
}

fn ended() -> (views::Ended, Ended) {
    (
        views::Ended {
            task: events::Task::Unpair,
            band: Some(label().0),
            outcome: outcomes::Outcome {
                end: outcomes::End::TakenOver,
                old_address: Some(ADDRESS),
                new_address: Some(OTHER_ADDRESS),
                evidence: vec![outcomes::Evidence::TapSeen],
                key: Some(KEY),
            },
            left: views::LeftState::TakenOver,
            steps: vec![step().0],
            advice: vec![views::Advice::CopyKey],
            official_apps: vec![events::BandApp::ZeppLife],
            app_accepted: Some(false),
            key_saved: true,
            resumable: Some(RescueId(6)),
            facts: Some(Box::new(facts().0)),
        },
        Ended {
            task: Task::Unpair,
            band: Some(label().1),
            outcome: Outcome {
                end: End::TakenOver,
                old_address: Some(ADDRESS_TEXT.into()),
                new_address: Some(OTHER_ADDRESS_TEXT.into()),
                evidence: vec![Evidence::TapSeen],
                key: Some(KEY_TEXT.into()),
            },
            left: LeftState::TakenOver,
            steps: vec![step().1],
            advice: vec![Advice::CopyKey],
            official_apps: vec![BandApp::ZeppLife],
            app_accepted: Some(false),
            key_saved: true,
            resumable: Some(6),
            facts: Some(facts().1),
        },
    )
}

fn facts() -> (told::Facts, Facts) {
    (
        told::Facts {
            model: band::Model::MiBand2,
            signs: vec![told::Sign::Name, told::Sign::Product],
            address: Some(ADDRESS),
            hardware: Some("V0.1.3.2".into()),
            firmware: Some("V1.0.1.69".into()),
            serial: Some(told::Serial("0123456789ab".into())),
            battery: told::Battery::Told(charge().0),
            bound: Some(told::Bound::Somebody),
            locks: told::Locks {
                phone: told::PhoneLock::BondHere,
                key: told::KeyLock::OpensToUs,
                key_way: band::TakeOver::AskTheBand,
                account_way: told::AccountWay::Erase,
            },
        },
        Facts {
            model: Model::MiBand2,
            signs: vec![Sign::Name, Sign::Product],
            address: Some(ADDRESS_TEXT.into()),
            hardware: Some("V0.1.3.2".into()),
            firmware: Some("V1.0.1.69".into()),
            serial: Some("0123456789ab".into()),
            battery: Battery::Told { charge: charge().1 },
            bound: Some(Bound::Somebody),
            locks: Locks {
                phone: PhoneLock::BondHere,
                key: KeyLock::OpensToUs,
                key_way: TakeOver::AskTheBand,
                account_way: AccountWay::Erase,
            },
        },
    )
}

fn charge() -> (told::Charge, Charge) {
    let time = battery::LocalTime {
        year: 2018,
        month: 3,
        day: 4,
        hour: 5,
        minute: 6,
        second: 7,
        zone_quarters: Some(8),
    };
    let mirror = LocalTime { year: 2018, month: 3, day: 4, hour: 5, minute: 6, second: 7 };
    (
        told::Charge {
            percent: 82,
            state: Some(told::ChargeState::Charging),
            last_charge: Some(told::LastCharge::ByItsClock(time)),
            charges: Some(9),
        },
        Charge {
            percent: 82,
            state: Some(ChargeState::Charging),
            last_charge: Some(LastCharge::ByItsClock { time: mirror }),
            charges: Some(9),
        },
    )
}

#[test]
fn what_a_band_tells_arrives_as_it_was_told() {
    let batteries = [
        (told::Battery::Told(charge().0), Battery::Told { charge: charge().1 }),
        (told::Battery::WantsKey, Battery::WantsKey),
        (told::Battery::NotTold, Battery::NotTold),
    ];
    covers!(&batteries, { told::Battery::Told(_) => 0, told::Battery::WantsKey => 1, told::Battery::NotTold => 2 });
    goes_out(&batteries);
    let last = [
        (told::LastCharge::Never, LastCharge::Never),
        (charge().0.last_charge.unwrap(), charge().1.last_charge.unwrap()),
        (told::LastCharge::At(WallMillis(1_767_225_600_000)), LastCharge::At { wall_ms: 1_767_225_600_000 }),
    ];
    covers!(&last, { told::LastCharge::Never => 0, told::LastCharge::ByItsClock(_) => 1, told::LastCharge::At(_) => 2 });
    goes_out(&last);
}

#[test]
fn neither_address_nor_serial_number_stands_in_the_text_form_of_what_a_band_tells() {
    let shown = facts().1.to_string();
    assert!(shown.contains("MiBand2"), "{shown}");
    assert!(!shown.contains("0123456789ab") && !shown.contains(ADDRESS_TEXT), "{shown}");
}
