//! The card of a mailbox, in the order in which somebody fills it in.

use maud::{Markup, html};

use super::boxes::{state_of, troubles};
use crate::accounts::{Me, Team};
use crate::mailboxes::pages::BoxForm;
use crate::mailboxes::{AfterTaking, Auth, GoodSettings, Lying, Mailbox, Preset, Security};
use crate::web::ui::{
    Again, Button, Choice, Choices, Field, Kind, Tone, above, ago, card, fieldset, hidden, hx, notice, page_head,
    panel, post, user_text,
};
use crate::web::{Lang, Locale};

/// What the card shows.
pub(in crate::mailboxes) struct Card<'a> {
    pub form: &'a BoxForm,
    pub teams: &'a [Team],
    pub again: &'a Again,
    /// Where Google sends browsers back to; nothing while the desk does not know its own address.
    pub back: Option<&'a str>,
    pub before: Option<&'a Mailbox>,
}

/// A card to fill in.
pub(in crate::mailboxes) fn new_box(me: &Me, shown: &Card<'_>) -> Markup {
    let l = me.locale();
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t("boxes-new"), html! {}))
        (panel(fields(me, shown, "/admin/mail", &l.t("boxes-add"))))
    }
}

/// One mailbox: its card, and what can be done with it.
pub(in crate::mailboxes) fn one_box(
    me: &Me,
    mailbox: &Mailbox,
    shown: &Card<'_>,
    record: Option<&str>,
    good: Option<&GoodSettings>,
) -> Markup {
    let l = me.locale();
    let place = format!("/admin/mail/{}", mailbox.id);
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&mailbox.card.name, state_of(me, mailbox)))
        (troubles(me, mailbox))
        div.split {
            div { (panel(fields(me, shown, &place, &l.t("boxes-save")))) }
            div.stack {
                @if let Some(good) = good { (back(me, good, &place)) }
                (card(&l.t("trial-title"), html! {}, post(&me.visit.csrf, &format!("{place}/test"), html! {
                    div.form {
                        p.dim { (l.t("trial-text")) }
                        div.actions { (Button::submit(&l.t("trial-begin")).icon("play").kind(Kind::Plain).key("T")) }
                    }
                })))
                (again(me, mailbox, &place))
                (card(&l.t("boxes-dkim"), html! {}, dkim(me, mailbox, &place, record)))
                (card(&l.t("boxes-switch"), html! {}, switch(me, mailbox, &place)))
            }
        }
    }
}

/// The way back to settings that worked.
fn back(me: &Me, good: &GoodSettings, place: &str) -> Markup {
    let l = me.locale();
    let args = [
        ("date", l.moment(good.until_at).into()),
        ("login", good.login.as_str().into()),
        ("host", good.imap_host.as_str().into()),
    ];
    card(
        &l.t("boxes-back"),
        html! {},
        post(
            &me.visit.csrf,
            &format!("{place}/back"),
            html! {
                div.form {
                    p.dim { (user_text(&l.t_with("boxes-back-text", &args))) }
                    div.actions { (Button::submit(&l.t("boxes-back")).icon("undo-2").kind(Kind::Plain)) }
                }
            },
        ),
    )
}

/// What can be done when trying was given up, or a sign-in is by somebody else.
fn again(me: &Me, mailbox: &Mailbox, place: &str) -> Markup {
    let l = me.locale();
    html! {
        @if mailbox.card.auth != Auth::Password {
            (card(&l.t("box-sign-in-title"), html! {}, html! {
                div.actions { (Button::link(&format!("{place}/sign-in"), &l.t("boxes-sign-in")).icon("key").kind(Kind::Plain)) }
            }))
        }
        @let is_given_up = !mailbox.is_tried() || mailbox.sending.is_given_up();
        @if mailbox.disabled_at.is_none() && mailbox.has_secret && is_given_up {
            (card(&l.t("boxes-again"), html! {}, post(&me.visit.csrf, &format!("{place}/again"), html! {
                div.form {
                    p.dim { (l.t("boxes-again-text")) }
                    div.actions { (Button::submit(&l.t("boxes-again")).icon("refresh-cw").kind(Kind::Plain)) }
                }
            })))
        }
    }
}

fn dkim(me: &Me, mailbox: &Mailbox, place: &str, record: Option<&str>) -> Markup {
    let l = me.locale();
    let card = &mailbox.card;
    html! {
        div.form {
            @match record {
                Some(record) => {
                    p { (l.t("boxes-dkim-record")) }
                    p { code.mono { (card.dkim_selector) "._domainkey." (card.dkim_domain) } " TXT" }
                    p { code.mono { (record) } }
                }
                None => p.dim { (l.t("boxes-dkim-none")) },
            }
            (post(&me.visit.csrf, &format!("{place}/dkim"), html! {
                p.dim { (l.t("boxes-dkim-make-text")) }
                div.actions { (Button::submit(&l.t("boxes-dkim-make")).icon("key").kind(Kind::Plain)) }
            }))
        }
    }
}

fn switch(me: &Me, mailbox: &Mailbox, place: &str) -> Markup {
    let l = me.locale();
    let (value, text, label, kind) = match mailbox.disabled_at {
        Some(_) => ("yes", "boxes-on-text", "boxes-turn-on", Kind::Plain),
        None => ("no", "boxes-off-text", "boxes-turn-off", Kind::Danger),
    };
    post(
        &me.visit.csrf,
        &format!("{place}/switch"),
        html! {
            (hidden("on", value))
            div.form {
                p.dim {
                    @if let Some(at) = mailbox.disabled_at { (l.t("boxes-off-since")) " " (ago(l, at, me.visit.now)) ". " }
                    (l.t(text))
                }
                div.actions { (Button::submit(&l.t(label)).kind(kind)) }
            }
        },
    )
}

fn fields(me: &Me, shown: &Card<'_>, action: &str, save: &str) -> Markup {
    let l = me.locale();
    let content = html! {
        div.form {
            (shown.again.summary(l))
            (account(l, shown))
            @if shown.before.is_none() {
                (hx::following("servers", "/admin/mail/servers", &["address", "preset"], server_fields(me, shown)))
            } @else {
                div id="servers" { (server_fields(me, shown)) }
            }
            details open[!shown.again.problems.is_empty()] {
                summary { (l.t("boxes-more")) }
                div.form { (work(l, shown)) (sending(l, shown)) }
            }
            div.actions {
                (Button::submit(save).key("Ctrl+Enter"))
                (Button::link("/admin/mail", &l.t("boxes-cancel")).kind(Kind::Quiet))
            }
        }
    };
    post(&me.visit.csrf, action, content)
}

/// All that most have to fill in.
fn account(l: &Locale, shown: &Card<'_>) -> Markup {
    let (form, problems) = (shown.form, shown.again.problems.as_slice());
    let is_new = shown.before.is_none();
    let presets = Preset::ALL.iter().map(|preset| (preset.word().to_owned(), l.t_word("boxes-preset", preset.word())));
    let presets = std::iter::once((String::new(), l.t("boxes-preset-by-address"))).chain(presets).collect();
    let hint = if is_new { "boxes-password-hint" } else { "boxes-password-kept" };
    html! {
        // A submit of the keyboard takes the first button; it must save and not fill in.
        button.unseen type="submit" tabindex="-1" aria-hidden="true" {}
        (Field::email("address", &l.t("boxes-address")).value(&form.address).problems(l, problems)
            .hint(&l.t("boxes-address-hint")).autocomplete("off").required())
        @if is_new {
            (Field::select("preset", &l.t("boxes-preset"), presets).value(&form.preset).hint(&l.t("boxes-preset-hint")))
            noscript { (Button::submit_as("then", "fill", &l.t("boxes-fill")).kind(Kind::Plain)) }
        }
        (Field::password("password", &l.t("boxes-password")).hint(&l.t(hint)).problems(l, problems).autocomplete("new-password"))
        (Field::text("name", &l.t("boxes-name")).value(&form.name).hint(&l.t("boxes-name-hint"))
            .problems(l, problems).autocomplete("off").required())
    }
}

/// Where the mail is, and how one signs in there.
pub(in crate::mailboxes) fn server_fields(me: &Me, shown: &Card<'_>) -> Markup {
    let (l, form, problems) = (me.locale(), shown.form, shown.again.problems.as_slice());
    let securities =
        || Security::ALL.iter().map(|one| (one.word().to_owned(), l.t_word("boxes-security", one.word()))).collect();
    let auths = Auth::ALL.iter().map(|auth| (auth.word().to_owned(), l.t_word("boxes-auth", auth.word()))).collect();
    html! {
        div.form {
            (Field::select("auth", &l.t("boxes-auth"), auths).value(&form.auth).problems(l, problems))
            (registration(l, shown))
            (fieldset(&l.t("boxes-imap"), html! {
                (Field::text("imap_host", &l.t("boxes-host")).value(&form.imap_host).problems(l, problems).autocomplete("off"))
                div.columns {
                    (Field::line("number", "imap_port", &l.t("boxes-port")).value(&form.imap_port).problems(l, problems))
                    (Field::select("imap_security", &l.t("boxes-security"), securities()).value(&form.imap_security).problems(l, problems))
                }
            }))
            (fieldset(&l.t("boxes-smtp"), html! {
                (Field::text("smtp_host", &l.t("boxes-host")).value(&form.smtp_host).problems(l, problems)
                    .hint(&l.t("boxes-smtp-hint")).autocomplete("off"))
                div.columns {
                    (Field::line("number", "smtp_port", &l.t("boxes-port")).value(&form.smtp_port).problems(l, problems))
                    (Field::select("smtp_security", &l.t("boxes-security"), securities()).value(&form.smtp_security).problems(l, problems))
                }
            }))
        }
    }
}

/// What a sign-in with somebody else needs.
fn registration(l: &Locale, shown: &Card<'_>) -> Markup {
    let (form, problems) = (shown.form, shown.again.problems.as_slice());
    let auth = Auth::from_word(&form.auth).unwrap_or(Auth::Password);
    if auth == Auth::Password {
        return html! {};
    }
    let text = l.t_word("boxes-registration", auth.word());
    fieldset(
        &l.t("boxes-registration"),
        html! {
            p.dim { (text) }
            @if auth == Auth::Google {
                @match shown.back {
                    Some(back) => p { (l.t("boxes-redirect")) " " code.mono { (back) } },
                    None => (notice(Tone::Warn, html! { (l.t("error-public-url")) })),
                }
            }
            (Field::text("client_id", &l.t("boxes-client-id")).value(&form.client_id).problems(l, problems).autocomplete("off"))
            @if auth == Auth::Microsoft {
                (Field::text("tenant", &l.t("boxes-tenant")).value(&form.tenant).hint(&l.t("boxes-tenant-hint"))
                    .problems(l, problems).autocomplete("off"))
            } @else {
                (Field::password("client_secret", &l.t("boxes-client-secret")).hint(&l.t("boxes-secret-kept"))
                    .problems(l, problems).autocomplete("new-password"))
                (Field::checkbox("is_testing", &l.t("boxes-testing"), !form.is_testing.is_empty()).hint(&l.t("boxes-testing-hint")))
            }
            details open[!form.begin_url.is_empty() || !form.token_url.is_empty()] {
                summary { (l.t("boxes-other-cloud")) }
                div.form {
                    (Field::line("url", "begin_url", &l.t("boxes-begin-url")).value(&form.begin_url).problems(l, problems))
                    (Field::line("url", "token_url", &l.t("boxes-token-url")).value(&form.token_url).problems(l, problems))
                }
            }
        },
    )
}

/// What becomes of letters that come.
fn work(l: &Locale, shown: &Card<'_>) -> Markup {
    let (form, problems) = (shown.form, shown.again.problems.as_slice());
    let after = |one: &AfterTaking| Choice {
        value: one.word().to_owned(),
        label: l.t_word("boxes-after", one.word()),
        hint: l.t_word("boxes-after-hint", one.word()),
        chosen: form.after_taking == one.word(),
    };
    let lying = |one: &Lying| Choice {
        value: one.word().to_owned(),
        label: l.t_word("boxes-lying", one.word()),
        hint: l.t_word("boxes-lying-hint", one.word()),
        chosen: form.lying == one.word(),
    };
    let mut teams = vec![(String::new(), l.t("boxes-team-none"))];
    let open = shown.teams.iter().filter(|team| team.archived_at.is_none() || team.id.to_string() == form.team);
    teams.extend(open.map(|team| (team.id.to_string(), team.name.clone())));
    let languages = [Lang::En, Lang::De].map(|lang| (lang.word().to_owned(), l.t_word("boxes-language", lang.word())));
    let languages = std::iter::once((String::new(), l.t("boxes-language-desk"))).chain(languages).collect();
    fieldset(
        &l.t("boxes-work"),
        html! {
            (Field::text("login", &l.t("boxes-login")).value(&form.login).hint(&l.t("boxes-login-hint")).problems(l, problems).autocomplete("off"))
            (Field::textarea("folders", &l.t("boxes-folders"), 2).value(&form.folders).hint(&l.t("boxes-folders-hint")).problems(l, problems))
            (Choices::one("after_taking", &l.t("boxes-after"), AfterTaking::ALL.iter().map(after).collect()).problems(l, problems))
            (Field::text("taken_folder", &l.t("boxes-taken-folder")).value(&form.taken_folder).problems(l, problems))
            (Choices::one("lying", &l.t("boxes-lying"), Lying::ALL.iter().map(lying).collect()).problems(l, problems))
            (Field::select("team", &l.t("boxes-team"), teams).value(&form.team).hint(&l.t("boxes-team-hint")).problems(l, problems))
            (Field::select("language", &l.t("boxes-language"), languages).value(&form.language).problems(l, problems))
            (Field::checkbox("acknowledges", &l.t("boxes-acknowledges"), !form.acknowledges.is_empty()).hint(&l.t("boxes-acknowledges-hint")))
            div.columns {
                (Field::line("number", "reopen_days", &l.t("boxes-reopen")).value(&form.reopen_days).hint(&l.t("boxes-reopen-hint")).problems(l, problems))
                (Field::line("number", "size_mib_max", &l.t("boxes-size")).value(&form.size_mib_max).hint(&l.t("boxes-size-hint")).problems(l, problems))
            }
        },
    )
}

/// What few need: trust, return paths, signatures.
fn sending(l: &Locale, shown: &Card<'_>) -> Markup {
    let (form, problems) = (shown.form, shown.again.problems.as_slice());
    fieldset(
        &l.t("boxes-trust"),
        html! {
            (Field::text("authserv_id", &l.t("boxes-authserv")).value(&form.authserv_id).hint(&l.t("boxes-authserv-hint")).problems(l, problems))
            (Field::checkbox("sends_verp", &l.t("boxes-verp"), !form.sends_verp.is_empty()).hint(&l.t("boxes-verp-hint")))
            (Field::text("imap_pin", &l.t("boxes-imap-pin")).value(&form.imap_pin).hint(&l.t("boxes-pin-hint")).problems(l, problems))
            (Field::text("smtp_pin", &l.t("boxes-smtp-pin")).value(&form.smtp_pin).problems(l, problems))
            div.columns {
                (Field::text("dkim_domain", &l.t("boxes-dkim-domain")).value(&form.dkim_domain).problems(l, problems))
                (Field::text("dkim_selector", &l.t("boxes-dkim-selector")).value(&form.dkim_selector).problems(l, problems))
            }
            (Field::textarea("dkim_key", &l.t("boxes-dkim-key"), 2).hint(&l.t("boxes-dkim-key-hint")).problems(l, problems))
        },
    )
}
