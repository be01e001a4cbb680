//! People as rows, and the ways to reach them as links.

use maud::{Markup, html};

use super::words::{number_link, person_name};
use crate::base::EmailAddress;
use crate::people::Person;
use crate::web::Locale;
use crate::web::ui::{Column, Row, Table, user_text};

/// People, one to a row. An organisation's own page leaves its column away.
pub(super) fn people_table(l: &Locale, caption: &str, people: &[Person], with_organisation: bool) -> Table {
    let mut columns = vec![Column::new(&l.t("people-name")).wide()];
    if with_organisation {
        columns.push(Column::new(&l.t("people-organisation")));
    }
    columns.extend([Column::new(&l.t("people-numbers")), Column::new(&l.t("people-addresses"))]);
    let row = |person: &Person| {
        let mut cells = vec![person_name(l, &person.name, person.is_vip())];
        if with_organisation {
            let organisation = person.organisation.as_ref();
            cells
                .push(html! { @if let Some(o) = organisation { a href={ "/orgs/" (o.id) } { (user_text(&o.name)) } } });
        }
        cells.push(first_of(person.numbers.iter().map(|number| number_link(l, number)).collect()));
        cells.push(first_of(person.addresses.iter().map(address_link).collect()));
        Row::new(&format!("person-{}", person.id), cells).href(&format!("/people/{}", person.id))
    };
    Table::new(caption, columns, people.iter().map(row).collect())
}

/// The first of several, and how many more there are.
fn first_of(all: Vec<Markup>) -> Markup {
    let more = all.len().saturating_sub(1);
    html! { @if let Some(first) = all.first() { (first) } @if more > 0 { " " span.count { "+" (more) } } }
}

/// An address that a mail program can write to.
pub(super) fn address_link(address: &EmailAddress) -> Markup {
    html! { a href=(mailto(address)) { bdi dir="ltr" { (address.as_str()) } } }
}

/// RFC 6068: what is no plain character is encoded, so that an address can't add a subject or a second receiver.
fn mailto(address: &EmailAddress) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (local, domain) = address.as_str().split_once('@').unwrap_or_default();
    format!("mailto:{}@{}", encode(local), encode(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_link_holds_one_receiver_and_nothing_else() {
        let link = |text| mailto(&EmailAddress::parse(text).unwrap());
        assert_eq!(link("erika+desk@example.org"), "mailto:erika%2Bdesk@example.org");
        assert_eq!(link("a?subject=x&b@example.org"), "mailto:a%3Fsubject%3Dx%26b@example.org");
    }

    #[test]
    fn a_row_shows_the_first_way_and_counts_the_others() {
        let l = Locale::new(crate::web::Lang::En, jiff::tz::TimeZone::UTC);
        let number = |raw: &str, key: &str| {
            let (raw, number_key, label) = (raw.into(), key.into(), "mobile".into());
            number_link(&l, &crate::people::PersonNumber { raw, number_key, label, guessed_at: None })
        };
        let shown = first_of(vec![number("0171 1", "+491711"), number("620", "620")]);
        let html = shown.into_string();
        assert!(html.contains(r#"href="tel:+491711""#) && html.contains("mobile") && html.contains("+1"), "{html}");
        assert!(!html.contains("tel:620"), "{html}");
        assert_eq!(first_of(Vec::new()).into_string(), "");
    }
}
