//! What a search begins with: the bytes of the published vectors, and every practice band with every errand.

use rescue_core::AuthKey;
use rescue_core::practice::{Errand, Kind};
use serde_json::Value;

/// The bytes to begin with for the target of this name.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "flow" => flows(),
        "typed_text" => texts(),
        "stored_files" => files(),
        // These read notifications one after another, each behind its length.
        "chunks_2021" | "xiaomi_frames" | "xiaomi_packets" => {
            let mut seeds = vectors();
            seeds.extend(dialogues());
            seeds
        }
        _ => vectors(),
    }
}

/// Every text of hex in the vectors, as bytes.
fn vectors() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for list in lists() {
        let texts = list.iter().filter_map(Value::as_str);
        found.extend(texts.filter_map(|text| hex::decode(text).ok()).filter(|bytes| !bytes.is_empty()));
    }
    found.sort();
    found.dedup();
    found
}

/// The lists of hex in the vectors as notifications, each behind its length.
fn dialogues() -> Vec<Vec<u8>> {
    let framed = |list: &Vec<Value>| {
        let bytes = list.iter().filter_map(Value::as_str).filter_map(|text| hex::decode(text).ok());
        let framed = bytes.filter_map(|bytes| {
            let length = u8::try_from(bytes.len()).ok()?;
            Some([&[length], bytes.as_slice()].concat())
        });
        framed.collect::<Vec<_>>().concat()
    };
    lists().iter().map(framed).filter(|bytes| !bytes.is_empty()).collect()
}

/// All the lists in the vectors; what stands in no list is one of its own.
fn lists() -> Vec<Vec<Value>> {
    let mut found = Vec::new();
    for file in rescue_tests::FILES {
        let vectors: Value = serde_json::from_str(file).unwrap_or_default();
        look(&vectors, &mut found);
    }
    found
}

fn look(value: &Value, found: &mut Vec<Vec<Value>>) {
    match value {
        Value::Array(list) => {
            found.push(list.clone());
            list.iter().filter(|inner| !inner.is_string()).for_each(|inner| look(inner, found));
        }
        Value::Object(object) => object.values().for_each(|inner| look(inner, found)),
        Value::String(_) => found.push(vec![value.clone()]),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Every practice band with every errand and a scan, undisturbed; with its key and without.
fn flows() -> Vec<Vec<u8>> {
    let counted = |count: usize| 0..u8::try_from(count).unwrap_or(u8::MAX);
    let errands = counted(Errand::all().count() + 1);
    let each = |kind| errands.clone().flat_map(move |errand| [0, 1].map(|key| vec![kind, 0, errand, key]));
    counted(Kind::all().count()).flat_map(each).collect()
}

fn texts() -> Vec<Vec<u8>> {
    let key = AuthKey::OLD_SHARED_DEFAULT.to_hex();
    [
        key.clone(),
        format!("0x{}", key.to_uppercase()),
        format!("│ Mi Smart Band 4 │ C1:2E:DA:EA:DA:59 │ {key} │"),
        "30:31:32:33:34:35:36:37-38 39 40 41,42 43;44_45\r\n".to_owned(),
        "0123456789@ABCDE".to_owned(),
        "FA:8E:E3:12:B4:A9".to_owned(),
        "“00112233”".to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec()
}

/// What an interrupted rescue leaves behind, with the byte between the two files.
fn files() -> Vec<Vec<u8>> {
    use rescue_core::practice::{Pair, Scenario};
    let left = |kind, errand, inputs| {
        let mut pair = Pair::new(kind, Scenario::Owned, errand, 11);
        pair.begin();
        while pair.inputs() < inputs && pair.step() {}
        let files = pair.files().clone();
        let [journal, keys] = [files.journal, files.keys].map(|file| file.unwrap_or_default().0);
        [journal, keys].join(&0)
    };
    let mut files: Vec<Vec<u8>> = Vec::new();
    for kind in [Kind::MiBand1, Kind::MiBand2, Kind::MiBand4, Kind::SmartBand9LocalBind] {
        for errand in Errand::all() {
            files.extend((20..160).step_by(20).map(|inputs| left(kind, errand, inputs)));
        }
    }
    files.sort();
    files.dedup();
    files
}
