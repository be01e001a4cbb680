//! The language of a text, and how it makes stems of words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use whatlang::{Detector, Lang};

/// Characters of a text that its language is told by; more only cost time.
const LOOKED_AT: usize = 2_000;

/// Below this the detector guesses: a text of two lines may be anything that is written in its letters.
const SURE: f64 = 0.9;

/// Languages whose words have stems, or that are told apart from those.
macro_rules! languages {
    ($($name:ident, $code:literal, $lang:ident, $algorithm:ident;)*) => {
        /// A language that words are brought to their stems by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Language {
            $(#[doc = concat!("`", $code, "` (ISO 639-1).")] $name,)*
        }

        impl Language {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its code by ISO 639-1.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            fn lang(self) -> Lang {
                match self {
                    $(Self::$name => Lang::$lang,)*
                }
            }

            fn algorithm(self) -> Algorithm {
                match self {
                    $(Self::$name => Algorithm::$algorithm,)*
                }
            }
        }
    };
}

languages! {
    Arabic, "ar", Ara, Arabic;
    Czech, "cs", Ces, Czech;
    Danish, "da", Dan, Danish;
    German, "de", Deu, German;
    Greek, "el", Ell, Greek;
    English, "en", Eng, English;
    Spanish, "es", Spa, Spanish;
    Finnish, "fi", Fin, Finnish;
    French, "fr", Fra, French;
    Hungarian, "hu", Hun, Hungarian;
    Italian, "it", Ita, Italian;
    Dutch, "nl", Nld, Dutch;
    Norwegian, "no", Nob, Norwegian;
    Polish, "pl", Pol, Polish;
    Portuguese, "pt", Por, Portuguese;
    Romanian, "ro", Ron, Romanian;
    Russian, "ru", Rus, Russian;
    Swedish, "sv", Swe, Swedish;
    Turkish, "tr", Tur, Turkish;
    Ukrainian, "uk", Ukr, Ukrainian;
}

/// What tells languages apart, and their stemmers: tables, made once.
struct Tools {
    detector: Detector,
    stemmers: BTreeMap<Language, Stemmer>,
}

static TOOLS: LazyLock<Tools> = LazyLock::new(|| Tools {
    detector: Detector::with_allowlist(Language::ALL.iter().map(|language| language.lang()).collect()),
    stemmers: Language::ALL.iter().map(|language| (*language, Stemmer::new(language.algorithm()))).collect(),
});

impl Language {
    /// The language of a code by ISO 639-1, with or without a region (`de`, `pt-BR`).
    pub fn of_code(code: &str) -> Option<Self> {
        let own = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.iter().copied().find(|language| language.code().eq_ignore_ascii_case(own))
    }

    /// The language of a text, when that is plain: two lines, or a list of part numbers, tell nothing.
    pub fn of_text(text: &str) -> Option<Self> {
        let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
        let seen = TOOLS.detector.detect(text.get(..end)?).filter(|seen| seen.confidence() >= SURE)?;
        Self::ALL.iter().copied().find(|language| language.lang() == seen.lang())
    }

    /// The stem of a word in small letters.
    pub(super) fn stem(self, word: &str) -> String {
        TOOLS.stemmers.get(&self).map_or_else(|| word.to_owned(), |stemmer| stemmer.stem(word).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_its_language_and_a_word_does_not() {
        for (code, text) in [
            ("en", "The printer on the second floor does not print any more since we moved it to the other room."),
            ("de", "Der Drucker im zweiten Stock druckt nicht mehr, seit wir ihn in das andere Zimmer gestellt haben."),
            ("fr", "L'imprimante du deuxième étage n'imprime plus depuis que nous l'avons mise dans l'autre salle."),
            ("pl", "Drukarka na drugim piętrze nie drukuje, odkąd przestawiliśmy ją do innego pokoju."),
            ("ru", "Принтер на втором этаже больше не печатает с тех пор, как мы перенесли его в другую комнату."),
            ("tr", "İkinci kattaki yazıcı, onu diğer odaya taşıdığımızdan beri artık yazdırmıyor."),
        ] {
            assert_eq!(Language::of_text(text).map(Language::code), Some(code), "{text}");
        }
        for text in ["", "4711-A", "ok", "打印机不工作"] {
            assert_eq!(Language::of_text(text), None, "{text}");
        }
        assert_eq!(Language::of_code("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::of_code("zz"), None);
    }

    #[test]
    fn a_word_has_one_stem_in_all_its_clothes() {
        for (language, words) in [
            (Language::English, ["connections", "connected", "connecting"]),
            (Language::German, ["leitungen", "leitung", "leitungen"]),
            (Language::Russian, ["принтеры", "принтера", "принтеров"]),
        ] {
            let stems: std::collections::BTreeSet<String> = words.iter().map(|word| language.stem(word)).collect();
            assert_eq!(stems.len(), 1, "{stems:?}");
        }
    }
}
