//! What agents write: Markdown, sent without its marks in `text/plain` and as simple HTML beside it.
//!
//! Raw HTML is not markup here: it is shown as it was typed. Links lead to web pages, addresses and telephone numbers only;
//! pictures are those that come with the letter, any other becomes a link. The HTML has no classes, styles or colours, so
//! that it reads well on white and on black. The cleaner is the last step, and nothing is edited behind it; what is put
//! around it stands here.
//!
//! Text is hostile too, since it quotes strangers: what nests deeper or grows larger than people write is shown as plain
//! lines, so that the time is linear in its length.

mod unmarking;

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::nodes::{NodeLink, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

use crate::base::text::{clean_line, clean_text};

/// Octets that are read as Markdown; what is longer is shown as plain lines.
pub const MARKDOWN_BYTES_MAX: usize = 256 << 10;
/// Characters of a text that is sent.
const TEXT_CHARACTERS_MAX: usize = 2 << 20;
/// Quotes and lists in each other on one line.
const NESTED_MAX: usize = 24;
/// Elements in each other in the HTML.
const DEPTH_MAX: usize = 100;
/// Spaces before a line that may still belong to a list.
const INDENT_MAX: usize = 128;

/// What an agent sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing<'a> {
    /// What he wrote, Markdown.
    pub body: &'a str,
    /// His signature, Markdown; may be empty.
    pub signature: &'a str,
    /// What he answers.
    pub quote: Option<Quote<'a>>,
    /// Language of the letter, like `de`.
    pub lang: &'a str,
}

/// What is quoted below an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote<'a> {
    /// Who wrote when: "On 3 May, Erika wrote:".
    pub intro: &'a str,
    /// What was written, as plain text.
    pub text: &'a str,
}

/// The `text/plain` part: what was written, without the marks of Markdown.
pub fn plain(writing: &Writing<'_>) -> String {
    let mut text = unmarked(writing.body);
    let signature = unmarked(writing.signature);
    if !signature.is_empty() {
        // With a space behind: what programs know signatures by (RFC 3676 section 4.3).
        text.push_str("\n\n-- \n");
        text.push_str(&signature);
    }
    if let Some(quote) = &writing.quote {
        text.push_str(&format!("\n\n{}\n", clean_line(quote.intro, 300)));
        for line in clean_text(quote.text, TEXT_CHARACTERS_MAX).lines() {
            text.push_str(if line.starts_with('>') { ">" } else { "> " });
            text.push_str(line);
            text.push('\n');
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The `text/html` part, a whole page. `picture` gives the `cid:` of a picture that the letter brings, by the address that
/// stands in the Markdown; a picture that it does not know becomes a link.
pub fn html(writing: &Writing<'_>, picture: impl Fn(&str) -> Option<String>) -> String {
    let mut inner = rendered(writing.body, &picture);
    if !writing.signature.trim().is_empty() {
        inner.push_str("<p>-- </p>\n");
        inner.push_str(&rendered(writing.signature, &picture));
    }
    if let Some(quote) = &writing.quote {
        inner.push_str(&format!("<p>{}</p>\n<blockquote>", escaped(&clean_line(quote.intro, 300))));
        inner.push_str(&lines(quote.text));
        inner.push_str("</blockquote>\n");
    }
    frame(&clean(&inner), writing.lang)
}

/// Markdown as clean HTML, for a page: the preview, and how a sent entry is shown. `picture` gives a path of this desk.
pub fn fragment(markdown: &str, picture: impl Fn(&str) -> Option<String>) -> String {
    clean(&rendered(markdown, &picture))
}

/// A page without anything that decides how it looks; `color-scheme` lets a dark client be dark.
fn frame(inner: &str, lang: &str) -> String {
    let lang: String = lang.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(20).collect();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"supported-color-schemes\" content=\"light dark\"></head>\n<body>\n{inner}\n</body></html>\n"
    )
}

/// Markdown as HTML that is not clean yet.
fn rendered(markdown: &str, picture: &impl Fn(&str) -> Option<String>) -> String {
    let markdown = clean_text(markdown, TEXT_CHARACTERS_MAX);
    if markdown.len() > MARKDOWN_BYTES_MAX || markdown.lines().any(is_nested_too_deep) {
        return lines(&markdown);
    }
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, &markdown, &options);
    for node in root.descendants() {
        let mut data = node.data.borrow_mut();
        if let NodeValue::Image(link) = &mut data.value {
            match picture(&link.url) {
                Some(url) => link.url = url,
                None => {
                    let link = NodeLink { url: link.url.clone(), title: link.title.clone() };
                    data.value = NodeValue::Link(Box::new(link));
                }
            }
        }
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    let written = format_html(root, &options, &mut html);
    // Tables fill up their rows, and references repeat what they name: a little text can become much.
    let is_fit = written.is_ok() && html.len() <= markdown.len() * 8 + 1_024 && depth(&html) <= DEPTH_MAX;
    if is_fit { html } else { lines(&markdown) }
}

/// Markdown as plain text; what nobody writes like that stays as it is.
fn unmarked(markdown: &str) -> String {
    let text = clean_text(markdown, TEXT_CHARACTERS_MAX);
    if text.len() > MARKDOWN_BYTES_MAX || text.lines().any(is_nested_too_deep) {
        return text;
    }
    let read = unmarking::unmarked(&text, &options());
    if read.len() <= text.len() * 8 + 1_024 { read } else { text }
}

/// How Markdown is read.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    // A line end in a letter is a line end, and HTML is text.
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
}

/// Whether a line opens more quotes and lists in each other, or stands further in, than anybody writes.
fn is_nested_too_deep(line: &str) -> bool {
    let (mut nested, mut indent, mut before) = (0, 0, ' ');
    for c in line.chars() {
        match c {
            ' ' | '\t' => {
                nested += usize::from(matches!(before, '-' | '+' | '*' | '.' | ')'));
                indent += if c == '\t' { 4 } else { 1 };
            }
            '>' => nested += 1,
            '-' | '+' | '*' | '.' | ')' | '0'..='9' => {}
            _ => break,
        }
        before = c;
    }
    nested > NESTED_MAX || indent > INDENT_MAX
}

/// How many elements are open at once, at most. The HTML is our own: each `<` begins a tag, and what is opened is closed.
fn depth(html: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let is_empty = ["br", "hr", "img"].iter().any(|empty| tag.starts_with(empty)) || tag.starts_with('!');
        if tag.starts_with('/') {
            open = open.saturating_sub(1);
        } else if !is_empty {
            open += 1;
            most = most.max(open);
        }
    }
    most
}

/// Plain text as HTML, line by line.
fn lines(text: &str) -> String {
    let mut html = String::from("<p>");
    for line in clean_text(text, TEXT_CHARACTERS_MAX).lines() {
        html.push_str(&escaped(line));
        html.push_str("<br>\n");
    }
    html.push_str("</p>\n");
    html
}

/// Text in HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The elements that Markdown makes.
const TAGS: [&str; 26] = [
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "del",
    "a",
    "img",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .clean_content_tags(["script", "style"].into())
        .tag_attributes(
            [
                ("a", ["href", "title"].into()),
                ("img", ["src", "alt", "title"].into()),
                ("ol", ["start"].into()),
                ("th", ["align"].into()),
                ("td", ["align"].into()),
            ]
            .into(),
        )
        .url_schemes(["http", "https", "mailto", "tel", "cid"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("a", "href") => is_link(value).then_some(value.into()),
            ("img", "src") => is_picture(value).then_some(value.into()),
            _ => Some(value.into()),
        });
    builder
});

/// The last step.
fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// Whether a link may lead there.
fn is_link(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| url.starts_with(scheme))
}

/// Whether a picture may come from there: with the letter, or from this desk.
fn is_picture(url: &str) -> bool {
    let own = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    (url.starts_with("cid:") || own) && url.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html_of(markdown: &str) -> String {
        fragment(markdown, |_| None)
    }

    #[test]
    fn markdown_as_people_write_it() {
        assert_eq!(html_of("Hi **you**,\nsecond line"), "<p>Hi <strong>you</strong>,<br>\nsecond line</p>\n");
        assert_eq!(html_of("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert_eq!(html_of("```rust\na < b\n```"), "<pre><code>a &lt; b\n</code></pre>\n");
        assert!(html_of("|a|b|\n|-|-:|\n|1|~~2~~|").contains("<td align=\"right\"><del>2</del></td>"));
        let link = html_of("see https://desk.example/t/1 or [call](tel:+49123) or <a@b.example>");
        for href in ["https://desk.example/t/1", "tel:+49123", "mailto:a@b.example"] {
            assert!(link.contains(&format!("<a href=\"{href}\" rel=\"noopener noreferrer\">")), "{link}");
        }
    }

    #[test]
    fn what_could_do_harm_is_text() {
        for trap in [
            "<script>alert(1)</script>",
            "<scr<script>ipt>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\nscript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html,<script>)",
            "[x](//evil.example)",
            "[x](/t/1/close)",
            "[x](vbscript:x)",
            "[x](<javascript:alert(1)>)",
            "![x](https://evil.example/pixel.png)",
            "![x](javascript:alert(1))",
            "![x](cid:not-ours)",
            "[x]: javascript:alert(1)\n[x]",
            "<javascript:alert(1)>",
            "<svg onload=alert(1)>",
            "<style>*{color:red}</style>",
            "[x](https://a.example \"\" onmouseover=alert(1))",
            "```\" onload=\"x\n```",
            "\" onload=\"x",
        ] {
            let html = html_of(trap);
            let tags: Vec<&str> = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
            for tag in tags {
                let name = tag.trim_start_matches('/').split(' ').next().unwrap();
                assert!(TAGS.contains(&name) && name != "img", "{trap:?}: {html}");
                assert!(
                    !tag.contains(" on") && !tag.contains("script:") && !tag.contains("style="),
                    "{trap:?}: {html}"
                );
                let leads = tag.split_once("href=\"").map(|(_, url)| url);
                assert!(leads.is_none_or(|url| url.starts_with("https://")), "{trap:?}: {html}");
            }
            assert_eq!(clean(&html), html, "cleaning what is clean changes nothing");
        }
    }

    #[test]
    fn pictures_come_from_here() {
        let page = |url: &'static str| fragment("![a](x)", move |_| Some(url.to_owned()));
        assert!(page("/f/1").contains("<img src=\"/f/1\""));
        assert!(page("cid:a@b").contains("<img src=\"cid:a@b\""));
        for elsewhere in ["//evil.example/a", "https://evil.example/a", "data:image/svg+xml,x", "a.png"] {
            assert!(!page(elsewhere).contains("src="), "{elsewhere}");
        }
    }

    #[test]
    fn a_dark_client_may_be_dark() {
        let writing = Writing { body: "Hi", signature: "*Ada*", quote: None, lang: "de\"><script>" };
        let page = html(&writing, |_| None);
        assert!(page.contains("<html lang=\"descript\">") && page.contains("content=\"light dark\""), "{page}");
        assert!(!page.contains("style=") && !page.contains("class=") && !page.contains("#fff"), "{page}");
        assert!(page.contains("<p>-- </p>\n<p><em>Ada</em></p>"), "{page}");
    }

    #[test]
    fn bombs_are_shown_as_lines() {
        for (bomb, count) in [
            (">", 100_000),
            ("> ", 100_000),
            ("- ", 100_000),
            ("1. ", 60_000),
            ("*a **a ", 30_000),
            ("[", 100_000),
            ("![", 100_000),
            ("[a](", 50_000),
            ("`a``", 50_000),
            ("<", 200_000),
            ("a@", 100_000),
            ("www.", 50_000),
            ("http://", 30_000),
            ("**", 100_000),
            ("_a ", 80_000),
            ("~~a ", 60_000),
            ("&#1;", 60_000),
            ("\u{a0}", 120_000),
            ("|", 100_000),
            ("x|y\n-|-\n", 20_000),
            ("- a\n\n", 40_000),
            ("[a]: b\n", 30_000),
            ("\t", 200_000),
            ("<!--", 60_000),
        ] {
            let text = bomb.repeat(count);
            let began = std::time::Instant::now();
            let html = html_of(&text);
            let took = began.elapsed();
            println!("{bomb:?} {count}: {} ms, {} octets", took.as_millis(), html.len());
            assert!(html.len() <= text.len() * 20 + 4_096, "{bomb:?}: {}", html.len());
            assert!(took.as_secs() < 20, "{bomb:?}: {took:?}");
        }
        let steps: String = (0..300).map(|n| format!("{}- a\n", "  ".repeat(n))).collect();
        assert!(depth(&html_of(&steps)) <= DEPTH_MAX);
        let wide = format!("|{}\n|{}\n{}", "a|".repeat(2_000), "-|".repeat(2_000), "x\n".repeat(20_000));
        assert!(html_of(&wide).len() <= wide.len() * 20);
    }
}
