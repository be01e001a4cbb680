//! The mailbox: an account on a mail server, and what is seen of it.

use super::ledger::FolderState;
use super::registration::Registration;
use crate::base::id::{MailboxId, TeamId};
use crate::base::text::clean_line;
use crate::base::{EmailAddress, Error, Message, Problem, Result, Timestamp, words};

/// Folders of one mailbox that are watched, each by a connection of its own.
pub const FOLDERS_MAX: usize = 10;

/// Octets of the largest mail that is taken whole, as long as nothing else is set.
pub const SIZE_BYTES_DEFAULT: i64 = 30 << 20;

/// Days after its end in which a letter reopens a ticket; later ones begin another, as long as nothing else is set.
pub const REOPEN_DAYS_DEFAULT: i64 = 14;

/// The default of [`Mailbox::auth_failures`] that ends trying: more would lock the account.
pub const AUTH_FAILURES_MAX: i64 = 5;

words! {
    /// How a connection is kept from others' eyes.
    pub enum Security {
        /// TLS from the first octet.
        Tls = "tls",
        /// TLS after a word in the open.
        StartTls = "starttls",
    }
}

words! {
    /// How one signs in at the server.
    pub enum Auth {
        /// With a password.
        Password = "password",
        /// With Microsoft, by a code that is typed in elsewhere.
        Microsoft = "microsoft",
        /// With Google, by its page.
        Google = "google",
    }
}

words! {
    /// What is done on the server with a mail that was taken.
    pub enum AfterTaking {
        /// Nothing.
        Leave = "leave",
        /// It is marked as seen.
        Seen = "seen",
        /// It is moved to another folder.
        Move = "move",
    }
}

words! {
    /// What becomes of a mail that lay on the server more than a day before its folder was watched.
    pub enum Lying {
        /// It is taken as history: of its time, and nobody is told. Its ticket is open.
        Take = "take",
        /// The same, and a ticket that it begins is closed.
        Close = "close",
        /// It is left, and the ledger says so.
        Leave = "leave",
    }
}

/// A server and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    /// Its name; empty for none.
    pub host: String,
    /// Its port.
    pub port: i64,
    /// See [`Security`].
    pub security: Security,
    /// SHA-256 of the only certificate that counts, in hexadecimal; empty when the authorities are asked.
    pub pin: String,
}

/// What can be set of a mailbox, but for its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxCard {
    /// What it is called, also as the name of who writes.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Whose work its letters are.
    pub team: Option<TeamId>,
    /// The language of what is sent by itself; nothing for the desk's.
    pub language: Option<String>,
    /// Where letters come from.
    pub imap: Endpoint,
    /// Where letters go; without a host none are sent.
    pub smtp: Endpoint,
    /// The name of the account.
    pub login: String,
    /// See [`Auth`].
    pub auth: Auth,
    /// What the sign-in with somebody else needs: client id, tenant. JSON; empty for none.
    pub oauth: String,
    /// The folders that are watched, one to a line.
    pub folders: String,
    /// See [`AfterTaking`].
    pub after_taking: AfterTaking,
    /// Where taken mails are moved.
    pub taken_folder: String,
    /// Larger mails are not taken whole.
    pub size_bytes_max: i64,
    /// Days after its end in which a letter reopens a ticket.
    pub reopen_days: i64,
    /// Whether people who write for the first time are told that it arrived.
    pub acknowledges: bool,
    /// The name by which the own server signs `Authentication-Results` (RFC 8601); empty when none is trusted.
    pub authserv_id: String,
    /// Whether return paths name the letter (VERP).
    pub sends_verp: bool,
    /// The domain that letters are signed for (DKIM, RFC 6376); empty for none.
    pub dkim_domain: String,
    /// The selector of that key.
    pub dkim_selector: String,
    /// See [`Lying`].
    pub lying: Lying,
}

impl Default for MailboxCard {
    fn default() -> Self {
        let endpoint = |port, security| Endpoint { host: String::new(), port, security, pin: String::new() };
        Self {
            name: String::new(),
            address: String::new(),
            team: None,
            language: None,
            imap: endpoint(993, Security::Tls),
            smtp: endpoint(465, Security::Tls),
            login: String::new(),
            auth: Auth::Password,
            oauth: String::new(),
            folders: "INBOX".into(),
            after_taking: AfterTaking::Leave,
            taken_folder: "Processed".into(),
            size_bytes_max: SIZE_BYTES_DEFAULT,
            reopen_days: REOPEN_DAYS_DEFAULT,
            acknowledges: true,
            authserv_id: String::new(),
            sends_verp: false,
            dkim_domain: String::new(),
            dkim_selector: String::new(),
            lying: Lying::Take,
        }
    }
}

/// A mailbox with what is seen of it. Its secrets are read apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Id.
    pub id: MailboxId,
    /// What is set.
    pub card: MailboxCard,
    /// Whether a password or a sign-in is there.
    pub has_secret: bool,
    /// Since when it fetches and sends nothing.
    pub disabled_at: Option<Timestamp>,
    /// When all its folders were last read to the end.
    pub fetched_at: Option<Timestamp>,
    /// When its newest mail was taken.
    pub newest_mail_at: Option<Timestamp>,
    /// Since when its server can't be reached or refuses.
    pub failing_since_at: Option<Timestamp>,
    /// What went wrong, in plain words.
    pub failure: Option<String>,
    /// When somebody has to sign in again.
    pub needs_sign_in_at: Option<Timestamp>,
    /// Refusals of the sign-in in a row; above [`AUTH_FAILURES_MAX`] nothing is tried any more.
    pub auth_failures: i64,
    /// How sending is.
    pub sending: SendingState,
    /// When it was changed; what runs on an older one begins anew.
    pub updated_at: Timestamp,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// How it is with handing letters over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingState {
    /// Since when no letter could be handed over.
    pub failing_since_at: Option<Timestamp>,
    /// What went wrong, in plain words.
    pub failure: Option<String>,
    /// Refusals of the sign-in in a row; from [`AUTH_FAILURES_MAX`] on nothing is tried any more.
    pub auth_failures: i64,
}

impl SendingState {
    /// Whether nothing is tried any more until somebody changes something.
    pub fn is_given_up(&self) -> bool {
        self.auth_failures >= AUTH_FAILURES_MAX
    }
}

impl Mailbox {
    /// The folders that are watched, the first with the ear of the server (IDLE).
    pub fn folders(&self) -> Vec<String> {
        folders(&self.card.folders)
    }

    /// Whether each folder that is watched was compared with the ledger; until then nobody knows what stands there.
    pub fn is_compared(&self, folders: &[FolderState]) -> bool {
        let is_compared = |name: &String| {
            let own = folders.iter().find(|folder| folder.mailbox == self.id && folder.name == *name);
            own.is_some_and(|folder| folder.reconciled_at.is_some())
        };
        self.folders().iter().all(is_compared)
    }

    /// Its address; nothing for one that was never checked.
    pub fn address(&self) -> Option<EmailAddress> {
        EmailAddress::parse(&self.card.address)
    }

    /// Whether its letters are samples: nobody signed it in, and its server has a name of those that can't exist (RFC 2606).
    pub fn is_sample(&self) -> bool {
        !self.has_secret && self.card.imap.host.ends_with(".example")
    }

    /// Whether somebody has to sign in again, or soon will: what the page, the health, the badge and the admins are told by.
    pub fn sign_in_ends_soon(&self, now: Timestamp) -> bool {
        let ahead_ms = Registration::of(&self.card).ahead_ms(self.card.auth);
        self.needs_sign_in_at.is_some_and(|at| at.since_ms(now) <= ahead_ms)
    }

    /// Whether it is tried at all.
    pub fn is_tried(&self) -> bool {
        self.disabled_at.is_none() && self.has_secret && self.auth_failures < AUTH_FAILURES_MAX
    }
}

/// The names that stand in it, one to a line, each once.
pub(super) fn folders(text: &str) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !folders.iter().any(|known| known == line) {
            folders.push(line.to_owned());
        }
    }
    folders
}

impl MailboxCard {
    /// Whether it leads to another server or account than the card before: what was typed or given for the one is not sent to
    /// the other.
    pub(super) fn leads_elsewhere(&self, before: &Self) -> bool {
        let is_other = |own: &Endpoint, known: &Endpoint| !own.host.is_empty() && own.host != known.host;
        is_other(&self.imap, &before.imap)
            || is_other(&self.smtp, &before.smtp)
            || self.login != before.login
            || self.gets_tokens_elsewhere(before)
    }

    /// Whether its mails lie in the same account of the same server as those of another card: only then do their numbers mean
    /// the same mails.
    pub(super) fn is_same_account(&self, other: &Self) -> bool {
        (&self.imap.host, &self.login) == (&other.imap.host, &other.login)
    }

    /// Whether it gets its tokens from somebody else than the card before.
    pub(super) fn gets_tokens_elsewhere(&self, before: &Self) -> bool {
        self.auth != before.auth || Registration::of(self).token_url != Registration::of(before).token_url
    }

    /// The same with everything trimmed.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem.
    pub(super) fn check(&self) -> Result<Self> {
        let line = |text: &str, most| clean_line(text, most);
        let mut card = Self {
            name: line(&self.name, 60),
            address: self.address.trim().to_lowercase(),
            login: line(&self.login, 200),
            taken_folder: line(&self.taken_folder, 200),
            authserv_id: line(&self.authserv_id, 200).to_lowercase(),
            dkim_domain: line(&self.dkim_domain, 200).to_lowercase(),
            dkim_selector: line(&self.dkim_selector, 60),
            folders: folders(&self.folders).join("\n"),
            ..self.clone()
        };
        if card.folders.is_empty() {
            card.folders = "INBOX".into();
        }
        if card.login.is_empty() {
            card.login.clone_from(&card.address);
        }
        let mut problems = Vec::new();
        let mut wrong = |is: bool, field: &'static str, message: Message| {
            if is {
                problems.push(Problem::new(field, message));
            }
        };
        wrong(card.name.is_empty(), "name", "error-required".into());
        wrong(
            EmailAddress::parse(&card.address).is_none(),
            "address",
            Message::new("error-address").with("text", card.address.clone()),
        );
        for (field, host, port, endpoint) in
            [("imap_host", true, "imap_port", &mut card.imap), ("smtp_host", false, "smtp_port", &mut card.smtp)]
        {
            endpoint.host = endpoint.host.trim().to_lowercase();
            endpoint.pin = endpoint.pin.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
            wrong(host && endpoint.host.is_empty(), field, "error-required".into());
            wrong(!is_host(&endpoint.host), field, "error-host".into());
            wrong(!(1..=65_535).contains(&endpoint.port), port, "error-port".into());
            wrong(!matches!(endpoint.pin.len(), 0 | 64), field, "error-pin".into());
        }
        let many = Message::new("error-too-many").with("max", FOLDERS_MAX);
        wrong(folders(&card.folders).len() > FOLDERS_MAX, "folders", many);
        let moves = card.after_taking == AfterTaking::Move;
        wrong(moves && card.taken_folder.is_empty(), "taken_folder", "error-required".into());
        let into_itself = folders(&card.folders).contains(&card.taken_folder);
        wrong(moves && into_itself, "taken_folder", "error-folder-watched".into());
        wrong(!(65_536..=64 << 20).contains(&card.size_bytes_max), "size_mib_max", "error-size".into());
        wrong(
            !(0..=3_650).contains(&card.reopen_days),
            "reopen_days",
            Message::new("error-number-range").with("least", 0).with("most", 3_650),
        );
        wrong(card.dkim_domain.is_empty() != card.dkim_selector.is_empty(), "dkim_selector", "error-dkim".into());
        Registration::problems(&card, &mut problems);
        if problems.is_empty() { Ok(card) } else { Err(Error::Invalid(problems)) }
    }
}

/// Whether something can be the name or the address of a server.
fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> MailboxCard {
        let mut card =
            MailboxCard { name: " Support ".into(), address: "Help@Example.org".into(), ..Default::default() };
        card.imap.host = "IMAP.example.org".into();
        card
    }

    #[test]
    fn a_card_is_tidied_and_every_problem_is_told_at_once() {
        let checked = card().check().unwrap();
        assert_eq!((checked.name.as_str(), checked.address.as_str()), ("Support", "help@example.org"));
        assert_eq!((checked.login.as_str(), checked.imap.host.as_str()), ("help@example.org", "imap.example.org"));
        let mut bad = MailboxCard { address: "nobody".into(), folders: "INBOX\nDone\nINBOX".into(), ..card() };
        bad.after_taking = AfterTaking::Move;
        bad.taken_folder = "Done".into();
        bad.imap.port = 0;
        bad.imap.pin = "abc".into();
        bad.smtp.host = "mail server".into();
        let Err(Error::Invalid(problems)) = bad.check() else { panic!("this is no mailbox") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["address", "imap_port", "imap_host", "smtp_host", "taken_folder"]);
    }
}
