//! Languages and their texts.
//!
//! The texts are Fluent files in `src/locales/LANG/AREA.ftl`, built into the program. Code names a text by its key, as a
//! literal, so that a test can hold keys and files together; for a text chosen by a stored word (`status-open`) there is
//! [`Lang::t_word`], whose prefix is the literal.
//!
//! Fluent's bidi isolates are off: names are shown in `<bdi>`, and invisible marks would be copied from the page into
//! mails and search boxes. Two more languages are made of the English texts, for tests of the layout ([`super::pseudo`]).

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::{LanguageIdentifier, Loader as _};

use crate::base::Message;
use crate::base::text::clean_line;

use super::options::Options;
use super::pseudo;

pub use fluent_templates::fluent_bundle::FluentValue as Value;

/// Characters of a value that a message repeats.
const VALUE_MAX: usize = 200;

fluent_templates::static_loader! {
    static TEXTS = {
        locales: "./src/locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language that Deskbell can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
    /// English, longer and with accents, to find texts that don't fit or are in no locale file. Demos only.
    Accented,
    /// English written from right to left, to find what does not turn with it. Demos only.
    Mirrored,
}

impl Lang {
    /// Those that people can choose.
    pub const ALL: &'static [Self] = &[Self::En, Self::De];

    /// The tag: how it is stored, and what stands in `lang`.
    pub fn word(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Accented => "en-XA",
            Self::Mirrored => "ar-XB",
        }
    }

    /// The language of a stored word, of those that can be chosen.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|lang| lang.word() == word)
    }

    /// The language's name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::De => "Deutsch",
            _ => "English",
        }
    }

    /// Which way it is written, as `dir` wants it.
    pub fn dir(self) -> &'static str {
        if self == Self::Mirrored { "rtl" } else { "ltr" }
    }

    /// The language of ours that a request asks for; a demo also has those that only tests ask for.
    pub(super) fn asked(header: &str, options: &Options) -> Option<Self> {
        let tests = [Self::Accented, Self::Mirrored];
        let test = tests.into_iter().find(|lang| options.demo && header.starts_with(lang.word()));
        test.or_else(|| Self::negotiate(header))
    }

    /// The language of a tag such as `de-AT`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.iter().copied().find(|lang| lang.word().eq_ignore_ascii_case(primary))
    }

    /// The language of ours that an `Accept-Language` header likes best; nothing when it likes none.
    pub fn negotiate(header: &str) -> Option<Self> {
        // Who sends a thousand ranges wants work of us, not a language.
        let ranges = header.split(',').take(20).filter_map(|part| {
            let mut pieces = part.split(';');
            let lang = Self::from_tag(pieces.next()?)?;
            let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.trim().parse::<f32>().ok());
            Some((lang, weight.unwrap_or(1.0)))
        });
        let mut best: Option<(Self, f32)> = None;
        for (lang, weight) in ranges {
            if weight > best.map_or(0.0, |(_, so_far)| so_far) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::De => fluent_templates::langid!("de"),
            _ => fluent_templates::langid!("en"),
        }
    }

    fn dressed(self, text: String) -> String {
        match self {
            Self::En | Self::De => text,
            Self::Accented => pseudo::accented(&text),
            Self::Mirrored => pseudo::mirrored(&text),
        }
    }

    /// The text of `key`; the key itself when there is none, which a test rules out.
    pub fn t(self, key: &str) -> String {
        self.dressed(TEXTS.try_lookup(&self.identifier(), key).unwrap_or_else(|| key.to_owned()))
    }

    /// The text of `key` with values for its placeables: `t_with("calls-waiting", &[("count", 3.into())])`.
    pub fn t_with(self, key: &str, args: &[(&'static str, Value<'_>)]) -> String {
        let args: HashMap<Cow<'static, str>, Value<'_>> =
            args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        self.dressed(TEXTS.try_lookup_with_args(&self.identifier(), key, &args).unwrap_or_else(|| key.to_owned()))
    }

    /// The text for a stored word: `t_word("status", "open")` is the text of `status-open`.
    pub fn t_word(self, prefix: &str, word: &str) -> String {
        self.t(&format!("{prefix}-{}", word.replace('_', "-")))
    }

    /// What the domain says, in this language. Values that are whole numbers count as numbers, so that texts can tell one
    /// from many; others may be what a stranger typed, and must not turn the text around them.
    pub fn message(self, message: &Message) -> String {
        let cleaned: Vec<_> = message.args.iter().map(|(name, value)| (*name, clean_line(value, VALUE_MAX))).collect();
        let args: Vec<_> = cleaned.iter().map(|(name, value)| (*name, number_or_text(value))).collect();
        self.t_with(message.key, &args)
    }
}

/// A number when the text is exactly how that number is written; else text, so that `007` stays.
fn number_or_text(text: &str) -> Value<'_> {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Value::from(number),
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_with_the_highest_weight_wins() {
        for (header, wanted) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Lang::De)),
            ("fr, en;q=0.3, de;q=0.7", Some(Lang::De)),
            ("en-GB", Some(Lang::En)),
            ("hu", None),
            ("de;q=0", None),
            ("", None),
            ("*", None),
            (";;;,,,q=1", None),
        ] {
            assert_eq!(Lang::negotiate(header), wanted, "{header:?}");
        }
    }

    #[test]
    fn texts_tell_one_from_many() {
        assert_eq!(Lang::En.t_with("ago-minutes", &[("count", 3.into())]), "3 min ago");
        assert_eq!(Lang::De.t_with("ago-days", &[("count", 1.into())]), "vor 1 Tag");
        assert_eq!(Lang::De.t_with("ago-days", &[("count", 2.into())]), "vor 2 Tagen");
        let message = Message::new("error-too-many").with("max", 200);
        assert_eq!(Lang::En.message(&message), "That is too many; at most 200 fit.");
    }

    #[test]
    fn a_number_is_what_is_written_like_one() {
        assert!(matches!(number_or_text("12"), Value::Number(_)));
        for text in ["007", "+1", "1.5", "", "12a", " 1"] {
            assert!(matches!(number_or_text(text), Value::String(_)), "{text:?}");
        }
    }
}
