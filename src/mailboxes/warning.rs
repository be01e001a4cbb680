//! Admins are told by mail, once, that somebody has to sign in to a mailbox again: days before the sign-in ends, as long as it
//! can still send that itself, or as soon as it has.

use super::intake::Room;
use super::letter::Post;
use super::mailbox::Mailbox;
use super::outbound::{OutboundKind, Recipients};
use super::registration::AHEAD_MS_MAX;
use super::store::{self, NewOutbound};
use super::telling::{is_of_desk, plain};
use crate::accounts::{self, Right};
use crate::base::id::MailboxId;
use crate::base::{EmailAddress, Error, Result, Timestamp};
use crate::db::Db;
use crate::events::{Act, Actor, Event};
use crate::mail::address;
use crate::mail::token::Named;
use crate::settings::Settings;
use crate::web::{Lang, Locale};

/// How many mailboxes need a sign-in, or soon will.
pub fn count_sign_ins(db: &mut Db, now: Timestamp) -> Result<i64> {
    let all = store::mailboxes(db)?.into_iter();
    let count = all.filter(|mailbox| mailbox.disabled_at.is_none() && mailbox.sign_in_ends_soon(now)).count();
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Tells the admins of every mailbox of which they don't know it yet.
pub(super) async fn warn(room: &Room) -> Result<()> {
    let now = room.books.clock().now();
    let due = room.books.read(move |db| {
        let untold = store::sign_ins_untold(db, now.plus_ms(AHEAD_MS_MAX))?;
        let all = if untold.is_empty() { Vec::new() } else { store::mailboxes(db)? };
        let due = all.into_iter().filter(|own| untold.contains(&own.id) && own.sign_in_ends_soon(now));
        Ok(due.map(|own| own.id).collect::<Vec<MailboxId>>())
    });
    let due = due.await?;
    for id in due {
        let post = room.post.clone();
        room.books.write(Actor::Mail, move |act| tell(act, &post, id)).await?;
    }
    Ok(())
}

fn tell(act: &mut Act<'_>, post: &Post, id: MailboxId) -> Result<()> {
    let all = store::mailboxes(act.db)?;
    let Some(ending) = all.iter().find(|mailbox| mailbox.id == id) else { return Ok(()) };
    let ends_at = ending.needs_sign_in_at.unwrap_or(act.now);
    let is_over = ends_at <= act.now;
    let sends = |mailbox: &&Mailbox| {
        let can = mailbox.disabled_at.is_none() && mailbox.has_secret && !mailbox.sending.is_given_up();
        can && !mailbox.card.smtp.host.is_empty() && mailbox.needs_sign_in_at.is_none_or(|at| at > act.now)
    };
    let by = Some(ending).filter(sends).or_else(|| all.iter().find(sends));
    // Somebody is told when there is a way to do it; until then the pages say it.
    let Some((by, own)) = by.and_then(|by| Some((by, by.address()?))) else { return Ok(()) };
    store::note_sign_in_told(act.db, id, act.now)?;
    let settings = Settings::read(act.db)?;
    for (agent, text) in accounts::addresses(act.db)? {
        let known = accounts::agent_by_id(act.db, agent)?;
        let Some(to) = EmailAddress::parse(&text).filter(|_| known.role.may(Right::Administer)) else { continue };
        if is_of_desk(act.db, &to)? {
            continue;
        }
        let word = known.language.clone().unwrap_or_else(|| settings.language.clone());
        let l = Locale::new(Lang::from_word(&word).unwrap_or(Lang::En), settings.zone());
        let args = [("name", ending.card.name.as_str().into()), ("date", l.date(ends_at).into())];
        let key = if is_over { "notice-sign-in-over" } else { "notice-sign-in-ends" };
        let mut content = plain(&l.t_with(key, &args));
        content.push_str(&format!("\n\n{}", l.t("notice-sign-in-text")));
        if !post.url.is_empty() {
            content.push_str(&format!("\n\n{}/admin/mail/{id}/sign-in", post.url));
        }
        let mut octets = [0; 6];
        getrandom::fill(&mut octets).map_err(|e| Error::internal("randomness", e))?;
        let letter = octets.iter().fold(0_i64, |all, octet| all << 8 | i64::from(*octet));
        let named = Named { ticket: 0, entry: 0, letter: Some(letter) };
        let new = NewOutbound {
            mailbox: by.id,
            kind: OutboundKind::Notice,
            ticket: None,
            entry: None,
            agent: Some(agent),
            message_id: post.keys.message_id(named, address::domain(&own)),
            recipients: Recipients::one(to.as_str()),
            notice: Some(("sign_in", None)),
            subject: l.t_with(key, &args),
            content,
            due_at: act.now,
        };
        let mail = store::insert_outbound(act.db, &new, act.now)?;
        act.record(Event::LetterQueued { mail, mailbox: by.id, mail_kind: new.kind.word().into() });
    }
    Ok(())
}
