//! Turns the English texts of the app, `android/res/values/strings.xml`, into a table for the command line.
//!
//! The texts stand once, in that file; nothing is worded anew here.
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let source = here.join("../android/res/values/strings.xml");
    println!("cargo::rerun-if-changed={}", source.display());
    println!("cargo::rerun-if-changed=build.rs");

    let texts = read(&source).map_err(|error| format!("could not read {}: {error}", source.display()))?;
    let mut table = String::from(
        "/// Every text by its key, sorted by key.\npub(super) static TABLE: &[(&str, &str)] = &[\n",
    );
    for (key, text) in &texts {
        writeln!(table, "    ({key:?}, {text:?}),")?;
    }
    table.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("texts.rs"), table)?;
    Ok(())
}

/// The texts of a resource file. A plural becomes one text a quantity: `key_one`, `key_other`.
fn read(source: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let content = fs::read_to_string(source)?;
    let document = roxmltree::Document::parse(&content)?;
    let mut texts = BTreeMap::new();
    for node in document.root_element().children().filter(roxmltree::Node::is_element) {
        let Some(name) = node.attribute("name") else { continue };
        match node.tag_name().name() {
            "string" => {
                texts.insert(name.to_owned(), spoken(node)?);
            }
            "plurals" => {
                for item in node.children().filter(|item| item.has_tag_name("item")) {
                    let quantity =
                        item.attribute("quantity").ok_or_else(|| format!("{name}: no quantity"))?;
                    texts.insert(format!("{name}_{quantity}"), spoken(item)?);
                }
            }
            other => return Err(format!("{name}: <{other}> is not known here").into()),
        }
    }
    Ok(texts)
}

/// What a text element says: its text and that of marked-up parts, with Android's escapes undone.
fn spoken(node: roxmltree::Node<'_, '_>) -> Result<String, Box<dyn Error>> {
    let raw: String =
        node.descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect();
    unescape(&raw).map_err(|error| format!("{}: {error}", node.attribute("name").unwrap_or("item")).into())
}

/// Android's rules: white space folds into one space outside of quotation marks, which vanish; `\n`, `\'`, `\"`,
/// `\@`, `\?`, `\\`, `\t` and `\u1234` stand for one character.
fn unescape(raw: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut quoted = false;
    let mut letters = raw.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let digits: String = letters.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    text.push(code.ok_or_else(|| format!("\\u{digits} is no character"))?);
                }
                Some(escaped) => text.push(escaped),
                None => return Err("ends with a backslash".to_owned()),
            },
            '"' => quoted = !quoted,
            space if space.is_whitespace() && !quoted => {
                if !text.ends_with([' ', '\n']) {
                    text.push(' ');
                }
            }
            other => text.push(other),
        }
    }
    Ok(text)
}
