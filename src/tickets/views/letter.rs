//! Letters in the thread: who wrote to whom, what is new, the rest one click away, files, and how far a letter of ours is.
//!
//! All of it was written by strangers: text stands as text, and the only markup is what `mail::html::clean` wrote last.

use std::borrow::Cow;

use maud::{Markup, PreEscaped, html};

use super::Shown;
use super::words::title;
use crate::accounts::{Me, Right};
use crate::mail::html::Cleaned;
use crate::mail::markdown;
use crate::mail::token::ReplyTag;
use crate::tickets::{Attachment, Correspondent, Delivery, Entry, Invitation, LetterFacts, Ticket};
use crate::web::Locale;
use crate::web::ui::{Button, Kind, Tone, above, badge, hx, icon, notice, page_head, panel, post, time, user_text};

/// People who are shown without a click.
const PEOPLE_SHOWN: usize = 3;

/// The oddities that have a sentence.
const ODDITIES: [&str; 19] = [
    "several-from",
    "sender-from-reply-to",
    "no-sender",
    "headers-cut",
    "recipients-cut",
    "subject-cut",
    "parts-cut",
    "attachments-cut",
    "text-cut",
    "html-too-complex",
    "unknown-charset",
    "rich-text",
    "encrypted",
    "opaquely-signed",
    "too-large",
    "unproven",
    "refuted",
    "unchecked",
    "unproven-bounce",
];

/// Those that also have a sentence on what to do.
const DOUBTS: [&str; 2] = ["unchecked", "unproven-bounce"];

/// A letter.
pub(super) fn letter(me: &Me, entry: &Entry, shown: &Shown) -> Markup {
    let Some(facts) = &entry.letter else { return html! {} };
    let l = me.locale();
    let files: Vec<&Attachment> = shown.files.iter().filter(|file| file.entry == Some(entry.id)).collect();
    let base = format!("/t/{}/letters/{}", shown.ticket.number(), entry.id);
    let is_taken_back = facts.delivery.as_ref().is_some_and(|d| d.state == "cancelled");
    let content = html! {
        @if let Some(invitation) = &facts.invitation { (meeting(l, invitation)) }
        @if facts.incoming {
            div.entry-text dir="auto" { (entry.body) }
        } @else {
            div.letter-page dir="auto" { (PreEscaped(written(&entry.body, &files, &shown.ticket))) }
        }
        @if let Some(rest) = &facts.rest {
            details.letter-rest {
                summary title=(l.t("letter-rest")) { "…" span.unseen { (l.t("letter-rest")) } }
                div.entry-text.dim dir="auto" { (rest) }
            }
        }
        (file_list(l, &files, shown))
        (actions(me, &base, facts, entry))
    };
    html! {
        (head(me, entry, facts, shown))
        @if facts.is_unverified { (notice(Tone::Warn, html! { (l.t("letter-unverified")) })) }
        @for doubt in DOUBTS.iter().filter(|doubt| facts.oddities.iter().any(|odd| odd == *doubt)) {
            (notice(Tone::Warn, html! { (l.t_word("letter-doubt", doubt)) }))
        }
        @if let Some(delivery) = &facts.delivery { (delivered(me, delivery, &base)) }
        @if is_taken_back {
            details.letter-rest { summary { (l.t("letter-show")) } (content) }
        } @else {
            (content)
        }
    }
}

fn head(me: &Me, entry: &Entry, facts: &LetterFacts, shown: &Shown) -> Markup {
    let l = me.locale();
    let author = shown.names.agent(entry.author);
    let from = if facts.from.name.is_empty() { &facts.from.address } else { &facts.from.name };
    let told = facts.subject.trim_start_matches("Re: ");
    html! {
        header.entry-head {
            strong { (user_text(if author.is_empty() { from } else { author })) }
            @if !facts.from.name.is_empty() && author.is_empty() { span.dim dir="ltr" { (user_text(&facts.from.address)) } }
            (badges(l, facts))
            (time(l, entry.created_at))
        }
        div.meta.letter-people {
            (people(l, "letter-to", &facts.to))
            (people(l, "letter-cc", &facts.cc))
            (people(l, "letter-bcc", &facts.bcc))
        }
        @if !told.is_empty() && !told.starts_with(shown.ticket.subject.as_str()) || shown.ticket.subject.is_empty() {
            p.letter-subject { (user_text(&facts.subject)) }
        }
    }
}

/// What an agent wrote, in Markdown, as its reader sees it: cleaned as the last step.
fn written(body: &str, files: &[&Attachment], ticket: &Ticket) -> String {
    markdown::fragment(body, |address| {
        let id = address.strip_prefix("cid:")?;
        let file = files.iter().find(|file| file.content_id == id && file.is_picture())?;
        Some(format!("/t/{}/files/{}?show=1", ticket.number(), file.id))
    })
}

/// Who got it; many of them one click away.
fn people(l: &Locale, key: &str, all: &[Correspondent]) -> Markup {
    let line = |who: &Correspondent| {
        let address = untagged(&who.address);
        html! { span title=(address) { (user_text(if who.name.is_empty() { &address } else { &who.name })) } }
    };
    let list = html! { @for (at, who) in all.iter().enumerate() { @if at > 0 { ", " } (line(who)) } };
    html! {
        @if all.len() > PEOPLE_SHOWN {
            details { summary { (l.t(key)) " " (l.t_with("letter-people", &[("count", all.len().into())])) } (list) }
        } @else if !all.is_empty() {
            span { (l.t(key)) " " (list) }
        }
    }
}

/// An address as it is known: what we put into it to find the ticket by says nothing to people.
fn untagged(address: &str) -> Cow<'_, str> {
    let parts = address.split_once('@').and_then(|(local, domain)| Some((local.rsplit_once("+t")?.0, domain)));
    match parts.filter(|_| ReplyTag::parse(address).is_some()) {
        Some((own, domain)) => Cow::Owned(format!("{own}@{domain}")),
        None => Cow::Borrowed(address),
    }
}

fn badges(l: &Locale, facts: &LetterFacts) -> Markup {
    html! {
        @match facts.class.as_str() {
            "auto_reply" => (badge(Tone::Neutral, "history", &l.t("letter-auto-reply"))),
            "auto_generated" => (badge(Tone::Neutral, "settings", &l.t("letter-auto-generated"))),
            "bounce" => (badge(Tone::Bad, "undo-2", &l.t("letter-bounce"))),
            _ => {}
        }
        @if facts.is_spam { (badge(Tone::Warn, "triangle-alert", &l.t("letter-spam"))) }
        @if facts.is_authenticated { (badge(Tone::Good, "shield", &l.t("letter-authenticated"))) }
        @for odd in facts.oddities.iter().filter(|odd| ODDITIES.contains(&odd.as_str())) {
            (badge(Tone::Warn, "triangle-alert", &l.t_word("letter-odd", odd)))
        }
    }
}

fn meeting(l: &Locale, invitation: &Invitation) -> Markup {
    let word = match invitation.method.to_ascii_uppercase().as_str() {
        "CANCEL" => "letter-meeting-cancelled",
        "REPLY" => "letter-meeting-answered",
        _ => "letter-meeting",
    };
    html! {
        div.letter-meeting {
            (icon("calendar"))
            div {
                strong { (l.t(word)) ": " (user_text(&invitation.summary)) }
                p.meta {
                    @match invitation.starts_at {
                        Some(at) => span { (time(l, at)) },
                        None => span { (user_text(&invitation.starts)) },
                    }
                    @if !invitation.location.is_empty() { span { (icon("map-pin")) (user_text(&invitation.location)) } }
                    @if !invitation.organiser.is_empty() { span { (icon("user")) (user_text(&invitation.organiser)) } }
                }
            }
        }
    }
}

/// How far a letter of ours is, and what can be done about it.
fn delivered(me: &Me, delivery: &Delivery, base: &str) -> Markup {
    let l = me.locale();
    let may = me.may(Right::WorkTickets);
    let csrf = &me.visit.csrf;
    let held_until = delivery.held_until_at.filter(|until| *until > me.visit.now);
    let said = html! { @if !delivery.answer.is_empty() { " " code { (user_text(&delivery.answer)) } } };
    html! {
        div.letter-state data-state=(delivery.state) {
            @match (delivery.state.as_str(), held_until) {
                ("held", Some(until)) => {
                    (badge(Tone::Info, "hourglass", &l.t("letter-held")))
                    span data-until=(until.0) { (time(l, until)) }
                    @if may {
                        (post(csrf, &format!("{base}/take-back"), html! {
                            (Button::submit(&l.t("letter-undo")).icon("undo-2").kind(Kind::Plain))
                        }))
                    }
                }
                ("held" | "queued", _) => { (badge(Tone::Info, "send", &l.t("letter-queued"))) (said) }
                ("sent", _) => (badge(Tone::Good, "check", &l.t("letter-sent"))),
                ("cancelled", _) => (badge(Tone::Neutral, "x", &l.t("letter-cancelled"))),
                ("failed", _) => (failed(me, delivery, &said, base)),
                _ => {}
            }
            @if !delivery.open.is_empty() {
                (notice(Tone::Warn, html! {
                    (l.t("letter-open"))
                    ul { @for who in &delivery.open { li dir="ltr" { (user_text(who)) } } }
                }))
            }
            @if !delivery.refused.is_empty() {
                (notice(Tone::Bad, html! {
                    (l.t("letter-refused"))
                    ul { @for who in &delivery.refused { li dir="ltr" { (user_text(who)) } } }
                }))
            }
        }
    }
}

fn failed(me: &Me, delivery: &Delivery, said: &Markup, base: &str) -> Markup {
    let l = me.locale();
    let key = if delivery.is_partial { "letter-failed-some" } else { "letter-failed" };
    let button = |verb: &str, key: &str, icon_name: &'static str| {
        let face = Button::submit(&l.t(key)).icon(icon_name).kind(Kind::Plain);
        post(&me.visit.csrf, &format!("{base}/{verb}"), html! { (face) })
    };
    notice(
        Tone::Bad,
        html! {
            strong { (l.t(key)) } (said)
            @if me.may(Right::WorkTickets) {
                div.actions {
                    (button("again", "letter-again", "refresh-cw"))
                    (button("edit", "letter-edit", "pencil"))
                }
            }
        },
    )
}

fn file_list(l: &Locale, files: &[&Attachment], shown: &Shown) -> Markup {
    let href = |file: &Attachment| format!("/t/{}/files/{}", shown.ticket.number(), file.id);
    let kind = |file: &Attachment| file.media_type.rsplit('/').next().unwrap_or_default().to_owned();
    html! {
        @if !files.is_empty() {
            ul.files {
                @for file in files {
                    li {
                        @let picture = file.is_picture() && file.thumbnail.as_deref() != Some("");
                        a href=(href(file)) download {
                            @if picture {
                                img.thumbnail src={ (href(file)) "?show=small" } alt="" loading="lazy" decoding="async";
                            } @else {
                                (icon("file-text"))
                            }
                            span { (user_text(&file.name)) }
                            span.faint { (kind(file)) " · " (l.bytes(u64::try_from(file.size_bytes).unwrap_or_default())) }
                        }
                    }
                }
            }
        }
    }
}

fn actions(me: &Me, base: &str, facts: &LetterFacts, entry: &Entry) -> Markup {
    let l = me.locale();
    let place = format!("page-{}", entry.id);
    let has_mail = facts.incoming || facts.delivery.as_ref().is_some_and(|d| d.state == "sent" || d.state == "failed");
    html! {
        @if facts.has_page {
            // Its answer stays where it is when the thread is loaded anew.
            (hx::kept(&place, html! {
                p.meta { span { (icon("eye")) (hx::reveal(&format!("{base}/page"), &place, html! { (l.t("letter-page")) })) } }
            }))
        }
        @if has_mail && me.may(Right::WorkTickets) {
            p.meta { span { (icon("download")) a href={ (base) "/raw" } download { (l.t("letter-raw")) } } }
        }
    }
}

/// A letter as its writer laid it out; its text where that could not be shown.
pub(in crate::tickets) fn page(l: &Locale, facts: &LetterFacts, cleaned: &Cleaned, text: &str) -> Markup {
    let pictures = cleaned.remote_images.max(facts.remote_images);
    html! {
        @if pictures > 0 { (notice(Tone::Info, html! { (l.t_with("letter-remote", &[("count", pictures.into())])) })) }
        @if cleaned.too_complex { (notice(Tone::Warn, html! { (l.t("letter-odd-html-too-complex")) })) }
        @if cleaned.html.is_empty() {
            div.entry-text dir="auto" { (text) }
        } @else {
            div.letter-page dir="auto" { (PreEscaped(&cleaned.html)) }
        }
    }
}

/// The same as a page of its own.
pub(in crate::tickets) fn whole(me: &Me, ticket: &Ticket, part: Markup) -> Markup {
    let l = me.locale();
    html! {
        (above(l, &format!("/t/{}", ticket.number()), "tickets-title"))
        (page_head(&title(l, ticket), html! {}))
        (panel(part))
    }
}

#[cfg(test)]
mod tests {
    use super::untagged;

    #[test]
    fn what_we_put_into_an_address_is_not_shown() {
        assert_eq!(untagged("support+t12.16.abcdefghijklmnop@desk.example"), "support@desk.example");
        for own in ["support@desk.example", "erika+tags@x.example", "x+t1@y.example", ""] {
            assert_eq!(untagged(own), own);
        }
    }
}
