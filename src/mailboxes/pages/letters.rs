//! What is done with letters: taken back, tried again, written anew, kept as they are; and who takes part.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{entry_named, named, seen_entry, sees};
use crate::accounts::{Me, Right};
use crate::base::id::{MailTextId, TicketId};
use crate::base::{Error, Message, Result};
use crate::blobs::BlobName;
use crate::events::{Act, Books};
use crate::mailboxes::{self, Outbound, Room, TextKind, Values, draft_again, mailbox_for, views};
use crate::people;
use crate::tickets::{self, Correspondent, TicketNumber};
use crate::web::{Form, Options, disposition, see_other_saying};

/// People that are offered while somebody types.
const OFFERED: i64 = 8;

/// Does something with a letter of ours, for who sees its ticket, and says so on the ticket's page.
async fn on_letter(
    request: &HttpRequest,
    books: &Books,
    options: &Options,
    me: &Me,
    done: &'static str,
    work: impl FnOnce(&mut Act<'_>, &Outbound, TicketId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (id, entry, sees) = (named(request)?, entry_named(request)?, sees(me));
    let written = books.write(me.by(), move |act| {
        seen_entry(act.db, &sees, id, entry)?;
        let letter = mailboxes::outbound_of_entry(act.db, entry)?.ok_or(Error::Missing)?;
        work(act, &letter, id)
    });
    written.await?;
    let number = TicketNumber::of(id).to_string();
    Ok(see_other_saying(options, &format!("/t/{number}"), done, &number))
}

/// `POST /t/{number}/letters/{entry}/take-back`: a letter that is held does not go; its text comes back as a draft.
pub async fn take_back(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let take_back = |act: &mut Act<'_>, letter: &Outbound, _id| mailboxes::take_back(act, letter.id).map(drop);
    on_letter(&request, &books, &options, &me, "done-letter-taken-back", take_back).await
}

/// `POST /t/{number}/letters/{entry}/again`: a letter that failed is tried again.
pub async fn again(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let again = |act: &mut Act<'_>, letter: &Outbound, _id| mailboxes::send_again(act, letter.id);
    on_letter(&request, &books, &options, &me, "done-letter-again", again).await
}

/// `POST /t/{number}/letters/{entry}/edit`: a letter that failed or was taken back is written anew.
pub async fn edit(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let agent = me.agent().id;
    let edit = move |act: &mut Act<'_>, letter: &Outbound, id| {
        draft_again(act, agent, id, letter.entry.ok_or(Error::Missing)?)
    };
    on_letter(&request, &books, &options, &me, "done-letter-draft", edit).await
}

/// `GET /t/{number}/letters/{entry}/raw`: a letter as its octets went over the wire.
pub async fn raw(request: HttpRequest, books: Data<Books>, room: Data<Room>, me: Me) -> Result<HttpResponse> {
    let (id, entry, sees) = (named(&request)?, entry_named(&request)?, sees(&me));
    let blob = books
        .read(move |db| {
            seen_entry(db, &sees, id, entry)?;
            match mailboxes::inbound_of_entry(db, entry)? {
                Some(mail) => Ok(mail.blob),
                None => Ok(mailboxes::outbound_of_entry(db, entry)?.ok_or(Error::Missing)?.blob),
            }
        })
        .await?;
    let blob = blob.as_deref().and_then(BlobName::parse);
    let blob = blob.ok_or(Error::Conflict(Message::new("error-letter-unmade")))?;
    let octets = room.blobs.get(&blob).await?;
    Ok(disposition::mail(&format!("{}-{entry}.eml", TicketNumber::of(id)), octets))
}

/// `GET /t/{number}/participants`: who takes part by mail, for the side of the ticket.
pub async fn participants(request: HttpRequest, books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (id, sees) = (named(&request)?, sees(&me));
    let people = books
        .read(move |db| {
            tickets::seen_by(db, &sees, id)?;
            mailboxes::participants(db, id)
        })
        .await?;
    let shell = me.shell(&me.locale().t("participants-title"));
    Ok(shell.answer(&me.visit, views::participants(&me, &people)))
}

/// What is typed into a field of addresses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedQuery {
    q: String,
}

/// `GET /t/{number}/addresses`: addresses that fit what is typed: of those who take part, then of the people of the desk.
pub async fn addresses(
    request: HttpRequest,
    books: Data<Books>,
    me: Me,
    query: Query<TypedQuery>,
) -> Result<HttpResponse> {
    let (id, sees, typed) = (named(&request)?, sees(&me), query.into_inner().q.trim().to_lowercase());
    let may_see_people = me.may(Right::SeePeople);
    let offered = books
        .read(move |db| {
            tickets::seen_by(db, &sees, id)?;
            let mut offered: Vec<Correspondent> = mailboxes::participants(db, id)?
                .into_iter()
                .filter(|who| who.address.contains(&typed) || who.name.to_lowercase().contains(&typed))
                .map(|who| Correspondent { name: who.name, address: who.address })
                .collect();
            if may_see_people && typed.chars().count() > 1 {
                for person in people::find_people(db, &typed, None, OFFERED)? {
                    for address in &person.addresses {
                        let who = Correspondent { name: person.name.clone(), address: address.as_str().to_owned() };
                        if !offered.iter().any(|known| known.address == who.address) {
                            offered.push(who);
                        }
                    }
                }
            }
            Ok(offered)
        })
        .await?;
    let shell = me.shell(&me.locale().t("participants-title"));
    Ok(shell.answer(&me.visit, views::offered(&offered)))
}

/// `GET /t/{number}/texts/{id}`: a template with its gaps filled, to be put into an answer.
pub async fn text(request: HttpRequest, books: Data<Books>, room: Data<Room>, me: Me) -> Result<HttpResponse> {
    let (id, sees, post) = (named(&request)?, sees(&me), room.post.clone());
    let (agent, now) = (me.agent().id, me.visit.now);
    let wanted = request.match_info().get("id").and_then(|text| text.parse().ok()).map(MailTextId);
    let wanted = wanted.ok_or(Error::Missing)?;
    let filled = books
        .read(move |db| {
            let ticket = tickets::seen_by(db, &sees, id)?;
            let all = mailboxes::all_texts(db)?;
            let text = all.into_iter().find(|text| text.id == wanted && text.kind == TextKind::Template);
            let text = text.ok_or(Error::Missing)?;
            let mailbox = mailbox_for(db, &ticket)?.ok_or(Error::Conflict(Message::new("error-no-mailbox")))?;
            Ok(Values::of(db, &post, &mailbox, &ticket, Some(agent), now)?.fill(&text.body))
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(filled))
}
