//! What became of each mail: the list, one mail with all that is known of it, and what can be done with one that nobody could
//! read.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::{InboundId, MailboxId};
use crate::base::text::clean_text;
use crate::base::{Cursor, Result};
use crate::events::Books;
use crate::mailboxes::{
    Inbound, LedgerFilter, Outcome, Room, count_quarantined, count_sign_ins, folder_states, inbound_by_id,
    mailbox_by_id, mailboxes, unaccounted, views,
};
use crate::tickets::TicketNumber;
use crate::web::ui::Again;
use crate::web::{Form, Options, disposition, see_other, see_other_saying};

/// Rows of a page.
const ROWS: usize = 50;

/// Octets of a mail that are shown on its page.
const HEAD_BYTES: usize = 32 << 10;

/// Characters of them.
const HEAD_CHARACTERS: usize = 16_000;

/// The ledger's address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LedgerQuery {
    /// Sender, subject or Message-ID.
    pub q: String,
    /// A mailbox's id.
    pub mailbox: String,
    /// An [`Outcome`].
    pub outcome: String,
    /// Where the page starts.
    pub after: String,
}

impl LedgerQuery {
    /// The address of this list, from another place in it.
    pub fn href(&self, path: &str, after: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let after = after.map(Cursor::encode).unwrap_or_default();
        let pairs = [("q", &self.q), ("mailbox", &self.mailbox), ("outcome", &self.outcome), ("after", &after)];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether anything is asked for.
    pub fn is_narrow(&self) -> bool {
        [&self.q, &self.mailbox, &self.outcome].iter().any(|value| !value.trim().is_empty())
    }

    /// The filter; what it does not understand filters nothing.
    fn filter(&self) -> LedgerFilter {
        LedgerFilter {
            mailbox: self.mailbox.parse().ok().map(MailboxId),
            outcome: Outcome::from_word(&self.outcome),
            text: crate::base::text::clean_line(&self.q, 250),
        }
    }
}

/// `GET /admin/mail/ledger`
pub async fn ledger(books: Data<Books>, room: Data<Room>, me: Me, query: Query<LedgerQuery>) -> Result<HttpResponse> {
    let (query, sums) = (query.into_inner(), room.sums.clone());
    let (filter, after, now) = (query.filter(), Cursor::decode(&query.after), me.visit.now);
    let (boxes, page, sum) = books
        .read(move |db| {
            let page = crate::mailboxes::ledger(db, &filter, after, ROWS)?;
            let (boxes, folders) = (mailboxes(db)?, folder_states(db)?);
            let is_compared = boxes.iter().filter(|own| own.disabled_at.is_none()).all(|own| own.is_compared(&folders));
            let unaccounted = unaccounted(db, now)?;
            let sum = views::Sum { outcomes: sums.read(db)?, unaccounted, is_compared };
            Ok((boxes, page, sum))
        })
        .await?;
    let shell = me.shell(&me.locale().t("ledger-title"));
    let part = views::ledger_part(&me, &query, &boxes, &page, &sum);
    Ok(shell.answer_part(&me.visit, part, |part| views::ledger(&me, &query, &boxes, part)))
}

/// `GET /admin/mail/quarantined`: how many mails nobody could read, and how many mailboxes need a sign-in, for the badge of
/// the navigation.
pub async fn quarantined(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    if !me.visit.partial {
        return Ok(see_other("/admin/mail/ledger?outcome=quarantined"));
    }
    let now = me.visit.now;
    let (mails, sign_ins) = books.read(move |db| Ok((count_quarantined(db)?, count_sign_ins(db, now)?))).await?;
    Ok(me.shell("").answer(&me.visit, views::quarantined(me.locale(), mails, sign_ins)))
}

/// `GET /admin/mail/ledger/{id}`
pub async fn show(books: Data<Books>, room: Data<Room>, me: Me, id: Path<InboundId>) -> Result<HttpResponse> {
    page(&books, &room, &me, id.into_inner(), "", &Again::default()).await
}

async fn page(books: &Books, room: &Room, me: &Me, id: InboundId, reason: &str, again: &Again) -> Result<HttpResponse> {
    let (row, mailbox) = books
        .read(move |db| {
            let row = inbound_by_id(db, id)?;
            let mailbox = mailbox_by_id(db, row.mailbox)?;
            Ok((row, mailbox))
        })
        .await?;
    let head = head(room, &row).await;
    let shell = me.shell(&me.locale().t("ledger-mail"));
    let content = views::mail(me, &row, &mailbox, head.as_deref(), reason, again);
    Ok(shell.answer_with(again.status(), &me.visit, content))
}

/// The first of a mail as text, its header alone where that ends in it; nothing when its file is gone.
async fn head(room: &Room, row: &Inbound) -> Option<String> {
    let raw = room.raw_of(row.id).await.ok()?;
    let start = raw.get(..raw.len().min(HEAD_BYTES))?;
    let ends = [memchr::memmem::find(start, b"\r\n\r\n"), memchr::memmem::find(start, b"\n\n")];
    let end = ends.into_iter().flatten().min().unwrap_or(start.len());
    Some(clean_text(&String::from_utf8_lossy(start.get(..end)?), HEAD_CHARACTERS))
}

/// `GET /admin/mail/ledger/{id}/raw`: the mail as it came, as a file. A browser must never show it.
pub async fn download(room: Data<Room>, id: Path<InboundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let raw = room.raw_of(id).await?;
    Ok(disposition::attachment(&format!("mail-{id}.eml"), raw))
}

/// `POST /admin/mail/ledger/{id}/retry`
pub async fn retry(
    room: Data<Room>,
    options: Data<Options>,
    me: Me,
    id: Path<InboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let key = match room.retry(id, me.by()).await? {
        Outcome::Quarantined => "done-mail-again-aside",
        _ => "done-mail-taken",
    };
    Ok(see_other_saying(&options, &format!("/admin/mail/ledger/{id}"), key, ""))
}

/// `POST /admin/mail/ledger/{id}/whole`: fetches a mail whole of which the beginning was taken.
pub async fn fetch_whole(
    room: Data<Room>,
    options: Data<Options>,
    me: Me,
    id: Path<InboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let key = match room.fetch_whole(id, me.by()).await? {
        Outcome::Quarantined => "done-mail-again-aside",
        _ => "done-mail-whole",
    };
    Ok(see_other_saying(&options, &format!("/admin/mail/ledger/{id}"), key, ""))
}

/// `POST /admin/mail/ledger/{id}/ticket`
pub async fn make_ticket(
    room: Data<Room>,
    options: Data<Options>,
    me: Me,
    id: Path<InboundId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let number = TicketNumber::of(room.make_ticket(id.into_inner(), me.by()).await?).to_string();
    Ok(see_other_saying(&options, &format!("/t/{number}"), "done-mail-ticket", &number))
}

/// What the form sends by which a mail is let be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RefusalForm {
    /// Why.
    pub reason: String,
}

/// `POST /admin/mail/ledger/{id}/refuse`
pub async fn refuse(
    books: Data<Books>,
    room: Data<Room>,
    options: Data<Options>,
    me: Me,
    id: Path<InboundId>,
    form: Form<RefusalForm>,
) -> Result<HttpResponse> {
    let (id, reason) = (id.into_inner(), form.0.reason);
    let said = reason.clone();
    match books.write(me.by(), move |act| crate::mailboxes::refuse(act, id, &said)).await {
        Ok(()) => Ok(see_other_saying(&options, &format!("/admin/mail/ledger/{id}"), "done-mail-refused", "")),
        Err(error) => page(&books, &room, &me, id, &reason, &Again::of(error)?).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_filtered() {
        let query = LedgerQuery { q: "a b".into(), outcome: "quarantined".into(), ..LedgerQuery::default() };
        assert_eq!(query.href("/x", None), "/x?q=a+b&outcome=quarantined");
        assert_eq!(query.filter().outcome, Some(Outcome::Quarantined));
        assert!(query.is_narrow() && !LedgerQuery::default().is_narrow());
    }
}
