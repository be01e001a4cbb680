//! What somebody newly wrote, and what his mail program put around it.
//!
//! Above all nothing new is ever hidden: where text that is not quoted follows a quote, the whole mail is shown. What is
//! cut away stays one click away ([`Trimmed::rest`]), and the mail itself is kept anyway.
//!
//! Each line gets a kind; what is cut follows from the sequence of the kinds. The rules are those that `EmailReplyTrimmer`
//! found good, with marks that mail programs leave in HTML.

mod line;

use line::Kind;

use super::html;

/// Octets of text that are looked at; a longer text is shown whole.
const TEXT_BYTES_MAX: usize = 512 << 10;
/// Lines that a signature has at most.
const SIGNATURE_LINES_MAX: usize = 20;

/// A text taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// What is new, or everything, where that can't be told.
    pub shown: String,
    /// What was cut away, for one click: quotes, and the signature.
    pub rest: Option<String>,
    /// The signature of the writer, without its mark: where telephone numbers stand.
    pub signature: Option<String>,
    /// Whether somebody else's mail is passed on with it.
    pub forwarded: bool,
}

/// Trims a text. `html` is the raw HTML of the same mail: where the plain text shows no quote, its marks do. `answers`:
/// whether the mail answers another one. Without signs or marks of a quote, nothing of a mail that begins a thread is taken
/// for what somebody else wrote earlier.
pub fn trim(text: &str, html: Option<&str>, answers: bool) -> Trimmed {
    let plain = split(text, answers);
    if plain.rest.is_some() {
        return plain;
    }
    let Some(html) = html else { return plain };
    let marked = html::marked_text(html);
    if !marked.contains([html::QUOTE, html::SIGNATURE]) {
        return plain;
    }
    let found = split(&marked, answers);
    if found.rest.is_some() { found } else { plain }
}

fn split(text: &str, answers: bool) -> Trimmed {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.len() > TEXT_BYTES_MAX {
        return Trimmed { shown: unmarked(text.lines()), ..Trimmed::default() };
    }
    let lines: Vec<&str> = text.lines().collect();
    let kinds = line::kinds(&lines, answers);
    let forwarded = kinds.contains(&Kind::Forward);
    let (to, mixed) = new_lines(&kinds);
    let to = before_rules(&kinds, to);
    let signed = signature(&lines, &kinds, to);
    let end = signed.map_or(to, |at| before_rules(&kinds, at));
    // Between quotes and answers, what introduces a quote and a quote that nobody answers are no loss.
    let end = if mixed { before_quotes(&kinds, end) } else { end };
    let dropped = |kind: &Kind| *kind == Kind::Mobile || (mixed && *kind == Kind::Attribution);
    let kept = |n: &usize| kinds.get(*n).is_none_or(|kind| !dropped(kind));
    let shown = unmarked((0..end).filter(kept).filter_map(|n| lines.get(n).copied()));
    if shown.is_empty() {
        return Trimmed { shown: unmarked(lines.into_iter()), forwarded, ..Trimmed::default() };
    }
    let cut = (0..lines.len()).filter(|n| *n >= end || !kept(n));
    let rest = unmarked(cut.filter_map(|n| lines.get(n).copied()));
    let signature = signed.map(|at| unmarked(lines.get(at..to).unwrap_or_default().iter().copied()));
    let signature = signature.or_else(|| closing(&lines, &kinds, end));
    let signature = signature.map(|text| text.trim_start_matches(['-', '_', ' ', '\n']).to_owned());
    Trimmed {
        shown,
        rest: Some(rest).filter(|rest| !rest.is_empty()),
        signature: signature.filter(|s| !s.is_empty()),
        forwarded,
    }
}

/// Lines put together, without the marks of [`html::marked_text`] and empty lines at the ends.
fn unmarked<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines = lines.filter(|line| !matches!(line.trim_matches(['>', ' ']), "\u{E000}" | "\u{E001}"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let start = text.lines().take_while(|line| line.trim().is_empty()).map(|line| line.len() + 1).sum::<usize>();
    text.get(start..).unwrap_or_default().trim_end().to_owned()
}

/// Up to which line there is something new, and whether old stands between. All lines where that can't be told.
fn new_lines(kinds: &[Kind]) -> (usize, bool) {
    let all = (kinds.len(), false);
    let text_in = |from: usize, to: usize| kinds.get(from..to).unwrap_or_default().contains(&Kind::Text);
    if let Some(border) = kinds.iter().position(|kind| *kind == Kind::Border)
        && text_in(0, border)
    {
        return new_lines(kinds.get(..border).unwrap_or_default());
    }
    let old = |kind: &Kind| matches!(kind, Kind::Original | Kind::Headers | Kind::Attribution | Kind::Quote);
    let Some(first) = kinds.iter().position(old) else { return all };
    // What is passed on is news to us.
    if kinds.iter().take(first).any(|kind| *kind == Kind::Forward) {
        return all;
    }
    let quotes = || kinds.iter().enumerate().skip(first).filter(|(_, kind)| **kind == Kind::Quote).map(|(n, _)| n);
    let (Some(quoted), Some(last)) = (quotes().next(), quotes().next_back()) else {
        // An original without quote signs: all below is old, if there is something above.
        return if text_in(0, first) { (first, false) } else { all };
    };
    // Text that stands between what introduces an original and the first quote belongs to that original.
    let introduced = matches!(kinds.get(first), Some(Kind::Original | Kind::Headers));
    let from = if introduced { quoted } else { first };
    let new_below = text_in(from, last) || own_text(kinds, last + 1).is_some();
    if text_in(0, first) && !new_below { (first, false) } else { (kinds.len(), true) }
}

/// The end of some lines without the quotes at it.
fn before_quotes(kinds: &[Kind], to: usize) -> usize {
    let old = |n: &usize| matches!(kinds.get(*n), Some(Kind::Quote | Kind::Empty | Kind::Attribution | Kind::Rule));
    match (0..to).rev().find(|n| !old(n)) {
        Some(at) if kinds.get(..=at).is_some_and(|kinds| kinds.contains(&Kind::Text)) => at + 1,
        _ => to,
    }
}

/// Where own text begins from a line on that is not a signature or the footer of a list.
fn own_text(kinds: &[Kind], from: usize) -> Option<usize> {
    for (n, kind) in kinds.iter().enumerate().skip(from) {
        match kind {
            Kind::Text => return Some(n),
            Kind::SignatureMark if kinds.len() - n <= SIGNATURE_LINES_MAX + 10 => return None,
            _ => {}
        }
    }
    None
}

/// The end of some lines without the rules, marks and empty lines at it.
fn before_rules(kinds: &[Kind], to: usize) -> usize {
    let empty = |n: &usize| matches!(kinds.get(*n), Some(Kind::Empty | Kind::Rule | Kind::SignatureMark));
    if to == kinds.len() { to } else { (0..to).rev().find(|n| !empty(n)).map_or(0, |n| n + 1) }
}

/// Where a signature begins above a line.
fn signature(lines: &[&str], kinds: &[Kind], to: usize) -> Option<usize> {
    let fits = |at: &usize| {
        let below = kinds.get(at + 1..to).unwrap_or_default();
        let count = below.iter().filter(|kind| **kind != Kind::Empty).count();
        let quotes = below.iter().any(|kind| matches!(kind, Kind::Quote | Kind::Attribution));
        let text_before = kinds.get(..*at).unwrap_or_default().contains(&Kind::Text);
        count <= SIGNATURE_LINES_MAX && !quotes && text_before
    };
    let marks = (0..to).filter(|n| kinds.get(*n) == Some(&Kind::SignatureMark));
    marks.filter(fits).find(|at| {
        // `-- ` is a signature for sure; other marks only above something that looks like one.
        let exact = lines.get(*at).is_some_and(|line| line.trim_end() == "--" || line.contains(html::SIGNATURE));
        exact || lines.get(at + 1..to).is_some_and(|below| below.iter().any(|line| is_contact(line)))
    })
}

/// Whether a line has what signatures and footers have.
fn is_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    digits >= 6 || ["@", "http", "www.", "tel", "unsubscribe", "mailing list"].iter().any(|mark| lower.contains(mark))
}

/// What stands below "Kind regards": shown, but a signature all the same.
fn closing(lines: &[&str], kinds: &[Kind], to: usize) -> Option<String> {
    let phrases = [
        "regards",
        "best regards",
        "kind regards",
        "warm regards",
        "many thanks",
        "thanks",
        "thank you",
        "best",
        "cheers",
        "sincerely",
        "yours sincerely",
        "mit freundlichen grüßen",
        "mit freundlichem gruß",
        "mit freundlichen grüssen",
        "freundliche grüße",
        "viele grüße",
        "liebe grüße",
        "beste grüße",
        "schöne grüße",
        "mfg",
        "cordialement",
        "bien cordialement",
        "saludos",
        "un saludo",
        "atentamente",
        "cordiali saluti",
        "distinti saluti",
        "met vriendelijke groet",
        "atenciosamente",
        "med vänlig hälsning",
        "pozdrawiam",
    ];
    let is = |n: &usize| {
        let bare =
            lines.get(*n).map(|line| line.trim().trim_end_matches([',', '.', '!']).to_lowercase()).unwrap_or_default();
        phrases.contains(&bare.as_str())
    };
    let at = (0..to).rev().filter(|n| kinds.get(*n) == Some(&Kind::Text)).take(SIGNATURE_LINES_MAX).find(is)?;
    let below = unmarked(lines.get(at + 1..to)?.iter().copied());
    Some(below).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        trim(text, None, true).shown
    }

    #[test]
    fn what_is_quoted_below_is_cut() {
        for below in [
            "On 3 Feb 2026, at 10:00, Erika Muster <e@x.org> wrote:\n> old",
            "On Tue, 3 Feb 2026 at 10:00 Erika Muster <\ne@x.org> wrote:\n\n> old\n> older",
            "Am 03.02.2026 um 10:00 schrieb Erika Muster:\n> old",
            "Le mar. 3 févr. 2026 à 10:00, Erika <e@x.org> a écrit :\n> old",
            "2016-03-03 17:21 GMT+01:00 Erika Muster\n\nold",
            "2013/10/2 erika <e@x.org>\n> old",
            "Erika Muster <e@x.org> schrieb am Fr., 28. Apr. 2017 um 11:53 Uhr:\n> old",
            "Erika via List <list@x.org> wrote:\n\n> old",
            "30 серп. 2016 р. 20:45 \"Erika\" e@x.org пише:\n> old",
            "-----Original Message-----\nFrom: E\n\nold",
            "________________________________\nVon: Erika <e@x.org>\nGesendet: Dienstag\nAn: Hilfe\nBetreff: Drucker\n\nold",
            "From: Erika\n\nSent: Tuesday\n\nTo: Help\n\nSubject: Printer\n\nold",
            "> old\n> older",
            "##- Please type your reply above this line -##\nold",
        ] {
            let found = trim(&format!("New text.\n\n{below}\n"), None, true);
            assert_eq!(found.shown, "New text.", "{below}");
            assert!(found.rest.is_some_and(|rest| rest.contains("old")));
        }
    }

    #[test]
    fn nothing_new_is_hidden() {
        for text in [
            "> question?\nanswer",
            "Hi,\n> one?\nyes\n> two?\nno",
            "New\n\n> old\n\nand new again",
            "a\n\n---------- Forwarded message ---------\nFrom: x\nDate: y\nSubject: z\n\nread this",
            "Please note:\nFrom: Berlin\nis where it goes",
            "Dates:\n- 10:00 a\n- 11:00 b",
            "One\n-----\nTwo",
            "> only quoted",
        ] {
            let found = shown(text);
            for line in text.lines().filter(|line| !line.starts_with('>')) {
                assert!(found.contains(line), "{line:?} of {text:?}: {found:?}");
            }
        }
        let inline = "Hi\n\nOn 3 Feb 2026 at 10:00 E <e@x.org> wrote:\n> one?\nyes\n> two?\nno\n> bye\n";
        assert_eq!(shown(inline), "Hi\n\n> one?\nyes\n> two?\nno");
    }

    /// Attributions of programs, without signs before what is quoted.
    const FORMAL: [&str; 24] = [
        "On 3 Feb 2026, at 10:00, Erika Muster <e@x.org> wrote:",
        "On Tue, Feb 3, 2026 at 10:00 AM Erika Muster <e@x.org> wrote:",
        "On 3 Feb 2026, at 10:00, Erika Muster wrote:",
        "On 2/3/2026 10:00 AM, Erika van der Berg wrote:",
        "Am 03.02.2026 um 10:00 schrieb Erika Muster:",
        "Am 03.02.26 um 10:00 schrieb Erika Muster <e@x.org>:",
        "Am Di., 3. Feb. 2026 um 10:00 Uhr schrieb Erika Muster <e@x.org>:",
        "Am 3. Februar 2026 10:00:00 MEZ schrieb Erika Muster <e@x.org>:",
        "Erika Muster <e@x.org> schrieb am Di., 3. Feb. 2026, 10:00:",
        "Le mar. 3 févr. 2026 à 10:00, Erika Muster <e@x.org> a écrit :",
        "Le 03/02/2026 à 10:00, Erika Muster a écrit :",
        "El mar, 3 feb 2026 a las 10:00, Erika Muster (<e@x.org>) escribió:",
        "El 3/2/2026 a las 10:00, Erika Muster escribió:",
        "Op di 3 feb. 2026 om 10:00 schreef Erika Muster <e@x.org>:",
        "Op 3 feb. 2026, om 10:00 heeft Erika Muster <e@x.org> het volgende geschreven:",
        "Op 03-02-2026 om 10:00 schreef Erika de Vries:",
        "Il giorno mar 3 feb 2026 alle ore 10:00 Erika Muster <e@x.org> ha scritto:",
        "Em ter., 3 de fev. de 2026 às 10:00, Erika Muster <e@x.org> escreveu:",
        "Den 3 feb. 2026 10:00 skrev Erika Muster <e@x.org>:",
        "W dniu 2026-02-03 10:00:59 użytkownik Erika Muster <e@x.org> napisał:",
        "вт, 3 февр. 2026 г. в 10:00, Erika Muster <e@x.org>:",
        "03.02.2026, 10:00, \"Erika Muster\" <e@x.org>:",
        "Tuesday, 3 February 2026, 10:00 AM +0300 from e@x.org <e@x.org>:",
        "2026-02-03 17:21 GMT+01:00 Erika Muster <e@x.org>:",
    ];

    /// Lines of people, with their own words below.
    const TOLD: [&str; 26] = [
        "yesterday at 10:00 your technician said:",
        "am 3.5. schrieb mir Ihr Kollege:",
        "Please create 2 accounts (max@x.example):",
        "On 3 May 2026 at 10:00 your technician wrote:",
        "On 3 May 2026 at 10:00 Mr Smith wrote:",
        "the manual of 2024 said:",
        "In our meeting on 3 May 2026 we said:",
        "On 3 May 2026 please add these for Max (max@x.example):",
        "New starters from 3 May 2026 (max@x.example):",
        "As of 1 June 2026 the team of Max <max@x.example> needs:",
        "Am 03.05.2026 um 10:00 schrieb mir Ihr Kollege:",
        "Am 03.05.2026 um 10:00 schrieb Ihr Kollege Meier:",
        "Am 03.05.2026 schrieben Sie:",
        "Herr Meier schrieb am 03.05.2026 um 10:00 Uhr:",
        "In der Anleitung von 2024 steht geschrieben:",
        "Bitte 3 Konten anlegen (max@x.example):",
        "Zum 01.06.2026 für Max Muster <max@x.example>:",
        "Le 3 mai 2026 à 10:00, votre technicien a écrit :",
        "Le 3 mai, votre collègue m'a écrit :",
        "Merci de créer 2 comptes (max@x.example) :",
        "El 3 de mayo de 2026 a las 10:00 su técnico escribió:",
        "El 3 de mayo su colega me escribió:",
        "Por favor, creen 2 cuentas (max@x.example):",
        "Op 3 mei 2026 om 10:00 schreef uw monteur:",
        "Op 3 mei schreef mij uw collega:",
        "Graag 2 accounts aanmaken (max@x.example):",
    ];

    #[test]
    fn a_line_with_a_colon_hides_nothing_by_itself() {
        for line in TOLD {
            let text = format!("Hello,\n\n{line}\nThe pump must be replaced.\n- And the fuse.\n");
            for answers in [false, true] {
                assert_eq!(trim(&text, None, answers).shown, text.trim_end(), "{line}");
            }
            let quoting = format!("Hello,\n\n{line}\n> The pump must be replaced.\n");
            assert_eq!(trim(&quoting, None, false).shown, format!("Hello,\n\n{line}"), "a quote of his own");
        }
    }

    #[test]
    fn what_programs_write_above_the_letter_that_is_answered_hides_it() {
        for line in FORMAL {
            let text = format!("New text.\n\n{line}\n\nThe old letter.\nIts end.\n");
            let found = trim(&text, None, true);
            assert_eq!(found.shown, "New text.", "{line}");
            assert!(found.rest.is_some_and(|rest| rest.ends_with("Its end.")), "{line}");
            assert_eq!(trim(&text, None, false).shown, text.trim_end(), "nothing is answered: {line}");
            let quoting = format!("New text.\n\n{line}\n> The old letter.\n");
            assert_eq!(trim(&quoting, None, false).shown, "New text.", "{line}");
        }
    }

    #[test]
    fn signatures() {
        let found = trim("Text\n\n-- \nErika Muster\nTel. 030 123456\n", None, true);
        assert_eq!((found.shown.as_str(), found.signature.as_deref()), ("Text", Some("Erika Muster\nTel. 030 123456")));
        let found = trim("Text\n\nKind regards,\nErika Muster\nTel. 030 123456\n", None, true);
        assert_eq!(found.signature.as_deref(), Some("Erika Muster\nTel. 030 123456"));
        assert!(found.shown.ends_with("123456"), "a closing is shown");
        assert_eq!(shown("Text\n\nSent from my iPhone\n"), "Text");
        assert_eq!(shown("Sent from my desk, as I said."), "Sent from my desk, as I said.");
    }

    #[test]
    fn marks_in_html() {
        let html = "<div>New</div><div id=\"divRplyFwdMsg\">Erika said</div><div>old</div>";
        let found = trim("New\nErika said\nold\n", Some(html), true);
        assert_eq!((found.shown.as_str(), found.rest.as_deref()), ("New", Some("Erika said\nold")));
        let html = "<div>New</div><div class=gmail_signature>Erika</div>";
        assert_eq!(trim("New\nErika", Some(html), true).signature.as_deref(), Some("Erika"));
    }
}
