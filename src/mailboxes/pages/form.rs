//! What the card of a mailbox sends, and how it becomes a [`MailboxCard`].

use serde::Deserialize;

use crate::base::id::TeamId;
use crate::base::{Error, Problem, Result};
use crate::mailboxes::{AfterTaking, Auth, Endpoint, Lying, Mailbox, MailboxCard, Preset, Registration, Security};

/// What the card of a mailbox sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each field is called as the field of the card")]
pub struct BoxForm {
    pub address: String,
    /// Never shown again; empty to leave it as it is.
    pub password: String,
    pub preset: String,
    pub name: String,
    pub login: String,
    pub auth: String,
    pub imap_host: String,
    pub imap_port: String,
    pub imap_security: String,
    pub imap_pin: String,
    pub smtp_host: String,
    pub smtp_port: String,
    pub smtp_security: String,
    pub smtp_pin: String,
    pub client_id: String,
    pub tenant: String,
    /// Never shown again; empty to leave it as it is.
    pub client_secret: String,
    pub begin_url: String,
    pub token_url: String,
    pub is_testing: String,
    pub folders: String,
    pub after_taking: String,
    pub taken_folder: String,
    /// Nothing for what most want.
    pub lying: String,
    pub team: String,
    pub language: String,
    pub acknowledges: String,
    pub size_mib_max: String,
    pub reopen_days: String,
    pub authserv_id: String,
    pub sends_verp: String,
    pub dkim_domain: String,
    pub dkim_selector: String,
    /// Never shown again; empty to leave it as it is.
    pub dkim_key: String,
    /// `fill` to have the servers filled in, else it is saved.
    pub then: String,
}

impl std::fmt::Debug for BoxForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoxForm").field("address", &self.address).finish_non_exhaustive()
    }
}

fn ticked(is: bool) -> String {
    if is { "on".to_owned() } else { String::new() }
}

/// Reads words and numbers, and gathers every one that is none.
#[derive(Default)]
struct Reader(Vec<Problem>);

impl Reader {
    fn number(&mut self, field: &'static str, text: &str) -> i64 {
        let read = text.trim().parse::<i64>().ok();
        if read.is_none() {
            self.0.push(Problem::new(field, "error-whole-number"));
        }
        read.unwrap_or_default()
    }

    fn choice<T>(&mut self, field: &'static str, read: Option<T>, otherwise: T) -> T {
        if read.is_none() {
            self.0.push(Problem::new(field, "error-choice"));
        }
        read.unwrap_or(otherwise)
    }
}

impl BoxForm {
    /// What a card says, but for secrets.
    pub(super) fn of(card: &MailboxCard) -> Self {
        let registration = Registration::of(card);
        Self {
            address: card.address.clone(),
            name: card.name.clone(),
            login: card.login.clone(),
            folders: card.folders.clone(),
            after_taking: card.after_taking.word().into(),
            taken_folder: card.taken_folder.clone(),
            lying: card.lying.word().into(),
            team: card.team.map(|team| team.to_string()).unwrap_or_default(),
            language: card.language.clone().unwrap_or_default(),
            acknowledges: ticked(card.acknowledges),
            size_mib_max: (card.size_bytes_max >> 20).to_string(),
            reopen_days: card.reopen_days.to_string(),
            authserv_id: card.authserv_id.clone(),
            sends_verp: ticked(card.sends_verp),
            dkim_domain: card.dkim_domain.clone(),
            dkim_selector: card.dkim_selector.clone(),
            client_id: registration.client_id,
            tenant: registration.tenant,
            begin_url: registration.begin_url,
            token_url: registration.token_url,
            is_testing: ticked(registration.is_testing),
            ..Self::default()
        }
        .with_servers(card)
    }

    fn with_servers(mut self, card: &MailboxCard) -> Self {
        card.auth.word().clone_into(&mut self.auth);
        self.imap_host.clone_from(&card.imap.host);
        self.imap_port = card.imap.port.to_string();
        card.imap.security.word().clone_into(&mut self.imap_security);
        self.imap_pin.clone_from(&card.imap.pin);
        self.smtp_host.clone_from(&card.smtp.host);
        self.smtp_port = card.smtp.port.to_string();
        card.smtp.security.word().clone_into(&mut self.smtp_security);
        self.smtp_pin.clone_from(&card.smtp.pin);
        self
    }

    /// The same with the servers of its provider.
    pub(super) fn filled(self) -> Self {
        let preset = Preset::from_word(&self.preset).unwrap_or_else(|| Preset::of_address(&self.address));
        let mut card = MailboxCard { address: self.address.clone(), ..MailboxCard::default() };
        preset.fill(&mut card);
        let authserv_id =
            if self.authserv_id.trim().is_empty() { card.authserv_id.clone() } else { self.authserv_id.clone() };
        Self { authserv_id, ..self }.with_servers(&card)
    }

    /// Whether nobody has said where the mail is; then the address says it.
    pub(super) fn has_no_servers(&self) -> bool {
        self.imap_host.trim().is_empty() && !self.address.trim().is_empty()
    }

    /// The card.
    pub(super) fn card(&self) -> Result<MailboxCard> {
        let mut reader = Reader::default();
        let team = match self.team.as_str() {
            "" => None,
            id => reader.choice("team", id.parse::<TeamId>().ok().map(Some), None),
        };
        let endpoint =
            |reader: &mut Reader, [port, security]: [&'static str; 2], [host, number, word, pin]: [&String; 4]| {
                let read = Security::from_word(word);
                Endpoint {
                    host: host.clone(),
                    port: reader.number(port, number),
                    security: reader.choice(security, read, Security::Tls),
                    pin: pin.clone(),
                }
            };
        let imap = [&self.imap_host, &self.imap_port, &self.imap_security, &self.imap_pin];
        let smtp = [&self.smtp_host, &self.smtp_port, &self.smtp_security, &self.smtp_pin];
        let registration = Registration {
            client_id: self.client_id.clone(),
            tenant: self.tenant.clone(),
            begin_url: self.begin_url.clone(),
            token_url: self.token_url.clone(),
            is_testing: !self.is_testing.is_empty(),
        };
        let card = MailboxCard {
            name: self.name.clone(),
            address: self.address.clone(),
            team,
            language: Some(self.language.clone()).filter(|language| !language.is_empty()),
            imap: endpoint(&mut reader, ["imap_port", "imap_security"], imap),
            smtp: endpoint(&mut reader, ["smtp_port", "smtp_security"], smtp),
            login: self.login.clone(),
            auth: reader.choice("auth", Auth::from_word(&self.auth), Auth::Password),
            oauth: if self.client_id.is_empty() { String::new() } else { registration.written() },
            folders: self.folders.clone(),
            after_taking: reader.choice("after_taking", AfterTaking::from_word(&self.after_taking), AfterTaking::Leave),
            taken_folder: self.taken_folder.clone(),
            lying: match self.lying.as_str() {
                "" => Lying::Take,
                word => reader.choice("lying", Lying::from_word(word), Lying::Take),
            },
            size_bytes_max: reader.number("size_mib_max", &self.size_mib_max).clamp(0, 1 << 20) << 20,
            reopen_days: reader.number("reopen_days", &self.reopen_days),
            acknowledges: !self.acknowledges.is_empty(),
            authserv_id: self.authserv_id.clone(),
            sends_verp: !self.sends_verp.is_empty(),
            dkim_domain: self.dkim_domain.clone(),
            dkim_selector: self.dkim_selector.clone(),
        };
        if reader.0.is_empty() { Ok(card) } else { Err(Error::Invalid(reader.0)) }
    }
}

/// A mailbox to fill in, with what most want.
pub(super) fn fresh(name: &str) -> BoxForm {
    BoxForm::of(&MailboxCard { name: name.to_owned(), ..MailboxCard::default() })
}

/// What stands in the card of a mailbox.
pub(super) fn of_mailbox(mailbox: &Mailbox) -> BoxForm {
    BoxForm::of(&mailbox.card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back_as_it_was_and_every_odd_word_is_told() {
        let mut card = MailboxCard { name: "Help".into(), address: "a@gmx.de".into(), ..MailboxCard::default() };
        Preset::Gmx.fill(&mut card);
        assert_eq!(BoxForm::of(&card).card().unwrap(), card);
        let odd = BoxForm { imap_port: "x".into(), auth: "magic".into(), team: "north".into(), ..BoxForm::of(&card) };
        let Err(Error::Invalid(problems)) = odd.card() else { panic!("this is no mailbox") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["team", "imap_port", "auth"]);
    }

    #[test]
    fn an_address_fills_in_its_servers_and_nothing_prints_a_password() {
        let form = BoxForm { address: "a@web.de".into(), password: "geheim".into(), ..fresh("Help") };
        assert!(form.has_no_servers());
        let filled = form.filled();
        assert_eq!((filled.imap_host.as_str(), filled.smtp_security.as_str()), ("imap.web.de", "starttls"));
        assert!(!format!("{filled:?}").contains("geheim"));
    }
}
