//! What kind of line a line is: the words of mail programs in many languages.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::html::{QUOTE, SIGNATURE};

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Text,
    /// `> `
    Quote,
    /// "On .. wrote:", each of its lines.
    Attribution,
    /// "-----Original Message-----", a mark of HTML, or a line of dashes above the header of a mail.
    Original,
    /// The header of a mail that was put into the text: From, Sent, To, Subject.
    Headers,
    /// "Forwarded message".
    Forward,
    /// "Reply above this line".
    Border,
    /// `-- ` and its like: a signature may follow.
    SignatureMark,
    /// A line of dashes, which may mean anything.
    Rule,
    /// "Sent from my iPhone".
    Mobile,
}

/// Lines that one attribution may be wrapped into.
const WRAPPED_MAX: usize = 4;

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[\s\-*_]*(?:",
        // A date or time, then a verb of writing at the end, in whatever language.
        r".*\d.*(?:wrote|writes|said|schrieb|geschrieben|a écrit|ha scritto|escribió|escribio|escreveu|schreef|geschreven|skrev|napisał\(?a?\)?|napsal\(?a?\)?|pisze|pisał\(?a?\)?|пишет|пише|писал\(?а?\)?|написал\(?а?\)?|написав|kirjoitti|yazdı|şunu yazdı|写道|寫道|写道|írta|έγραψε|a scris|כתב|כתבה|كتب|đã viết|menulis|님이 작성|작성)\s*[:：]?",
        r"|(?:am|on|le|el|em|il|op|den|på|dne|pada)\s.*\d.*(?:schrieb|wrote|skrev|schreef|heeft|escribió)\s.*[:：]",
        // Somebody wrote on a date; somebody with an address, or over a list, wrote.
        r"|.*[>)\w\x22]\s(?:wrote on|schrieb am|a écrit le|skrev den|schreef op)\s.*\d.*[:：]",
        r"|.*(?:[\w.+-]+@[\w.-]+\.\w{2,}|\svia\s).*\s(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|skrev)\s*[:：]",
        r"|in message\s.{1,200}writes\s*[:：]|posted by .{1,100} on \d.{5,20}|am .*\d.* schrieben sie\s*[:：]",
        // A date, somebody, his address.
        r"|20\d\d[-/.]\d{1,2}[-/.]\d{1,2}.{1,80}\s?<[^@<>\s]+@[^@<>\s]+>|20\d\d-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d [\w ]{1,60}",
        // Somebody's name and nothing else: only with dashes around or as of Android.
        r"|-{2,}\s*.{1,80}\swrote\s*-{2,}",
        // An address in brackets and a date, closed by a colon.
        r"|.*\d.*[<(\[][^\s@]+@[^\s@]+[>)\]]>?\s*[^.!?]{0,60}[:：]",
        r")[\s\-*_]*$"
    ))
    .unwrap()
});

/// How programs say in many languages that somebody wrote.
macro_rules! wrote {
    () => {
        r"(?:wrote|writes|schrieb|hat geschrieben|a écrit|ha scritto|escribió|escribio|escreveu|schreef|(?:het volgende )?geschreven|skrev|napisał\(?a?\)?|napsal\(?a?\)?|pisze|пишет|пише|писал\(?а?\)?|написал\(?а?\)?|написав|kirjoitti|yazdı|şunu yazdı|写道|寫道|írta|έγραψε|a scris|כתב|כתבה|كتب|đã viết|menulis|님이 작성|작성)"
    };
}

/// A name as programs write it.
macro_rules! name {
    () => {
        r#"(?-i:"?\p{Lu}[\p{L}.'’\-]*"?(?: (?:(?:von|van|de|der|den|la|di|da|al) ){0,2}\p{Lu}[\p{L}.'’\-]*"?){0,4})"#
    };
}

/// An attribution as programs write it: who wrote, by an address in brackets or, behind date and time, by a name, and
/// nothing else. People write lines with a colon as well, and what stands below those is news.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static FORMAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[\s\-*_]*(?:",
        // Somebody with his address, and the verb; or date and address alone.
        r".*[<(\[]\s?(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+[>)\]]{1,2},? ?(?:",
        wrote!(),
        r"|(?:schrieb am|hat am|wrote on|a écrit le|skrev den|schreef op) .{6,40})\s*[:：]?",
        r"|(?:(?:on|am|le|el|em|il|op|den|på|dne|w|dnia|в) .*|\p{L}{2,10}[.,].*|\d.*)<(?:mailto:)?[^\s@<>]+@[^\s@<>]+>{1,2}\s*[:：]?",
        // A date and a time, a name, the verb; or the verb before the name.
        r"|(?:(?:on|am|le|el|em|il|op|den|på|dne|w|dnia)\s.{4,60}|\p{L}{2,10}[.,].{4,60}|\d.{4,60})(?-u:\b)\d{1,2} ?[:.h] ?\d\d",
        r"(?-i:(?::\d\d)?(?: ?(?:[AP]\.?M\.?|[ap]\.?m\.?|Uhr|[A-Z]{2,5}))?(?: ?\(?(?:GMT|UTC)?[+-]\d{1,2}:?\d{2}\)?)?)[ ,]{1,3}",
        r"(?:",
        name!(),
        r",? ",
        wrote!(),
        r"|(?:schrieb|skrev|schreef|heeft) ",
        name!(),
        r"(?: het volgende)?(?: geschreven)?)\s*[:：]?",
        r"|20\d\d-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d ",
        name!(),
        r"[:：]?)[\s\-*_]*$"
    ))
    .unwrap()
});

/// A day with its year.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static FULL_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u:\b)\d{1,2}[./-]\d{1,2}[./-](?:\d\d){1,2}(?-u:\b)|(?-u:\b)(?:19|20)\d\d ?[-/.年년] ?(?:\d{1,2}|\p{L}+)",
        r"|(?-u:\b)\d{1,2}[^\d:]{1,20}(?-u:\b)(?:19|20)\d\d(?-u:\b)|\p{L}{3,}\.? \d{1,2}[^\d:]{1,4}(?:19|20)\d\d(?-u:\b)"
    ))
    .unwrap()
});

/// Words of somebody who tells of others, which no program writes.
#[rustfmt::skip]
const TELLING: &[&str] = &[
    "my", "our", "your", "his", "her", "their", "me", "us", "you", "we", "i", "they", "following", "please", "for", "with",
    "mr", "mrs", "ms", "mir", "uns", "ihnen", "ihr", "ihre", "mein", "meine", "unser", "unsere", "herr", "frau", "folgendes",
    "bitte", "für", "mit", "ich", "wir", "mon", "ma", "votre", "notre", "vos", "nos", "nous", "pour", "avec", "monsieur",
    "madame", "mme", "su", "nuestro", "nuestra", "señor", "señora", "para", "con", "uw", "mijn", "onze", "ons", "voor", "heer",
    "mevrouw",
];

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[\s>]*[-_=*+]{2,}\s*(?:original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|original-nachricht|",
        r"message d'origine|message d’origine|message original|mensaje original|mensagem original|messaggio originale|",
        r"oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|opprinnelig melding|alkuperäinen viesti|",
        r"wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|исходное сообщение|пересылаемое сообщение|eredeti üzenet|",
        r"mesaj original|özgün ileti|orijinal mesaj|原始邮件|原始郵件|原邮件|元のメッセージ|원본 메시지|원본 메일)\s*[-_=*+]*\s*$"
    ))
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\s*(?:[-_=*]{2,}\s*(?:forwarded message|forwarded by .{1,60}|weitergeleitete nachricht|message transféré|mensaje reenviado|",
        r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|",
        r"przekazana wiadomość|转发邮件信息|转发的邮件)\s*[-_=*]*",
        r"|begin forwarded message:?|anfang der weitergeleiteten (?:nachricht|e-mail):?|début du message (?:réexpédié|transféré) ?:?)\s*$"
    ))
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[\s>*_]*(?:",
        r"(?P<from>from|von|de|da|van|fra|från|od|от|lähettäjä|feladó|kimden|gönderen|发件人|寄件者|差出人|보낸 ?사람|από|expéditeur|remitente|mittente)",
        r"|(?P<other>sent|date|to|cc|subject|reply-to|importance|gesendet(?: am)?|datum|an|kopie|betreff|envoyé(?: le)?|message du|à|a|copie à|objet|sujet|",
        r"enviado(?: el| em)?|fecha|data|para|asunto|assunto|inviato|oggetto|verzonden|aan|onderwerp|sendt|til|emne|dato|skickat|till|ämne|kopia|",
        r"wysłano|wysłane|do|dw|temat|odesláno|komu|předmět|kopie|отправлено|дата|кому|тема|копия|lähetetty|päivämäärä|vastaanottaja|aihe|",
        r"elküldve|címzett|tárgy|tarih|gönderildi|kime|konu|发送时间|发送日期|日期|收件人|抄送|主题|寄件日期|收件者|主旨|副本|送信日時|日付|宛先|件名|날짜|받는 ?사람|제목)",
        r")\*?\s?[:：]\*?"
    ))
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static MOBILE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\s*(?:[-_]{2,}\s*)?(?:",
        r"sent (?:from|via|with|using|by|on) [^,.;!?]{2,60}|this message was sent from my [^,.;!?]{2,40}|get outlook for (?:ios|android)|",
        r"(?:von|aus) meinem [^,.;!?]{2,40} gesendet|gesendet (?:mit|von|über|aus) [^,.;!?]{2,60}|diese nachricht wurde von meinem .{2,60} gesendet|holen sie sich outlook für \w+|",
        r"envoyé (?:de|depuis|à partir de|avec) [^,.;!?]{2,60}|obtenez outlook pour \w+|télécharger outlook pour \w+|",
        r"enviado (?:desde|do|de|a partir do|con|com) [^,.;!?]{2,60}|obtener outlook para \w+|obter o? ?outlook para \w+|",
        r"inviato da(?:l|lla)? [^,.;!?]{2,60}|ottieni outlook per \w+|(?:verstuurd|verzonden) (?:vanaf|met|van) [^,.;!?]{2,60}|outlook voor \w+ downloaden|",
        r"skickat från [^,.;!?]{2,60}|sendt fra [^,.;!?]{2,60}|lähetetty [^,.;!?]{2,60}|wysłane z [^,.;!?]{2,60}|odesláno z [^,.;!?]{2,60}|",
        r"отправлено (?:с|из) [^,.;!?]{2,60}|发自我的.{0,20}|從我的.{1,20}傳送|.{1,20}から送信|나의 .{1,20}에서 보냄|iphone'umdan gönderildi",
        r")\s*(?:<[^>]*>|\[[^\]]*\])?\.?\s*$"
    ))
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static BORDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[\s>]*[-=_#*~ ]*(?:please )?(?:type|write|enter|reply|add)? ?(?:your )?(?:reply|response|answer|text|comments?)? ?(?:above|over) (?:this|the) (?:line|border).{0,60}$|",
        r"^[\s>]*[-=_#*~ ]*(?:bitte )?(?:antworten sie |antwort )?(?:bitte )?(?:über|oberhalb) dieser (?:linie|zeile).{0,60}$"
    ))
    .unwrap()
});

/// The kind of each line. `answers`: whether the mail answers another one, of which more may stand in it than has signs.
pub(super) fn kinds(lines: &[&str], answers: bool) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = lines.iter().map(|line| alone(line)).collect();
    attributions(lines, &mut kinds, answers);
    headers(lines, &mut kinds);
    wrapped_quotes(lines, &mut kinds);
    kinds
}

fn alone(line: &str) -> Kind {
    let bare = line.trim();
    if bare.is_empty() {
        return Kind::Empty;
    }
    let inner = bare.trim_start_matches(['>', ' ']);
    if inner.starts_with(QUOTE) {
        return Kind::Original;
    }
    if inner.starts_with(SIGNATURE) {
        return Kind::SignatureMark;
    }
    if bare.starts_with('>') {
        return Kind::Quote;
    }
    if bare.len() > 500 {
        return Kind::Text;
    }
    let bare_border = bare.to_lowercase();
    if (bare_border.contains("above") || bare_border.contains("over") || bare_border.contains("dieser"))
        && BORDER.is_match(bare)
    {
        return Kind::Border;
    }
    if matches!(line.trim_end(), "--" | "– ") || line == "-- " || (bare.len() >= 2 && bare.chars().all(|c| c == '_'))
    {
        return Kind::SignatureMark;
    }
    if bare.len() >= 3 && bare.chars().all(|c| "-_=*~#+—–".contains(c)) {
        return Kind::Rule;
    }
    // Most lines are plain text: what no pattern can begin with is not asked for.
    let is_ruled = bare.starts_with(['-', '_', '=', '*', '+']);
    if is_ruled && ORIGINAL.is_match(bare) {
        return Kind::Original;
    }
    let may_forward = is_ruled || ["begin", "anfang", "début"].iter().any(|word| bare_border.starts_with(word));
    if may_forward && FORWARD.is_match(bare) {
        return Kind::Forward;
    }
    if MOBILE.is_match(bare) {
        return Kind::Mobile;
    }
    Kind::Text
}

/// Finds "On .. wrote:", which may go over several lines.
fn attributions(lines: &[&str], kinds: &mut [Kind], answers: bool) {
    let mut at = 0;
    while at < lines.len() {
        let length = (kinds.get(at) == Some(&Kind::Text)).then(|| attribution(lines, kinds, at, answers)).flatten();
        let length = length.unwrap_or_default();
        for kind in kinds.iter_mut().skip(at).take(length) {
            *kind = Kind::Attribution;
        }
        at += length.max(1);
    }
}

/// How many lines from here are one attribution. A line with a colon is none by itself: it stands above a quote in an
/// answer, or it has the form that programs give it; what begins a thread needs both.
fn attribution(lines: &[&str], kinds: &[Kind], at: usize, answers: bool) -> Option<usize> {
    let first = lines.get(at)?.trim();
    if first.ends_with(['.', '!', '?']) && !first.contains('<') {
        return None;
    }
    let mut joined = String::new();
    for n in 0..WRAPPED_MAX {
        if n > 0 && !matches!(kinds.get(at + n), Some(Kind::Text)) {
            return None;
        }
        let line = lines.get(at + n)?.trim();
        joined.push_str(if joined.is_empty() || joined.ends_with('<') { "" } else { " " });
        joined.push_str(line);
        if joined.len() > 400 {
            return None;
        }
        let ends = line.trim_end_matches(['-', '*', '_', ' ']);
        let dated = ends.starts_with("20") || ends.to_lowercase().starts_with("posted by ");
        let closes = dated || ends.ends_with([':', '：']) || ends.to_lowercase().ends_with("wrote");
        if closes && ATTRIBUTION.is_match(&joined) {
            let below = kinds.iter().skip(at + n + 1).find(|kind| **kind != Kind::Empty);
            let is_above_quote = below == Some(&Kind::Quote);
            let holds = match (is_above_quote, answers) {
                (true, true) => true,
                (false, false) => false,
                _ => is_formal(&joined),
            };
            return (holds && (n == 0 || starts_attribution(first))).then_some(n + 1);
        }
    }
    None
}

/// Whether a line says who wrote and when, as programs say it.
fn is_formal(line: &str) -> bool {
    let address = line.find(['<', '(', '[']).unwrap_or(line.len());
    let mut words = line.get(..address).unwrap_or_default().split(|c: char| !c.is_alphanumeric());
    let tells = words.any(|word| TELLING.contains(&word.to_lowercase().as_str()));
    !tells && FULL_DATE.is_match(line) && FORMAL.is_match(line)
}

/// Whether a line looks like the beginning of an attribution that goes on in the next: not the text before one.
fn starts_attribution(line: &str) -> bool {
    let lower = line.trim_start_matches(['-', '*', '_', ' ']).to_lowercase();
    let word = lower.split([' ', ',', '.']).next().unwrap_or_default();
    let known = [
        "on", "am", "le", "el", "em", "il", "op", "den", "på", "dne", "dnia", "w", "pada", "vào", "в", "a", "de", "kl",
        "la",
    ];
    let dated = lower.chars().take(12).any(|c| c.is_ascii_digit());
    let sentence = lower.ends_with(['.', '!', '?']);
    !sentence && lower.chars().any(|c| c.is_ascii_digit()) && (known.contains(&word) || dated)
}

/// Finds headers of mails in the text: a From and two others, close together.
fn headers(lines: &[&str], kinds: &mut [Kind]) {
    let mut at = 0;
    while at < lines.len() {
        let length = if kinds.get(at) == Some(&Kind::Text) { header_block(lines, kinds, at) } else { 0 };
        for kind in kinds.iter_mut().skip(at).take(length) {
            *kind = Kind::Headers;
        }
        at += length.max(1);
    }
}

fn header_block(lines: &[&str], kinds: &[Kind], at: usize) -> usize {
    let (mut from, mut others, mut end, mut misses) = (0, 0, 0, 0);
    for (n, line) in lines.iter().enumerate().skip(at).take(14) {
        if kinds.get(n) == Some(&Kind::Empty) {
            // Some put empty lines between the fields.
            misses += 1;
        } else if let Some(found) = header(line) {
            from += usize::from(found.name("from").is_some());
            others += usize::from(found.name("other").is_some());
            end = n + 1 - at;
            misses = 0;
        } else {
            // A field may be wrapped.
            misses += if end == 0 { 3 } else { 2 };
        }
        if misses > 2 {
            break;
        }
    }
    if from > 0 && others >= 2 { end } else { 0 }
}

/// The field of a header that a line is; what has no colon is none.
fn header(line: &str) -> Option<regex::Captures<'_>> {
    let may_be = line.len() < 500 && line.contains([':', '：']);
    // Most lines are none, which is told much sooner than which field it is.
    if may_be && HEADER.is_match(line) { HEADER.captures(line) } else { None }
}

/// A quote whose long lines were wrapped on the way: their ends have no sign, but stand between quoted lines.
fn wrapped_quotes(lines: &[&str], kinds: &mut [Kind]) {
    for at in 1..lines.len() {
        let long = lines.get(at - 1).is_some_and(|line| line.chars().count() >= 60);
        let around = kinds.get(at - 1) == Some(&Kind::Quote) && kinds.get(at + 1) == Some(&Kind::Quote);
        if long
            && around
            && let Some(kind) = kinds.get_mut(at).filter(|kind| **kind == Kind::Text)
        {
            *kind = Kind::Quote;
        }
    }
}
