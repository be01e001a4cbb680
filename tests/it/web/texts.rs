//! Texts: every language has every key, every key that code names exists, and none is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use deskbell::web::Lang;
use fluent_syntax::ast::{Entry, InlineExpression, PatternElement};

use super::source::{files, literals_after};

/// The keys of a language, each with its file and the placeables of its text.
fn keys(lang: Lang) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let folder = format!("{}/src/locales/{}", env!("CARGO_MANIFEST_DIR"), lang.word());
    let mut keys = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let resource = fluent_syntax::parser::parse(fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{path:?}: {e:?}"));
        for message in resource.body {
            let Entry::Message(message) = message else { continue };
            let mut names = BTreeSet::new();
            placeables(&message.value.unwrap_or_else(|| panic!("{file}: an empty text")).elements, &mut names);
            let twice = keys.insert(message.id.name.clone(), (file.clone(), names));
            assert!(twice.is_none(), "{file}: {} is there twice", message.id.name);
        }
    }
    keys
}

fn placeables(elements: &[PatternElement<String>], names: &mut BTreeSet<String>) {
    use fluent_syntax::ast::Expression;
    for element in elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let (inline, variants) = match expression {
            Expression::Inline(inline) => (inline, &[][..]),
            Expression::Select { selector, variants } => (selector, &variants[..]),
        };
        if let InlineExpression::VariableReference { id } = inline {
            names.insert(id.name.clone());
        }
        variants.iter().for_each(|variant| placeables(&variant.value.elements, names));
    }
}

/// Whether a literal is written like a key: `area-what`. Other words stand in the same calls, in tests and elsewhere.
fn is_key(literal: &str) -> bool {
    literal.contains('-') && literal.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn every_language_says_the_same() {
    let english = keys(Lang::En);
    for lang in Lang::ALL {
        assert_eq!(keys(*lang), english, "{lang:?} has other keys, files or placeables than English");
    }
}

#[test]
fn keys_that_are_named_exist_and_none_is_left_over() {
    let known = keys(Lang::En);
    let mut used = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for (path, text) in files("src", "rs") {
        let named = [
            ".t(",
            ".t_with(",
            "Message::new(",
            "Message::from(",
            "label_key: ",
            "key: ",
            "Error::Conflict(",
            "Error::Busy(",
            "Error::Forbidden(",
        ];
        // Second arguments: `Problem::new("field", "key")` and the like.
        let second = ["Problem::new(", "Error::invalid(", "see_other_saying("].iter().flat_map(|opening| {
            text.match_indices(opening).filter_map(|(at, _)| {
                let call = &text[at + opening.len()..];
                let rest = call.split_once(',').map(|(_, rest)| rest)?;
                literals_after(&format!("\u{1}{rest}"), &["\u{1}"]).into_iter().next()
            })
        });
        for key in literals_after(&text, &named).into_iter().chain(second).filter(|literal| is_key(literal)) {
            if !known.contains_key(&key) {
                missing.insert(format!("{path}: {key}"));
            }
            used.insert(key);
        }
        prefixes.extend(literals_after(&text, &[".t_word("]));
        // A key may also be chosen among literals; then it counts as used, though not every literal is a key.
        used.extend(text.split('"').filter(|word| known.contains_key(*word)).map(str::to_owned));
    }
    assert!(missing.is_empty(), "there are no texts for {missing:#?}");
    // Words of the kit that no feature has needed yet stand in the demo app.
    for (_, text) in files("tests/it", "rs") {
        used.extend(text.split('"').filter(|word| known.contains_key(*word)).map(str::to_owned));
    }
    for key in known.keys() {
        let by_word =
            prefixes.iter().any(|prefix| key.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('-')));
        assert!(by_word || used.contains(key), "nothing says {key:?}");
    }
}
