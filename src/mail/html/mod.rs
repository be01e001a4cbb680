//! The HTML of strangers, made fit to be shown, and turned into text.
//!
//! [`clean`] measures first, in one linear pass: what is nested too deep, too large, or made to blow up a parser is not
//! parsed at all ([`Cleaned::too_complex`]); its text is shown instead. The next pass takes out what has no place in a help
//! desk (scripts, styles, frames, forms, pictures of other servers) and puts a link where a remote picture was. Then ammonia
//! builds the tree and writes it anew from an allow list, **as the last step**: nothing edits its output.
//!
//! What comes out has no style, class or id, no script, no form; links are `http`, `https`, `mailto` or `tel` and open apart;
//! pictures are those that came with the mail. Nothing in it loads anything from another server.

mod measure;
mod rewriting;
mod text;
mod token;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use text::to_text;
pub(super) use text::{QUOTE, SIGNATURE, marked_text};

/// Octets of HTML that are cleaned; more is too complex.
pub const HTML_BYTES_MAX: usize = 2 << 20;

/// HTML made fit to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The HTML; empty when it was too complex.
    pub html: String,
    /// Pictures on other servers that became links.
    pub remote_images: usize,
    /// Whether it was not cleaned because of its size or nesting. Show [`to_text`] and offer the original as a file.
    pub too_complex: bool,
}

const TAGS: [&str; 52] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "tt",
    "u",
];

/// Cleans HTML. `inline` says where a picture is that came with the mail, by its Content-ID without `cid:`; what it answers
/// becomes the `src`, nothing takes the picture out. Cleaning twice gives the same as once, if `inline` answers `cid:` again.
pub fn clean(html: &str, inline: &dyn Fn(&str) -> Option<String>) -> Cleaned {
    if html.len() > HTML_BYTES_MAX || measure::is_too_complex(html) {
        return Cleaned { too_complex: true, ..Cleaned::default() };
    }
    let rewritten = rewriting::rewrite(html, inline);
    let cleaned = settled(rewritten.places).clean(&rewritten.html).to_string();
    // A tree that writes out much more than it was made of was meant to.
    if cleaned.len() > html.len().saturating_mul(4).saturating_add(4_096) || cleaned.len() > HTML_BYTES_MAX {
        return Cleaned { too_complex: true, ..Cleaned::default() };
    }
    Cleaned { html: cleaned, remote_images: rewritten.remote_images, too_complex: false }
}

/// The Content-IDs that HTML shows as pictures.
pub(super) fn inline_ids(html: &str) -> BTreeSet<String> {
    if html.len() > HTML_BYTES_MAX { BTreeSet::new() } else { rewriting::rewrite(html, &|_| None).inline }
}

/// The relative URLs that may be: those that the caller gave.
struct Own(BTreeSet<String>);

impl<'a> ammonia::UrlRelativeEvaluate<'a> for Own {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        self.0.contains(url).then_some(Cow::Borrowed(url))
    }
}

/// ammonia with our settings.
fn settled(places: BTreeSet<String>) -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    let attributes = [
        ("a", &["href", "title"][..]),
        ("img", &["src", "alt", "title", "width", "height"]),
        ("td", &["colspan", "rowspan", "align", "valign"]),
        ("th", &["colspan", "rowspan", "align", "valign", "scope"]),
        ("ol", &["start", "type"]),
        ("table", &["border", "cellpadding", "cellspacing"]),
        ("details", &["open"]),
    ];
    builder
        .tags(TAGS.into_iter().collect())
        .clean_content_tags(["script", "style", "title", "textarea", "noscript", "template", "svg", "math"].into())
        .generic_attributes(["dir", "lang"].into())
        .tag_attributes(attributes.into_iter().map(|(tag, names)| (tag, names.iter().copied().collect())).collect())
        .url_schemes(["http", "https", "mailto", "tel", "cid"].into())
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .url_relative(ammonia::UrlRelative::Custom(Box::new(Own(places.clone()))))
        .attribute_filter(move |_, name, value| {
            let fit = if name == "src" { places.contains(value) } else { is_fit(name, value) };
            fit.then_some(Cow::Borrowed(value))
        });
    builder
}

/// Whether an attribute may stay: links keep to their schemes, numbers are numbers.
fn is_fit(name: &str, value: &str) -> bool {
    match name {
        "href" => {
            let lower = value.get(..8).unwrap_or(value).to_ascii_lowercase();
            ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
        }
        "width" | "height" | "colspan" | "rowspan" | "start" | "border" | "cellpadding" | "cellspacing" => {
            value.len() <= 4 && value.parse::<u16>().is_ok()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(html: &str) -> String {
        clean(html, &|cid| Some(format!("cid:{cid}"))).html
    }

    #[test]
    fn nothing_dangerous_stays() {
        for html in [
            "<script>alert(1)</script>a",
            "<scr<script>ipt>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\tscript:alert(1)\">x</a>",
            "<a href=\"data:text/html,x\">x</a>",
            "<a href=\"/sign_out\">x</a>",
            "<svg/onload=alert(1)>",
            "<style>@import 'http://x.test/'</style>",
            "<iframe src=http://127.0.0.1/></iframe>",
            "<form action=http://x.test><input name=a><button>b</button></form>",
            "<base href=http://x.test/><meta http-equiv=refresh content=0>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<div style=\"background:url(http://x.test)\" class=a id=b onclick=c>d</div>",
            "<table background=http://x.test/><tr><td background=http://x.test/>",
            "<link rel=stylesheet href=http://x.test/><video src=http://x.test/><object data=x>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<img src=\"data:image/png;base64,AAAA\"><img srcset=\"http://x.test/a 1x\">",
            "<!--[if mso]><img src=http://x.test/><![endif]-->",
        ] {
            let out = kept(html).to_lowercase();
            for bad in [
                "script",
                "onerror",
                "onload",
                "onclick",
                "style",
                "iframe",
                "<form",
                "<base",
                "<meta",
                "class=",
                " id=",
                "<svg",
                "background",
                "<link",
                "<video",
                "sign_out",
                "data:",
                "srcset",
                "src=x",
                "src=\"http",
            ] {
                assert!(!out.contains(bad), "{bad} of {html}: {out}");
            }
            assert_eq!(kept(&out), out, "cleaning again changes nothing");
        }
    }

    #[test]
    fn pictures_and_links() {
        let html = "<a href=\"https://x.test/?a=1&amp;b=2\">go</a><img src=\"cid:a%40b\" width=10 height=99999><img src=\"http://x.test/p.png\" alt=logo><img src=http://x.test/t.gif width=1 height=1>";
        let shown = clean(html, &|cid| (cid == "a@b").then(|| "/file/7".to_owned()));
        assert_eq!(shown.remote_images, 2);
        assert!(shown.html.contains("<img src=\"/file/7\" width=\"10\">"), "{}", shown.html);
        assert!(shown.html.contains("href=\"https://x.test/?a=1&amp;b=2\""), "{}", shown.html);
        assert!(shown.html.contains(">logo</a>") && !shown.html.contains("t.gif"), "{}", shown.html);
        assert!(shown.html.contains("rel=\"noopener noreferrer nofollow\""));
        assert!(!clean(html, &|_| None).html.contains("<img"));
    }

    #[test]
    fn bombs_are_not_parsed() {
        for html in [
            "<div>".repeat(20_000),
            "<b id=i><i><p>".repeat(1_000),
            "<b>x".repeat(20_000),
            format!("<p {}>", (0..40_000).map(|n| format!("a{n}=1 ")).collect::<String>()),
            "x".repeat(HTML_BYTES_MAX + 1),
            "<table><tr><td>".repeat(700),
        ] {
            assert!(clean(&html, &|_| None).too_complex, "{}", html.get(..40).unwrap());
        }
        for html in
            ["\u{a0} ".repeat(500_000), "<p>x<br>".repeat(50_000), "<a href=http://x.test/>l</a> ".repeat(15_000)]
        {
            let started = std::time::Instant::now();
            assert!(clean(&html, &|_| None).html.len() < HTML_BYTES_MAX);
            assert!(started.elapsed().as_secs() < 20, "linear");
        }
    }
}
