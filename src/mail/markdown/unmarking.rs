//! Markdown as text that reads well: its marks are for HTML, and whoever reads the plain part of a letter has no use for them.
//!
//! Lines, lists and quotes stay as they were written. What links lead to stands behind their words.

use std::fmt::Write as _;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

/// Markdown without its marks. The walk is in one loop, so that nesting costs no stack.
pub(super) fn unmarked(markdown: &str, options: &Options<'_>) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, options);
    let mut page = Page::default();
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => page.begin(node),
            NodeEdge::End(node) => page.end(node),
        }
    }
    page.text.trim_end().to_owned()
}

/// What is written so far.
#[derive(Default)]
struct Page {
    text: String,
    /// What stands before each line: once, and from then on.
    before: Vec<(Option<String>, String)>,
    /// Whether something stands on this line.
    is_begun: bool,
    /// Whether an empty line comes before what follows.
    is_apart: bool,
    /// Where the words of links began.
    links: Vec<usize>,
}

impl Page {
    fn begin<'a>(&mut self, node: &'a AstNode<'a>) {
        match &node.data.borrow().value {
            NodeValue::BlockQuote => {
                self.space();
                self.before.push((None, "> ".to_owned()));
            }
            NodeValue::Item(item) => {
                let mark = match item.list_type {
                    ListType::Bullet => "- ".to_owned(),
                    ListType::Ordered => format!("{}. ", item.start),
                };
                self.space();
                let rest = " ".repeat(mark.len());
                self.before.push((Some(mark), rest));
            }
            NodeValue::CodeBlock(code) => self.block(&code.literal),
            NodeValue::HtmlBlock(html) => self.block(&html.literal),
            NodeValue::ThematicBreak => self.block("---"),
            NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::Table(_) => self.space(),
            NodeValue::TableCell if node.previous_sibling().is_some() => self.words(" | "),
            NodeValue::Text(text) => self.words(text),
            NodeValue::Code(code) => self.words(&code.literal),
            NodeValue::HtmlInline(html) => self.words(html),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.line(),
            NodeValue::Link(_) | NodeValue::Image(_) => self.links.push(self.text.len()),
            _ => {}
        }
    }

    fn end<'a>(&mut self, node: &'a AstNode<'a>) {
        match &node.data.borrow().value {
            NodeValue::BlockQuote => {
                self.before.pop();
                self.is_apart = true;
            }
            NodeValue::Item(_) => {
                if self.before.last().is_some_and(|(mark, _)| mark.is_some()) {
                    self.words("");
                    self.line();
                }
                self.before.pop();
                self.is_apart = !is_tight(node);
            }
            NodeValue::List(_) | NodeValue::Table(_) => self.is_apart = true,
            NodeValue::Paragraph | NodeValue::Heading(_) => {
                self.line();
                self.is_apart = !node.parent().is_some_and(is_tight);
            }
            NodeValue::TableRow(_) => self.line(),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                let from = self.links.pop().unwrap_or_default();
                let url = link.url.trim_start_matches("mailto:").trim_start_matches("tel:");
                let says = self.text.get(from..).unwrap_or_default();
                if !link.url.starts_with("cid:") && !says.contains(url) {
                    let text = if says.is_empty() { format!("<{url}>") } else { format!(" <{url}>") };
                    self.words(&text);
                }
            }
            _ => {}
        }
    }

    /// The empty line that parts what stands apart.
    fn space(&mut self) {
        if self.is_begun {
            self.line();
        }
        if std::mem::take(&mut self.is_apart) && !self.text.is_empty() {
            let lead: String = self.before.iter().map(|(_, rest)| rest.as_str()).collect();
            self.text.push_str(lead.trim_end());
            self.text.push('\n');
        }
    }

    /// Lines that stay as they are.
    fn block(&mut self, text: &str) {
        self.space();
        for line in text.trim_end().lines() {
            self.words(line);
            self.line();
        }
        self.is_apart = true;
    }

    fn words(&mut self, text: &str) {
        if !std::mem::replace(&mut self.is_begun, true) {
            for (mark, rest) in &mut self.before {
                // Writing into a string does not fail.
                let _ = write!(self.text, "{}", mark.take().as_deref().unwrap_or(rest));
            }
        }
        self.text.push_str(text);
    }

    fn line(&mut self) {
        let whole = self.text.trim_end_matches(' ').len();
        self.text.truncate(whole);
        self.text.push('\n');
        self.is_begun = false;
    }
}

/// Whether this is an item of a list without empty lines between.
fn is_tight<'a>(node: &'a AstNode<'a>) -> bool {
    let is_item = matches!(node.data.borrow().value, NodeValue::Item(_));
    is_item
        && node.parent().is_some_and(|list| matches!(&list.data.borrow().value, NodeValue::List(list) if list.tight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(markdown: &str) -> String {
        unmarked(markdown, &super::super::options())
    }

    #[test]
    fn marks_go_and_lines_stay() {
        for (written, read) in [
            ("Your number is **10121**.\nWe *come*.", "Your number is 10121.\nWe come."),
            ("Hello,\n\nfirst\nsecond", "Hello,\n\nfirst\nsecond"),
            ("- a\n- **b**\n  more\n\nend", "- a\n- b\n  more\n\nend"),
            ("3. a\n4. b", "3. a\n4. b"),
            ("- a\n  1. x\n  2. y\n- b", "- a\n  1. x\n  2. y\n- b"),
            ("> It <b>broke</b>\n> again\n\nSorry", "> It <b>broke</b>\n> again\n\nSorry"),
            ("> a\n>\n> b", "> a\n>\n> b"),
            ("see [the plan](https://a.example/p)", "see the plan <https://a.example/p>"),
            ("see https://a.example/p", "see https://a.example/p"),
            ("[https://a.example](https://a.example)", "https://a.example"),
            ("[call](tel:+49123), <a@b.example>", "call <+49123>, a@b.example"),
            ("look ![](cid:abc@x) ![plan](cid:d)", "look  plan"),
            ("\\[x\\]\\(y\\) 2 \\* 3 a_b_c", "[x](y) 2 * 3 a_b_c"),
            ("```\na  b\n  c\n```\nend", "a  b\n  c\n\nend"),
            ("# Big\ntext", "Big\n\ntext"),
            ("|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"),
            ("---", "---"),
            ("-", "-"),
            ("", ""),
            ("<b>bold</b>", "<b>bold</b>"),
            ("~~old~~ `code`", "old code"),
        ] {
            assert_eq!(of(written), read, "{written:?}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let deep = "*a ".repeat(20_000);
        assert!(of(&deep).len() <= deep.len());
        assert!(of(&"[".repeat(20_000)).len() <= 20_001);
    }
}
