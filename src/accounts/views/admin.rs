//! What can be administered: a card for each page that the reader may use.

use maud::{Markup, html};

use crate::accounts::{Me, Right};
use crate::web::ui::{Button, card, page_head};

/// A page of the administration.
struct Place {
    href: &'static str,
    icon: &'static str,
    title: &'static str,
    text: &'static str,
    right: Right,
}

const PLACES: [Place; 5] = [
    Place {
        href: "/admin/agents",
        icon: "users",
        title: "agents-title",
        text: "admin-agents",
        right: Right::SeeAgents,
    },
    Place { href: "/admin/teams", icon: "shield", title: "teams-title", text: "admin-teams", right: Right::SeeAgents },
    Place { href: "/admin/lines", icon: "phone", title: "lines-title", text: "admin-lines", right: Right::Administer },
    Place {
        href: "/admin/categories",
        icon: "tag",
        title: "categories-title",
        text: "admin-categories",
        right: Right::Administer,
    },
    Place {
        href: "/admin/settings",
        icon: "sliders-horizontal",
        title: "settings-title",
        text: "admin-settings",
        right: Right::Administer,
    },
];

/// The way in.
pub(in crate::accounts) fn admin(me: &Me) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("nav-admin"), html! {}))
        div.columns {
            @for place in PLACES.iter().filter(|place| me.may(place.right)) {
                (card(&l.t(place.title), html! {}, html! {
                    p.dim { (l.t(place.text)) }
                    div.actions { (Button::link(place.href, &l.t(place.title)).icon(place.icon)) }
                }))
            }
        }
    }
}
