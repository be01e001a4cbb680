//! Where mail does not arrive, for the pages of those who would be written to.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{named, sees};
use crate::accounts::Me;
use crate::base::id::PersonId;
use crate::base::{EmailAddress, Result};
use crate::db::Db;
use crate::events::Books;
use crate::mailboxes::{AddressState, address_state, views};
use crate::people;
use crate::tickets;

/// `GET /t/{number}/unreached`: addresses of whoever asked that mail does not reach.
pub async fn of_ticket(request: HttpRequest, books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (id, sees) = (named(&request)?, sees(&me));
    let dead = books
        .read(move |db| match tickets::seen_by(db, &sees, id)?.requester_id {
            Some(person) => dead_of(db, person),
            None => Ok(Vec::new()),
        })
        .await?;
    Ok(answer(&me, &dead))
}

/// `GET /people/{id}/unreached`: addresses of somebody that mail does not reach.
pub async fn of_person(books: Data<Books>, me: Me, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let dead = books.read(move |db| dead_of(db, id)).await?;
    Ok(answer(&me, &dead))
}

fn answer(me: &Me, dead: &[AddressState]) -> HttpResponse {
    let shell = me.shell(&me.locale().t("outbox-dead"));
    shell.answer(&me.visit, views::unreached(me, dead))
}

fn dead_of(db: &mut Db, person: PersonId) -> Result<Vec<AddressState>> {
    let addresses = people::person_by_id(db, person)?.addresses;
    let states = addresses.iter().map(EmailAddress::as_str).map(|address| address_state(db, address));
    let states: Vec<AddressState> = states.collect::<Result<_>>()?;
    Ok(states.into_iter().filter(|state| state.undeliverable_at.is_some()).collect())
}
