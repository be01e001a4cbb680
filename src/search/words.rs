//! A text becomes words: by Unicode's rules where words stand apart, by pairs of characters where they don't, and what looks
//! like a part number also as a whole.
//!
//! Measured on collections of nine languages: pairs (and single characters) of Chinese, Japanese and Korean find as well as
//! dictionaries do, triples of Thai better; so no dictionary is needed.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use super::language::Language;

/// Characters of a word: what is longer is no word, but a line of some encoding.
const WORD_CHARACTERS_MAX: usize = 48;

/// Characters of a code without its separators; a UUID has 32.
const CODE_CHARACTERS: Range<usize> = 3..41;

/// Codes of one text.
const CODES_MAX: usize = 1_000;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In small letters, without marks.
    pub plain: String,
    /// Its stem, or itself.
    pub stem: String,
    /// Where it stands, in octets.
    pub span: Range<usize>,
    /// How many words stand before it.
    pub position: usize,
}

/// The words of a text, in their order. Those of writing without spaces come last.
pub(super) fn words(language: Option<Language>, text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut position = 0;
    for (from, found) in text.unicode_word_indices() {
        if is_gram(found) {
            continue;
        }
        let mut at = from;
        for part in found.split(['\'', '’', '_', '.']) {
            let span = at..at + part.len();
            at = span.end + separator_bytes(found, span.end - from);
            let letters = part.chars().count();
            // The `l` of `l'eau` and the `s` of `it's` say nothing.
            let is_clitic = letters == 1 && found.contains(['\'', '’']);
            if letters == 0 || letters > WORD_CHARACTERS_MAX || is_clitic {
                continue;
            }
            let small = part.to_lowercase();
            let plain = folded(&small);
            let stem = language.map_or_else(String::new, |language| folded(&language.stem(&small)));
            let stem = if stem.is_empty() { plain.clone() } else { stem };
            words.push(Word { plain, stem, span, position });
            position += 1;
        }
    }
    unspaced(text, position, &mut words);
    words
}

/// Octets of the character at this place.
fn separator_bytes(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// Words of writing without spaces: single characters and pairs of Han, Kana and Hangul; triples of Thai and its like.
fn unspaced(text: &str, mut position: usize, words: &mut Vec<Word>) {
    let mut run: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let goes_on = run.last().is_none_or(|(_, last)| is_syllabic(*last) == is_syllabic(c));
        if is_unspaced(c) && goes_on {
            run.push((at, c));
            continue;
        }
        let sizes: &[usize] = if run.first().is_some_and(|(_, c)| is_syllabic(*c)) { &[1, 2] } else { &[3] };
        for size in sizes {
            for (nth, gram) in run.windows(*size).enumerate() {
                let (Some((from, _)), Some((last, end))) = (gram.first(), gram.last()) else { continue };
                let plain = folded(&gram.iter().map(|(_, c)| c).collect::<String>());
                let span = *from..last + end.len_utf8();
                words.push(Word { stem: plain.clone(), plain, span, position: position + nth });
            }
        }
        position += run.len();
        run.clear();
        if is_unspaced(c) {
            run.push((at, c));
        }
    }
}

/// Whether a word is a piece of writing without spaces, and so no word.
pub(super) fn is_gram(plain: &str) -> bool {
    plain.chars().any(is_unspaced)
}

/// Whether a character is of a writing that sets no spaces between words.
fn is_unspaced(c: char) -> bool {
    is_syllabic(c) || matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}

/// Whether one character is about a syllable: Han, Kana, Hangul.
fn is_syllabic(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF
            | 0x20000..=0x3FFFF
    )
}

/// Letters without their marks, so that `Malmo` finds `Malmö`; compatibility forms as plain ones (NFKD).
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            c if is_combining_mark(c) && !is_vowel_sign(c) => {}
            c => plain.push(c),
        }
    }
    plain
}

/// Marks that are letters: vowels of Indian writing, and what voices a Kana.
fn is_vowel_sign(c: char) -> bool {
    matches!(u32::from(c), 0x0900..=0x0DFF | 0x3099 | 0x309A)
}

/// What looks like a serial, a part number, an error code or a telephone number, in small letters and without what separates
/// its parts: `E-04/7B` is `e047b`.
pub(super) fn codes(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for piece in text.split(|c: char| c.is_whitespace() || ",;()[]{}<>\"'„“”‚‘’|".contains(c)) {
        push_code(piece, &mut codes);
    }
    for run in text.split(|c: char| !(c.is_ascii_digit() || "+ ()/-.\u{A0}".contains(c))) {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        // A number that stands in one piece is known by now.
        if (6..=17).contains(&digits) && run.trim().contains([' ', '(', ')', '\u{A0}']) {
            codes.push(run.chars().filter(char::is_ascii_digit).collect());
        }
    }
    codes.truncate(CODES_MAX);
    codes
}

fn push_code(piece: &str, codes: &mut Vec<String>) {
    if !piece.contains(|c: char| c.is_numeric()) || piece.len() > 200 {
        return;
    }
    let code: String = piece.chars().filter(|c| c.is_alphanumeric()).collect();
    let code = folded(&code.to_lowercase());
    if CODE_CHARACTERS.contains(&code.chars().count()) {
        codes.push(code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(language: Language, text: &str) -> Vec<String> {
        words(Some(language), text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn words_lose_clothes_and_keep_their_places() {
        assert_eq!(
            stems(Language::English, "Printers don't PRINT; it's über-slow"),
            ["printer", "don", "print", "it", "uber", "slow"]
        );
        assert_eq!(stems(Language::French, "L'eau de l’évier"), ["eau", "de", "evi"]);
        let found = words(None, "Größe der Pumpe");
        let spans: Vec<&str> = found.iter().map(|word| "Größe der Pumpe".get(word.span.clone()).unwrap()).collect();
        assert_eq!(spans, ["Größe", "der", "Pumpe"]);
        assert_eq!(found.iter().map(|word| word.plain.as_str()).collect::<Vec<_>>(), ["grosse", "der", "pumpe"]);
    }

    #[test]
    fn parts_of_a_name_stand_where_they_stand() {
        let text = "see app.config_file now";
        let found: Vec<&str> = words(None, text).iter().map(|word| text.get(word.span.clone()).unwrap()).collect();
        assert_eq!(found, ["see", "app", "config", "file", "now"]);
    }

    #[test]
    fn writing_without_spaces_becomes_pairs() {
        let found: Vec<String> = words(None, "打印机 ok").into_iter().map(|word| word.plain).collect();
        assert_eq!(found, ["ok", "打", "印", "机", "打印", "印机"]);
        let thai: Vec<String> = words(None, "เครื่อง").into_iter().map(|word| word.plain).collect();
        assert!(!thai.is_empty() && thai.iter().all(|gram| gram.chars().count() <= 3), "{thai:?}");
    }

    #[test]
    fn codes_are_whole_whatever_stands_between_their_parts() {
        assert_eq!(codes("Error E-04/7B at the pump"), ["e047b"]);
        assert_eq!(codes("SN: 4711.0815-X, call +49 (0)30 90 18 20"), ["47110815x", "49030901820"]);
        assert_eq!(codes("(AB-12) “cd/34”"), ["ab12", "cd34"]);
        assert!(codes("no code here").is_empty());
        assert!(codes(&"9".repeat(300)).is_empty(), "a line of digits is none");
        assert_eq!(codes(&"A1B ".repeat(5_000)).len(), CODES_MAX);
    }
}
