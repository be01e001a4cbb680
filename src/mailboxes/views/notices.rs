//! What an agent is told of by mail.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::mailboxes::pages::NoticeForm;
use crate::web::ui::{Again, Button, Field, Kind, card, fieldset, post};

/// The card on the profile.
pub(in crate::mailboxes) fn notices(me: &Me, form: &NoticeForm, again: &Again) -> Markup {
    let l = me.locale();
    let problems = &again.problems;
    let tick = |name, key: &str, value: &str| Field::checkbox(name, &l.t(key), value == "on");
    let time = |name, key: &str, value: &str| Field::line("time", name, &l.t(key)).value(value).problems(l, problems);
    let fields = html! {
        div.form {
            (again.summary(l))
            (Field::email("address", &l.t("notices-address")).value(&form.address).hint(&l.t("notices-address-hint"))
                .problems(l, problems).autocomplete("email"))
            (fieldset(&l.t("notices-of"), html! {
                (tick("new", "notices-new", &form.new))
                (tick("assigned", "notices-assigned", &form.assigned))
                (tick("reply", "notices-reply", &form.reply))
                (tick("mention", "notices-mention", &form.mention))
            }))
            (fieldset(&l.t("notices-quiet"), html! {
                (time("quiet_from", "notices-quiet-from", &form.quiet_from))
                (time("quiet_to", "notices-quiet-to", &form.quiet_to))
            }))
            div.actions { (Button::submit(&l.t("ui-save")).kind(Kind::Plain)) }
        }
    };
    html! { div id="notices" { (card(&l.t("notices-title"), html! {}, post(&me.visit.csrf, "/me/notices", fields))) } }
}
