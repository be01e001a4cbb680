//! What can be administered: a card for each page that the reader may use.

use maud::{Markup, html};

use crate::accounts::{Me, Right};
use crate::web::ui::{link_card, page_head};

/// A page of the administration.
struct Place {
    href: &'static str,
    icon: &'static str,
    title: &'static str,
    text: &'static str,
    right: Right,
}

/// A page in a line, so that a new one is a line more.
const fn place(href: &'static str, icon: &'static str, title: &'static str, text: &'static str, right: Right) -> Place {
    Place { href, icon, title, text, right }
}

const PLACES: &[Place] = &[
    place("/admin/agents", "users", "agents-title", "admin-agents", Right::SeeAgents),
    place("/admin/teams", "shield", "teams-title", "admin-teams", Right::SeeAgents),
    place("/admin/roles", "key", "roles-title", "admin-roles", Right::SeeAgents),
    place("/admin/duty", "clock", "duty-title", "admin-duty", Right::SeeAgents),
    place("/admin/lines", "phone", "lines-title", "admin-lines", Right::Administer),
    place("/admin/mail", "mail", "boxes-title", "admin-mail", Right::Administer),
    place("/admin/categories", "tag", "categories-title", "admin-categories", Right::Administer),
    place("/admin/wrap-up", "check", "wrap-up-codes", "admin-wrap-up", Right::Administer),
    place("/admin/blocked", "phone-off", "blocked-title", "admin-blocked", Right::Administer),
    place("/admin/mail/ledger", "inbox", "ledger-title", "admin-ledger", Right::Administer),
    place("/admin/mail/outbox", "send", "outbox-title", "admin-outbox", Right::Administer),
    place("/admin/mail/texts", "file-text", "mail-texts-title", "admin-mail-texts", Right::Administer),
    place("/admin/settings", "sliders-horizontal", "settings-title", "admin-settings", Right::Administer),
    place("/admin/health", "heart-pulse", "health-title", "admin-health", Right::Administer),
];

/// The way in.
pub(in crate::accounts) fn admin(me: &Me) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("nav-admin"), html! {}))
        div.places {
            @for place in PLACES.iter().filter(|place| me.may(place.right)) {
                (link_card(place.href, place.icon, &l.t(place.title), &l.t(place.text)))
            }
        }
    }
}
