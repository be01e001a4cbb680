//! The words by which tickets are alike: in lower case, without accents, without the small words that every subject has.

/// Words of a subject that count.
pub(super) const WORDS_MAX: usize = 12;

/// Characters of a word that count.
const CHARACTERS_MAX: usize = 40;

/// Words that say nothing of the matter, in the languages of the desk.
const SMALL: [&str; 40] = [
    "the", "and", "for", "with", "from", "has", "have", "are", "was", "not", "this", "that", "since", "all", "der",
    "die", "das", "den", "dem", "und", "mit", "von", "vom", "ist", "sind", "hat", "ein", "eine", "einer", "einem",
    "kein", "keine", "nicht", "seit", "bei", "auf", "aus", "fur", "zum", "zur",
];

/// The words of a text, each once, in their order. A word has three characters, or a digit in it.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric()) {
        let word: String = piece.to_lowercase().chars().flat_map(folded).take(CHARACTERS_MAX).collect();
        let says = word.chars().count() > 2 || word.chars().any(|c| c.is_ascii_digit());
        if says && !SMALL.contains(&word.as_str()) && !words.contains(&word) {
            words.push(word);
        }
        if words.len() == WORDS_MAX {
            break;
        }
    }
    words
}

/// A letter without its accent, as somebody in a hurry types it.
fn folded(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ı' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // What a capital letter leaves behind when it is made small: i̇.
        '\u{300}'..='\u{36F}' => "",
        _ => return plain_or(None, c),
    };
    plain_or(Some(plain), c)
}

fn plain_or(plain: Option<&'static str>, c: char) -> impl Iterator<Item = char> {
    plain.unwrap_or_default().chars().chain(plain.is_none().then_some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_known_by_the_words_that_matter() {
        assert_eq!(words_of("Kein Wasser im Keller, Müllerstraße 4!"), ["wasser", "keller", "mullerstrasse", "4"]);
        assert_eq!(words_of("No WATER in the cellar; no water"), ["water", "cellar"], "each once, small ones not");
        assert_eq!(words_of("Zähler 4711-0815 zeigt E-04"), ["zahler", "4711", "0815", "zeigt", "04"]);
        assert_eq!(words_of("İstanbul"), ["istanbul"]);
        assert!(words_of(" \u{200B} - ?").is_empty());
    }

    #[test]
    fn however_long_a_text_is_its_words_are_few_and_short() {
        let long = format!("{} {}", "x".repeat(10_000), (0..500).map(|n| format!("w{n} ")).collect::<String>());
        let words = words_of(&long);
        assert_eq!((words.len(), words[0].len()), (WORDS_MAX, CHARACTERS_MAX));
    }
}
