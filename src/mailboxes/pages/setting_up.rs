//! A mailbox is set up and changed.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::form::{BoxForm, fresh, of_mailbox};
use crate::accounts::{Me, teams};
use crate::base::id::MailboxId;
use crate::base::{Error, Message, Problem, Result};
use crate::config::Secret;
use crate::db::Db;
use crate::events::Act;
use crate::mail::outgoing::dkim::{self, Signer};
use crate::mailboxes::sealing::client_secret;
use crate::mailboxes::{
    Auth, Credential, Mailbox, Preset, Seal, Trials, add_mailbox, change_mailbox, dkim_key, good_settings,
    keep_client_secret, keep_credential, keep_dkim_key, mailbox_by_id, views,
};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other, see_other_saying};

/// `GET /admin/mail/new`
pub async fn new_box(trials: Data<Trials>, options: Data<Options>, me: Me) -> Result<HttpResponse> {
    ask_new(&trials, &options, &me, &fresh(&me.settings.desk_name), &Again::default()).await
}

async fn ask_new(trials: &Trials, options: &Options, me: &Me, form: &BoxForm, again: &Again) -> Result<HttpResponse> {
    let teams = trials.room().books.read(teams).await?;
    let shell = me.shell(&me.locale().t("boxes-new"));
    let back = options.link("/admin/mail/google");
    let card = views::Card { form, teams: &teams, again, back: back.as_deref(), before: None };
    Ok(shell.answer_with(again.status(), &me.visit, views::new_box(me, &card)))
}

/// `GET /admin/mail/servers`: the servers of an address or a provider, for a script that puts them into the card.
pub async fn servers(options: Data<Options>, me: Me, asked: Query<BoxForm>) -> Result<HttpResponse> {
    let form = asked.into_inner().filled();
    let back = options.link("/admin/mail/google");
    let card = views::Card { form: &form, teams: &[], again: &Again::default(), back: back.as_deref(), before: None };
    let shell = me.shell(&me.locale().t("boxes-new"));
    Ok(shell.answer(&me.visit, views::server_fields(&me, &card)))
}

/// `POST /admin/mail`
pub async fn create_box(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    form: Form<BoxForm>,
) -> Result<HttpResponse> {
    let form = if form.0.then == "fill" || form.0.has_no_servers() {
        let fills = form.0.then == "fill";
        let form = form.0.filled();
        if fills {
            return ask_new(&trials, &options, &me, &form, &Again::default()).await;
        }
        form
    } else {
        form.0
    };
    let (seal, sent) = (trials.room().seal, form.clone());
    let made = trials.room().books.write(me.by(), move |act| create(act, &seal, &sent)).await;
    match made {
        Ok(id) => begin(&trials, &me, id).await,
        Err(error) => ask_new(&trials, &options, &me, &form, &Again::of(error)?).await,
    }
}

fn create(act: &mut Act<'_>, seal: &Seal, form: &BoxForm) -> Result<MailboxId> {
    let missing = Vec::from_iter(password_missing(form, "error-required"));
    let mut card = checked(form.card(), form, missing)?;
    if card.authserv_id.is_empty() {
        Preset::authserv_id_at(&card.imap.host).clone_into(&mut card.authserv_id);
    }
    let id = add_mailbox(act, &card)?;
    keep_secrets(act, seal, id, form)?;
    Ok(id)
}

/// That a password is needed and was not typed.
fn password_missing(form: &BoxForm, key: &'static str) -> Option<Problem> {
    (form.auth == Auth::Password.word() && form.password.is_empty()).then(|| Problem::new("password", key))
}

/// Secrets that have to be typed again: those that are kept are sent to no other server, and for no other account.
fn missing(db: &mut Db, seal: &Seal, before: &Mailbox, form: &BoxForm) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let card = form.card().and_then(|card| card.check()).ok();
    if !before.has_secret || before.card.auth != Auth::Password {
        problems.extend(password_missing(form, "error-required"));
    } else if card.as_ref().is_some_and(|card| card.leads_elsewhere(&before.card)) {
        problems.extend(password_missing(form, "error-secret-again"));
    }
    let is_other = card.is_some_and(|card| card.auth == Auth::Google && card.gets_tokens_elsewhere(&before.card));
    if is_other && form.client_secret.trim().is_empty() && client_secret(db, seal, before.id)?.is_some() {
        problems.push(Problem::new("client_secret", "error-secret-again"));
    }
    Ok(problems)
}

/// The card, with the problems that secrets may have.
fn checked<T>(card: Result<T>, form: &BoxForm, mut problems: Vec<Problem>) -> Result<T> {
    if !form.dkim_key.trim().is_empty()
        && let Err(fault) = Signer::new(&form.dkim_key, form.dkim_selector.trim(), form.dkim_domain.trim())
    {
        problems.push(Problem::new("dkim_key", Message::new("error-dkim-key").with("text", fault)));
    }
    match card {
        Ok(card) if problems.is_empty() => Ok(card),
        Ok(_) => Err(Error::Invalid(problems)),
        Err(Error::Invalid(mut others)) => {
            others.append(&mut problems);
            Err(Error::Invalid(others))
        }
        Err(other) => Err(other),
    }
}

/// Keeps the secrets that were typed; those that were left empty stay.
fn keep_secrets(act: &mut Act<'_>, seal: &Seal, id: MailboxId, form: &BoxForm) -> Result<()> {
    if form.auth == Auth::Password.word() && !form.password.is_empty() {
        // Providers show app passwords in groups of four; the gaps are no part of them.
        let password = Credential::Password(Secret::new(&*plain(&form.password)));
        keep_credential(act, seal, id, &password)?;
    }
    if !form.client_secret.trim().is_empty() {
        keep_client_secret(act, seal, id, &Secret::new(form.client_secret.trim()))?;
    }
    if !form.dkim_key.trim().is_empty() {
        keep_dkim_key(act, seal, id, &Secret::new(&*form.dkim_key))?;
    }
    Ok(())
}

/// A password as it was meant: `abcd efgh ijkl mnop`, as Google shows it, has no gaps.
fn plain(password: &str) -> String {
    let groups: Vec<&str> = password.trim().split(' ').collect();
    let is_grouped = groups.len() == 4
        && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_lowercase()));
    if is_grouped { groups.concat() } else { password.to_owned() }
}

/// What comes after saving: the trial, or the sign-in that is still missing.
async fn begin(trials: &Trials, me: &Me, id: MailboxId) -> Result<HttpResponse> {
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    if !mailbox.has_secret {
        return Ok(see_other(&format!("/admin/mail/{id}/sign-in")));
    }
    trials.begin(me.by(), mailbox);
    Ok(see_other(&format!("/admin/mail/{id}/test")))
}

/// `GET /admin/mail/{id}`
pub async fn show_box(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
) -> Result<HttpResponse> {
    page(&trials, &options, &me, id.into_inner(), None, &Again::default()).await
}

/// The record that DNS needs; nothing when there is no key.
fn record(db: &mut Db, seal: &Seal, mailbox: &Mailbox) -> Result<Option<String>> {
    let card = &mailbox.card;
    let key = dkim_key(db, seal, mailbox.id)?;
    Ok(key
        .and_then(|pem| Signer::new(pem.reveal(), &card.dkim_selector, &card.dkim_domain).ok())
        .map(|s| s.dns_record()))
}

async fn page(
    trials: &Trials,
    options: &Options,
    me: &Me,
    id: MailboxId,
    typed: Option<BoxForm>,
    again: &Again,
) -> Result<HttpResponse> {
    let seal = trials.room().seal;
    let found = trials.room().books.read(move |db| {
        let mailbox = mailbox_by_id(db, id)?;
        let (record, good) = (record(db, &seal, &mailbox)?, good_settings(db, &mailbox)?);
        Ok((mailbox, record, good, teams(db)?))
    });
    let (mailbox, record, good, teams) = found.await?;
    let shell = me.shell(&mailbox.card.name);
    let form = typed.unwrap_or_else(|| of_mailbox(&mailbox));
    let back = options.link("/admin/mail/google");
    let card = views::Card { form: &form, teams: &teams, again, back: back.as_deref(), before: Some(&mailbox) };
    Ok(shell.answer_with(
        again.status(),
        &me.visit,
        views::one_box(me, &mailbox, &card, record.as_deref(), good.as_ref()),
    ))
}

/// `POST /admin/mail/{id}`
pub async fn change_box(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    form: Form<BoxForm>,
) -> Result<HttpResponse> {
    let (id, form, seal) = (id.into_inner(), form.0, trials.room().seal);
    let sent = form.clone();
    let changed = trials.room().books.write(me.by(), move |act| {
        let before = mailbox_by_id(act.db, id)?;
        let missing = missing(act.db, &seal, &before, &sent)?;
        let card = checked(sent.card(), &sent, missing)?;
        change_mailbox(act, id, &card)?;
        keep_secrets(act, &seal, id, &sent)?;
        Ok(before.has_secret && !mailbox_by_id(act.db, id)?.has_secret)
    });
    match changed.await {
        Ok(true) => Ok(see_other_saying(&options, &format!("/admin/mail/{id}/sign-in"), "done-saved-sign-in", "")),
        Ok(false) => Ok(see_other_saying(&options, &format!("/admin/mail/{id}"), "done-saved", "")),
        Err(error) => page(&trials, &options, &me, id, Some(form), &Again::of(error)?).await,
    }
}

/// `POST /admin/mail/{id}/dkim`: makes a new key for signing.
pub async fn make_dkim_key(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let (id, seal) = (id.into_inner(), trials.room().seal);
    let pem = Secret::new(dkim::new_key().map_err(|fault| Error::internal("making a key", fault))?);
    trials
        .room()
        .books
        .write(me.by(), move |act| {
            let mut card = mailbox_by_id(act.db, id)?.card;
            if card.dkim_domain.is_empty() {
                card.dkim_domain = card.address.rsplit_once('@').map(|(_, own)| own.to_owned()).unwrap_or_default();
                "deskbell".clone_into(&mut card.dkim_selector);
            }
            change_mailbox(act, id, &card)?;
            keep_dkim_key(act, &seal, id, &pem)
        })
        .await?;
    Ok(see_other_saying(&options, &format!("/admin/mail/{id}"), "done-dkim-key", ""))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn an_app_password_is_taken_as_it_is_shown() {
        assert_eq!(plain(" abcd efgh ijkl mnop"), "abcdefghijklmnop");
        for other in ["two words", "Abcd efgh ijkl mnop", " leading"] {
            assert_eq!(plain(other), other);
        }
    }
}
