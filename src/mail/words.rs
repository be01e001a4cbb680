//! What another machine said, made fit to be shown and logged.

/// Characters of another machine's words that are kept.
pub const WORDS_CHARS_MAX: usize = 200;

/// Words of a server for a page or a log: no control characters, no marks that turn the direction of text, white space as
/// single blanks, [`WORDS_CHARS_MAX`] characters at most.
pub fn cleaned(said: &str) -> String {
    let shown = said.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).filter(|c| !hides(*c));
    let mut cleaned = String::new();
    for (n, c) in shown.enumerate().take(WORDS_CHARS_MAX * 4) {
        if c == ' ' && (cleaned.is_empty() || cleaned.ends_with(' ')) {
            continue;
        }
        if n >= WORDS_CHARS_MAX {
            cleaned.push('…');
            break;
        }
        cleaned.push(c);
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// Marks of direction and of no width, and what isn't a character.
fn hides(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_that_acts_on_a_screen() {
        assert_eq!(cleaned("  Invalid\r\n\tcredentials \u{1b}[31m\u{202e}x\0 "), "Invalid credentials [31mx");
        assert_eq!(cleaned(&"a".repeat(5_000)).chars().count(), WORDS_CHARS_MAX + 1);
        assert_eq!(cleaned(&" ".repeat(5_000)), "");
        assert_eq!(cleaned("größer"), "größer");
    }
}
