//! English as no text of ours is written: longer by the half, or from right to left. A page that bears both bears any
//! language; a word that stays plain on it stands in no locale file.

/// English with doubled, accented vowels: longer, and readable all the same.
pub(super) fn accented(text: &str) -> String {
    let mut dressed = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match c {
            'a' => dressed.push_str("àá"),
            'e' => dressed.push_str("êé"),
            'i' => dressed.push_str("îí"),
            'o' => dressed.push_str("öó"),
            'u' => dressed.push_str("üú"),
            'c' => dressed.push('ç'),
            'n' => dressed.push('ñ'),
            's' => dressed.push('š'),
            'A' => dressed.push('Å'),
            'E' => dressed.push('É'),
            'O' => dressed.push('Ö'),
            'N' => dressed.push('Ñ'),
            'S' => dressed.push('Š'),
            other => dressed.push(other),
        }
    }
    dressed
}

/// English whose letters run from right to left, as those of Arabic and Hebrew do.
pub(super) fn mirrored(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\u{202e}{text}\u{202c}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_grow_by_two_fifths_and_stay_readable() {
        let text = "Where calls come from and which of them become tickets.";
        let longer = accented(text).chars().count() * 100 / text.chars().count();
        assert!((125..160).contains(&longer), "{longer} %");
        assert_eq!(accented("Search"), "Šêéàárçh");
        assert_eq!(mirrored("a"), "\u{202e}a\u{202c}");
    }
}
