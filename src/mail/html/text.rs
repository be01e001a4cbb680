//! HTML as plain text: for search, notices, and for those who only get text. Linear, whatever the nesting.

use super::token::{Piece, Tag, each};
use crate::mail::start_of;

/// Stands alone on a line where quoted text begins, in [`marked_text`].
pub(in crate::mail) const QUOTE: char = '\u{E000}';
/// Stands alone on a line where a signature begins, in [`marked_text`].
pub(in crate::mail) const SIGNATURE: char = '\u{E001}';

/// Octets of HTML that are read.
const READ_MAX: usize = 8 << 20;
/// Octets of text that are made.
const TEXT_MAX: usize = 2 << 20;
/// Quotes within quotes that are shown as such.
const QUOTES_MAX: usize = 20;

const HIDDEN: [&str; 9] = ["script", "style", "head", "title", "textarea", "noscript", "template", "svg", "math"];
const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "div",
    "dl",
    "dt",
    "dd",
    "fieldset",
    "footer",
    "form",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
    "caption",
    "body",
    "html",
    "figure",
];
const SPACED: [&str; 7] = ["p", "h1", "h2", "h3", "h4", "h5", "h6"];

/// The text of HTML: a line for each block, `> ` before what is quoted.
pub fn to_text(html: &str) -> String {
    let text = marked_text(html);
    if !text.contains([QUOTE, SIGNATURE]) {
        return text;
    }
    let lines = text
        .split_inclusive('\n')
        .filter(|line| !matches!(line.trim_matches(['>', ' ', '\n']), "\u{E000}" | "\u{E001}"));
    lines.collect()
}

/// [`to_text`] with [`QUOTE`] and [`SIGNATURE`] where the HTML says that these begin.
pub(in crate::mail) fn marked_text(html: &str) -> String {
    let html = start_of(html, READ_MAX);
    let mut writing = Writing::default();
    let mut hidden: Option<(String, usize)> = None;
    each(html, |piece| {
        if let Some((name, depth)) = &mut hidden {
            match piece {
                Piece::Open(tag) if tag.name == *name && !tag.self_closing => *depth += 1,
                Piece::Close(closed) if closed == name => *depth -= 1,
                Piece::Open(tag) if name == "head" && tag.name == "body" => *depth = 0,
                _ => {}
            }
            if *depth == 0 {
                hidden = None;
            }
            return;
        }
        match piece {
            Piece::Text(text) => writing.text(text),
            Piece::Close(name) => writing.close(name),
            Piece::Open(tag) if HIDDEN.contains(&tag.name.as_str()) => {
                if !(tag.self_closing && matches!(tag.name.as_str(), "svg" | "math")) {
                    hidden = Some((tag.name.clone(), 1));
                }
            }
            Piece::Open(tag) => writing.open(tag),
        }
    });
    writing.finish()
}

#[derive(Default)]
struct Writing {
    out: String,
    /// Line breaks that are due before the next word; two make an empty line.
    breaks: usize,
    /// Whether a blank is due before the next word.
    blank: bool,
    quotes: usize,
    pre: usize,
}

impl Writing {
    fn text(&mut self, text: &str) {
        if self.out.len() > TEXT_MAX {
            return;
        }
        if self.pre > 0 {
            for (n, line) in text.split('\n').enumerate() {
                if n > 0 {
                    self.breaks += 1;
                }
                let line = line.trim_end_matches('\r');
                if !line.is_empty() {
                    self.word(line);
                }
            }
            return;
        }
        let spaces = |c: char| {
            matches!(
                c,
                ' ' | '\t' | '\n' | '\r' | '\x0C' | '\u{A0}' | '\u{200B}' | '\u{FEFF}' | '\u{AD}' | QUOTE | SIGNATURE
            )
        };
        let mut first = true;
        for word in text.split(spaces) {
            if !first {
                self.blank = true;
            }
            first = false;
            if !word.is_empty() {
                self.word(word);
            }
        }
    }

    fn word(&mut self, word: &str) {
        if !self.out.is_empty() && self.breaks > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            for _ in 0..self.breaks.min(2) {
                self.out.push('\n');
                self.prefix();
            }
            self.blank = false;
        } else if self.out.is_empty() {
            self.prefix();
            self.blank = false;
        }
        self.breaks = 0;
        if std::mem::take(&mut self.blank) {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    fn prefix(&mut self) {
        for _ in 0..self.quotes.min(QUOTES_MAX) {
            self.out.push_str("> ");
        }
    }

    fn broken(&mut self, least: usize) {
        self.breaks = self.breaks.max(least);
    }

    fn mark(&mut self, mark: char) {
        self.broken(1);
        self.word(mark.encode_utf8(&mut [0; 4]));
        self.broken(1);
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if begins_quote(tag) {
            self.mark(QUOTE);
        } else if begins_signature(tag) {
            self.mark(SIGNATURE);
        }
        match name {
            "br" => self.breaks += 1,
            "td" | "th" => self.blank = true,
            "blockquote" => {
                self.broken(1);
                self.quotes += 1;
            }
            "li" => {
                self.broken(1);
                self.word("*");
                self.blank = true;
            }
            "pre" => {
                self.broken(1);
                self.pre += 1;
            }
            _ if SPACED.contains(&name) => self.broken(2),
            _ if BLOCKS.contains(&name) => self.broken(1),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "blockquote" => {
                self.broken(1);
                self.quotes = self.quotes.saturating_sub(1);
            }
            "pre" => {
                self.broken(1);
                self.pre = self.pre.saturating_sub(1);
            }
            _ if SPACED.contains(&name) => self.broken(2),
            _ if BLOCKS.contains(&name) => self.broken(1),
            _ => {}
        }
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        if self.out.len() > TEXT_MAX {
            self.out.truncate(start_of(&self.out, TEXT_MAX).len());
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

/// Classes and ids with which mail programs begin what they quote.
const QUOTE_NAMES: [&str; 17] = [
    "gmail_quote",
    "gmail_quote_container",
    "divrplyfwdmsg",
    "appendonsend",
    "olk_src_body_section",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "zmail_extra",
    "tutanota_quote",
    "outlookmessageheader",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "replysplit",
    "reply-intro",
    "freebirdformviewer_quote",
    "wisestamp_quote",
];
const SIGNATURE_NAMES: [&str; 8] = [
    "gmail_signature",
    "moz-signature",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "protonmail_signature_block",
    "_rc_sig",
    "signature",
    "ydpsignature",
];

fn names(tag: &Tag) -> impl Iterator<Item = String> {
    let both = [tag.attribute("class"), tag.attribute("id")].into_iter().flatten();
    both.flat_map(str::split_whitespace).map(|name| {
        let name = name.to_ascii_lowercase();
        // Web mailers put a prefix before the names of what they quote.
        name.strip_prefix("x_").map(str::to_owned).unwrap_or(name)
    })
}

fn begins_quote(tag: &Tag) -> bool {
    if names(tag).any(|name| QUOTE_NAMES.contains(&name.as_str())) {
        return true;
    }
    if tag.name == "blockquote" {
        return tag.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"));
    }
    if tag.attribute("data-marker").is_some_and(|marker| marker == "__QUOTED_TEXT__") {
        return true;
    }
    // Outlook draws a line above the header of what it quotes.
    let style = tag.attribute("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    style.contains("border-top:solid#e1e1e1") || style.contains("border-top:solid#b5c4df")
}

fn begins_signature(tag: &Tag) -> bool {
    names(tag).any(|name| SIGNATURE_NAMES.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lists_and_quotes() {
        let html = "<html><head><title>no</title><style>no</style></head><body><p>Hi&nbsp; <b>you</b>,</p><p>one<br>two<br><br>three</p><ul><li>a</li><li>b</li></ul><table><tr><td>x</td><td>y</td></tr></table><blockquote>old<br>text</blockquote><pre>a  b\n c</pre></body></html>";
        assert_eq!(to_text(html), "Hi you,\n\none\ntwo\n\nthree\n\n* a\n* b\nx y\n> old\n> text\na  b\n c\n");
    }

    #[test]
    fn marks_are_only_in_the_marked_text() {
        let html = "new<div class=gmail_quote>On x wrote:<blockquote type=cite>old</blockquote></div>";
        assert!(marked_text(html).contains(QUOTE));
        assert_eq!(to_text(html), "new\nOn x wrote:\n> old\n");
        assert_eq!(to_text("a\u{E000}b"), "a b\n");
    }

    #[test]
    fn bombs() {
        assert!(to_text(&"<div>".repeat(200_000)).is_empty());
        assert!(to_text(&"<blockquote>x".repeat(20_000)).len() <= TEXT_MAX + 1);
        assert!(to_text(&" \u{a0}\n".repeat(1_000_000)).is_empty());
    }
}
