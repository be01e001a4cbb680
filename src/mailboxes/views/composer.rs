//! The form in which an answer is written.

use maud::{Markup, PreEscaped, html};

use crate::accounts::Me;
use crate::base::id::{EntryId, EventId, MailTextId};
use crate::mail::markdown;
use crate::mailboxes::{ANSWER_CHARACTERS_MAX, Draft, SeenUpTo, TicketNews};
use crate::tickets::views::{Names, change_line};
use crate::tickets::{Attachment, Ticket};
use crate::web::ui::{Again, Button, Field, Kind, Tone, crumbs, hidden, hx, icon, notice, page_head, time, user_text};

/// What the form shows.
#[derive(Debug, Clone)]
pub(in crate::mailboxes) struct Composer {
    /// The form's own key, by which its second sending is known.
    pub key: String,
    /// The address that writes.
    pub from: String,
    /// What is typed; nothing while nobody has begun.
    pub draft: Option<Draft>,
    /// Whether it was kept from an earlier time.
    pub is_kept: bool,
    /// Files that lie ready.
    pub files: Vec<Attachment>,
    /// Templates.
    pub texts: Vec<(MailTextId, String)>,
    /// The newest that was there when the form was made.
    pub seen: SeenUpTo,
    /// The names that the ticket is shown with.
    pub names: Names,
    /// What will stand below.
    pub signature: String,
    /// How long it can be taken back.
    pub hold_seconds: i64,
    /// What is wrong.
    pub again: Again,
    /// What came meanwhile.
    pub news: TicketNews,
    /// Whether its writer was asked about a forgotten file.
    pub is_sure: bool,
    /// The text as its reader will see it.
    pub preview: Option<String>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            key: String::new(),
            from: String::new(),
            draft: None,
            is_kept: false,
            files: Vec::new(),
            texts: Vec::new(),
            seen: SeenUpTo { entry: EntryId(0), event: EventId(0) },
            names: Names::default(),
            signature: String::new(),
            hold_seconds: 0,
            again: Again::default(),
            news: TicketNews::default(),
            is_sure: false,
            preview: None,
        }
    }
}

/// The place of the answer below the thread: the buttons to begin with, or the form. Empty when no mailbox sends.
pub(in crate::mailboxes) fn answer(me: &Me, ticket: &Ticket, composer: Option<&Composer>) -> Markup {
    html! {
        div id="answer" {
            @if let Some(composer) = composer {
                @match &composer.draft {
                    Some(draft) => (form(me, ticket, composer, draft)),
                    None => (begin(me, ticket)),
                }
            }
        }
    }
}

/// The same as a page of its own.
pub(in crate::mailboxes) fn answer_page(me: &Me, ticket: &Ticket, part: Markup) -> Markup {
    let l = me.locale();
    let number = ticket.number().to_string();
    let is_empty = !part.0.contains("<a") && !part.0.contains("<form");
    html! {
        (crumbs(&l.t("ui-above"), &[(&format!("/t/{number}"), &ticket.subject)]))
        (page_head(&l.t_with("letter-answer-to", &[("number", number.into())]), html! {}))
        @if is_empty { (notice(Tone::Info, html! { (l.t("error-no-mailbox")) })) }
        (part)
    }
}

fn begin(me: &Me, ticket: &Ticket) -> Markup {
    let l = me.locale();
    let href = |how: &str| format!("/t/{}/answer?how={how}", ticket.number());
    html! {
        div.actions.answer-begin {
            (hx::replacing(&href("reply"), "answer", Kind::Primary, "reply", &l.t("letter-reply"), Some("r")))
            (hx::replacing(&href("all"), "answer", Kind::Plain, "users", &l.t("letter-reply-all"), None))
            (hx::replacing(&href("forward"), "answer", Kind::Plain, "arrow-right", &l.t("letter-forward"), None))
            (Button::link("#f-note", &l.t("ticket-note")).icon("sticky-note").kind(Kind::Quiet).key("n"))
        }
    }
}

fn form(me: &Me, ticket: &Ticket, composer: &Composer, draft: &Draft) -> Markup {
    let l = me.locale();
    let base = format!("/t/{}", ticket.number());
    let newest = composer.news.entries.last().map_or(composer.seen.entry, |entry| entry.id);
    let latest = composer.news.changes.last().map_or(composer.seen.event, |record| record.id.max(composer.seen.event));
    html! {
        section.card.composer.answer {
            (composer.again.summary(l))
            (news(me, composer))
            @if composer.is_kept { p.dim { (icon("history")) " " (l.t("letter-restored")) } }
            form method="post" action={ (base) "/answer" } data-answer=(base) data-failed=(l.t("letter-upload-failed"))
                data-unkept=(l.t("letter-unkept")) {
                (hidden("csrf", &me.visit.csrf))
                @for (name, value) in [("how", &draft.how), ("entry", &draft.entry)] { (hidden(name, value)) }
                (hidden("key", &composer.key))
                (hidden("seen", &newest.to_string()))
                (hidden("seen_event", &latest.to_string()))
                @if composer.is_sure { (hidden("sure", "1")) }
                (addresses(me, composer, draft))
                (text(me, composer, draft))
                (files(me, &ticket.number().to_string(), &composer.files))
                div.upload hidden data-upload {
                    label.button.plain { (icon("upload")) span { (l.t("letter-add-file")) } input.unseen type="file" multiple data-picker; }
                    progress max="100" value="0" hidden {}
                    span.dim { (l.t("letter-drop")) }
                }
                div id="answer-preview" { @if let Some(html) = &composer.preview { (previewed(me, html)) } }
                (buttons(me, ticket, composer))
            }
        }
    }
}

fn addresses(me: &Me, composer: &Composer, draft: &Draft) -> Markup {
    let l = me.locale();
    let problems = &composer.again.problems;
    let field = |name, key: &str, value: &str| {
        Field::text(name, &l.t(key)).value(value).problems(l, problems).characters_max(4_000).autocomplete("off")
    };
    let to = field("to", "letter-to-field", &draft.to).required();
    let to = if draft.to.is_empty() { to.autofocus() } else { to };
    html! {
        p.dim { (l.t("letter-from")) " " bdi dir="ltr" { (composer.from) } }
        (to)
        details.more-people open[!draft.cc.is_empty() || !draft.bcc.is_empty()] {
            summary { (l.t("letter-more-people")) }
            (field("cc", "letter-cc-field", &draft.cc))
            (field("bcc", "letter-bcc-field", &draft.bcc))
        }
        datalist id="answer-addresses" {}
        (Field::text("subject", &l.t("ticket-subject")).value(&draft.subject).problems(l, problems).characters_max(250))
    }
}

fn text(me: &Me, composer: &Composer, draft: &Draft) -> Markup {
    let l = me.locale();
    let max = u32::try_from(ANSWER_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let body = Field::textarea("body", &l.t("letter-text"), 8)
        .value(&draft.body)
        .hint(&l.t("letter-markdown"))
        .problems(l, &composer.again.problems)
        .characters_max(max)
        .required();
    let body = if draft.to.is_empty() { body } else { body.autofocus() };
    html! {
        @if !composer.texts.is_empty() {
            div.field hidden data-texts {
                label.label for="f-template" { (l.t("letter-template")) }
                select id="f-template" {
                    option value="" { (l.t("letter-template-choose")) }
                    @for (id, name) in &composer.texts { option value=(id) { (name) } }
                }
            }
        }
        (body)
        @if !composer.signature.is_empty() {
            div.signature.dim title=(l.t("letter-signature")) { (unmarked(&composer.signature)) }
        }
        @if !draft.quote.is_empty() {
            details.letter-rest {
                summary { (l.t("letter-quote")) }
                (Field::textarea("quote", &l.t("letter-quote"), 6).value(&draft.quote).unlabelled())
            }
        }
        @if draft.how == "forward" && (draft.files == "on" || !draft.entry.is_empty()) {
            (Field::checkbox("files", &l.t("letter-forward-files"), draft.files == "on"))
        }
    }
}

fn buttons(me: &Me, ticket: &Ticket, composer: &Composer) -> Markup {
    let l = me.locale();
    let send = if composer.news.is_empty() { "letter-send" } else { "letter-send-anyway" };
    let is_unreached = composer.again.problems.iter().any(|problem| problem.message.key == "error-undeliverable");
    html! {
        @if is_unreached {
            (notice(Tone::Warn, html! {
                p { (l.t("letter-unreached")) }
                (Button::submit_as("revive", "1", &l.t("letter-send-revive")))
            }))
        }
        div.actions {
            (Button::submit(&l.t(send)).icon("send").key("Ctrl+Enter"))
            @if ticket.closed_at.is_none() {
                (Button::submit_as("then", "waiting", &l.t("letter-send-waiting")).key("Ctrl+Shift+Enter"))
                (Button::submit_as("then", "closed", &l.t("letter-send-close")))
            }
            (Button::submit_as("preview", "1", &l.t("letter-preview")).kind(Kind::Quiet).icon("eye"))
            button.button.quiet type="submit" name="discard" value="1" formnovalidate { (icon("trash-2")) span { (l.t("letter-discard")) } }
            span.faint role="status" data-kept {}
        }
        @if composer.hold_seconds > 0 {
            p.faint { (l.t_with("letter-hold", &[("seconds", composer.hold_seconds.into())])) }
        }
    }
}

/// What came while the answer was written.
fn news(me: &Me, composer: &Composer) -> Markup {
    let (l, news) = (me.locale(), &composer.news);
    html! {
        @if !news.is_empty() {
            section.news aria-label=(l.t("letter-news")) {
                h3 { (l.t("letter-news")) }
                @for record in &news.changes {
                    @if let Some(line) = change_line(me, record, &composer.names) { p.meta { (icon("history")) span { (line) } } }
                }
                @for entry in &news.entries {
                    div.entry-card {
                        header.entry-head {
                            @if let Some(letter) = &entry.letter { strong { (user_text(&letter.from.line())) } }
                            (time(l, entry.created_at))
                        }
                        div.entry-text dir="auto" { (entry.body) }
                    }
                }
            }
        }
    }
}

/// The files that lie ready.
pub(in crate::mailboxes) fn files(me: &Me, number: &str, files: &[Attachment]) -> Markup {
    let l = me.locale();
    let size = |file: &Attachment| l.bytes(u64::try_from(file.size_bytes).unwrap_or_default());
    html! {
        div id="answer-files" {
            @if !files.is_empty() {
                ul.files {
                    @for file in files {
                        li data-cid=[(!file.content_id.is_empty()).then_some(&file.content_id)] {
                            span { (icon("file-text")) (user_text(&file.name)) span.faint { " " (size(file)) } }
                            (hx::remover(&format!("/t/{number}/files/{}/remove", file.id), "answer-files", &l.t("letter-remove-file")))
                        }
                    }
                }
            }
        }
    }
}

/// A text as its reader will see it. The markup is what `mail::markdown` cleaned last.
pub(in crate::mailboxes) fn previewed(me: &Me, html: &str) -> Markup {
    html! {
        section.preview aria-label=(me.locale().t("letter-preview")) {
            div.letter-page dir="auto" { (PreEscaped(html)) }
        }
    }
}

/// Markdown as text that people read.
fn unmarked(markdown: &str) -> String {
    markdown::plain(&markdown::Writing { body: markdown, signature: "", quote: None, lang: "" })
}
