//! The outbox: what goes out, how far it is, and the addresses that mail does not reach.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::{MailboxId, OutboundId};
use crate::base::{Cursor, Error, Result};
use crate::events::Books;
use crate::mailboxes::{OutboundState, OutboxFilter, mailboxes, undeliverable, views};
use crate::web::{Form, Options, see_other_saying};

/// Rows of a page.
const ROWS: usize = 50;

/// Addresses that mail does not reach that are shown.
const ADDRESSES: i64 = 200;

/// The outbox's address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct OutboxQuery {
    /// A mailbox's id.
    pub mailbox: String,
    /// An [`OutboundState`].
    pub state: String,
    /// An address that is written to.
    pub to: String,
    /// Where the page starts.
    pub after: String,
}

impl OutboxQuery {
    /// The address of this list, from another place in it.
    pub fn href(&self, path: &str, after: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let after = after.map(Cursor::encode).unwrap_or_default();
        let pairs = [("mailbox", &self.mailbox), ("state", &self.state), ("to", &self.to), ("after", &after)];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether anything is asked for.
    pub fn is_narrow(&self) -> bool {
        [&self.mailbox, &self.state, &self.to].iter().any(|value| !value.trim().is_empty())
    }

    fn filter(&self) -> OutboxFilter {
        OutboxFilter {
            mailbox: self.mailbox.parse().ok().map(MailboxId),
            state: OutboundState::from_word(&self.state),
            recipient: Some(self.to.trim().to_owned()).filter(|to| !to.is_empty()),
        }
    }
}

/// `GET /admin/mail/outbox`
pub async fn outbox(books: Data<Books>, me: Me, query: Query<OutboxQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let (filter, after) = (query.filter(), Cursor::decode(&query.after));
    let (boxes, page, dead) = books
        .read(move |db| {
            let page = crate::mailboxes::outbox(db, &filter, after, ROWS)?;
            Ok((mailboxes(db)?, page, undeliverable(db, ADDRESSES)?))
        })
        .await?;
    let shell = me.shell(&me.locale().t("outbox-title"));
    let part = views::outbox_part(&me, &query, &boxes, &page, &dead);
    Ok(shell.answer_part(&me.visit, part, |part| views::outbox(&me, &query, &boxes, part)))
}

/// `POST /admin/mail/outbox/{id}/retry`
pub async fn send_again(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<OutboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| crate::mailboxes::send_again(act, id)).await?;
    Ok(see_other_saying(&options, "/admin/mail/outbox", "done-letter-queued", ""))
}

/// `POST /admin/mail/outbox/{id}/now`
pub async fn send_now(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<OutboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| crate::mailboxes::send_now(act, id)).await?;
    Ok(see_other_saying(&options, "/admin/mail/outbox", "done-letter-now", ""))
}

/// `POST /admin/mail/outbox/{id}/cancel`
pub async fn cancel(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<OutboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| crate::mailboxes::cancel_letter(act, id)).await?;
    Ok(see_other_saying(&options, "/admin/mail/outbox", "done-letter-cancelled", ""))
}

/// What the button beside an address sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    /// The address.
    pub address: String,
}

/// `POST /admin/mail/addresses/hear`
pub async fn hear(books: Data<Books>, options: Data<Options>, me: Me, form: Form<AddressForm>) -> Result<HttpResponse> {
    let address = form.0.address;
    match books.write(me.by(), move |act| crate::mailboxes::hear_again(act, &address)).await {
        // His time was over, or somebody else was faster.
        Ok(()) | Err(Error::Missing) => Ok(see_other_saying(&options, "/admin/mail", "done-sender-heard", "")),
        Err(error) => Err(error),
    }
}

/// `POST /admin/mail/addresses/revive`
pub async fn revive(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<AddressForm>,
) -> Result<HttpResponse> {
    let address = form.0.address;
    let done = books.write(me.by(), move |act| crate::mailboxes::revive_address(act, &address)).await;
    match done {
        // Somebody else was faster; it is as it was asked for.
        Ok(()) | Err(Error::Missing) => {
            Ok(see_other_saying(&options, "/admin/mail/outbox", "done-address-revived", ""))
        }
        Err(error) => Err(error),
    }
}
