//! The page on which a mailbox is signed in with somebody else.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::base::Message;
use crate::mailboxes::{Auth, Mailbox, SignIn};
use crate::web::ui::{Button, Kind, Tone, above, hx, notice, page_head, panel, post};

/// The page around the sign-in.
pub(in crate::mailboxes) fn sign_in(me: &Me, mailbox: &Mailbox, part: Markup) -> Markup {
    let l = me.locale();
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t_with("box-sign-in-of", &[("name", mailbox.card.address.as_str().into())]), html! {}))
        (part)
    }
}

/// How far it is; looks again by itself while somebody is at it elsewhere.
pub(in crate::mailboxes) fn sign_in_part(
    me: &Me,
    mailbox: &Mailbox,
    state: &SignIn,
    refusal: Option<&Message>,
    lead: Option<&str>,
    back: Option<&str>,
) -> Markup {
    let l = me.locale();
    let place = format!("/admin/mail/{}/sign-in", mailbox.id);
    let begin = |label: &str, kind| {
        post(&me.visit.csrf, &place, html! { div.actions { (Button::submit(&l.t(label)).icon("key").kind(kind)) } })
    };
    let content = panel(html! {
        div.form {
            @if let Some(message) = refusal { (notice(Tone::Bad, html! { (l.message(message)) })) }
            @match (mailbox.card.auth, state) {
                (Auth::Password, _) => p { (l.t("box-sign-in-password")) },
                (_, SignIn::Waiting(waiting)) => {
                    p { (l.t("box-sign-in-page")) " " a href=(waiting.page) rel="noreferrer" target="_blank" { (waiting.page) } }
                    p { (l.t("box-sign-in-code")) " " strong.mono { (waiting.user_code) } }
                    p.dim { (l.t_with("box-sign-in-until", &[("time", l.time(waiting.ends_at).into())])) }
                    div.actions { (Button::link(&place, &l.t("box-sign-in-look")).icon("refresh-cw").kind(Kind::Plain)) }
                }
                (_, SignIn::Done) => {
                    (notice(Tone::Good, html! { (l.t("done-signed-in")) }))
                    div.actions { (Button::link(&format!("/admin/mail/{}/test", mailbox.id), &l.t("trial-title")).kind(Kind::Primary)) }
                }
                (_, SignIn::Declined) => { (notice(Tone::Bad, html! { (l.t("error-sign-in-declined")) })) (begin("box-sign-in-begin", Kind::Primary)) }
                (_, SignIn::Expired) => { (notice(Tone::Warn, html! { (l.t("box-sign-in-expired")) })) (begin("box-sign-in-begin", Kind::Primary)) }
                (Auth::Microsoft, SignIn::None) => { p { (l.t("box-sign-in-microsoft")) } (begin("box-sign-in-begin", Kind::Primary)) }
                (Auth::Google, SignIn::None) => {
                    p { (l.t("box-sign-in-google")) }
                    @if back.is_none() { (notice(Tone::Warn, html! { (l.t("error-public-url")) })) }
                    @match lead {
                        Some(url) => p { a.button.primary href=(url) rel="noreferrer" { (l.t("box-sign-in-to-google")) } },
                        None => (begin("box-sign-in-begin", Kind::Primary)),
                    }
                }
            }
        }
    });
    let is_waiting = matches!(state, SignIn::Waiting(_));
    hx::watched("sign-in", &place, is_waiting, content)
}
