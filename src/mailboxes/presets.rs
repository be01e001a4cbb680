//! Where the mail of well-known providers is, so that an address and a password are all that somebody has to type.

use super::mailbox::{Auth, Endpoint, MailboxCard, Security};
use crate::base::words;

words! {
    /// A provider, or one's own server.
    pub enum Preset {
        /// Microsoft 365 and Outlook.com.
        Microsoft = "microsoft",
        /// Google, by its own sign-in.
        Google = "google",
        /// Gmail with an app password.
        Gmail = "gmail",
        /// IONOS.
        Ionos = "ionos",
        /// Strato.
        Strato = "strato",
        /// mailbox.org.
        MailboxOrg = "mailbox-org",
        /// Fastmail.
        Fastmail = "fastmail",
        /// Yahoo.
        Yahoo = "yahoo",
        /// AOL.
        Aol = "aol",
        /// Apple.
        Icloud = "icloud",
        /// GMX.
        Gmx = "gmx",
        /// WEB.DE.
        WebDe = "web-de",
        /// A server of one's own; its names are guessed from the address.
        Own = "own",
    }
}

const TLS: Security = Security::Tls;
const START: Security = Security::StartTls;

/// Whose domains are known: what stands behind the @ says whose mail it is.
const DOMAINS: [(&str, Preset); 28] = [
    ("outlook.com", Preset::Microsoft),
    ("outlook.de", Preset::Microsoft),
    ("hotmail.com", Preset::Microsoft),
    ("hotmail.de", Preset::Microsoft),
    ("live.com", Preset::Microsoft),
    ("live.de", Preset::Microsoft),
    ("msn.com", Preset::Microsoft),
    ("gmail.com", Preset::Gmail),
    ("googlemail.com", Preset::Gmail),
    ("online.de", Preset::Ionos),
    ("onlinehome.de", Preset::Ionos),
    ("mailbox.org", Preset::MailboxOrg),
    ("fastmail.com", Preset::Fastmail),
    ("fastmail.fm", Preset::Fastmail),
    ("yahoo.com", Preset::Yahoo),
    ("yahoo.de", Preset::Yahoo),
    ("yahoo.co.uk", Preset::Yahoo),
    ("ymail.com", Preset::Yahoo),
    ("aol.com", Preset::Aol),
    ("aol.de", Preset::Aol),
    ("icloud.com", Preset::Icloud),
    ("me.com", Preset::Icloud),
    ("mac.com", Preset::Icloud),
    ("gmx.de", Preset::Gmx),
    ("gmx.net", Preset::Gmx),
    ("gmx.at", Preset::Gmx),
    ("gmx.ch", Preset::Gmx),
    ("web.de", Preset::WebDe),
];

impl Preset {
    /// Whose mail an address is, as far as its domain tells.
    pub fn of_address(address: &str) -> Self {
        let domain = domain(address);
        DOMAINS.iter().find(|(known, _)| *known == domain).map_or(Self::Own, |(_, preset)| *preset)
    }

    /// Host, port and security for letters that come, and for those that go.
    fn servers(self) -> Option<[(&'static str, i64, Security); 2]> {
        Some(match self {
            Self::Microsoft => [("outlook.office365.com", 993, TLS), ("smtp.office365.com", 587, START)],
            Self::Google | Self::Gmail => [("imap.gmail.com", 993, TLS), ("smtp.gmail.com", 465, TLS)],
            Self::Ionos => [("imap.ionos.de", 993, TLS), ("smtp.ionos.de", 465, TLS)],
            Self::Strato => [("imap.strato.de", 993, TLS), ("smtp.strato.de", 465, TLS)],
            Self::MailboxOrg => [("imap.mailbox.org", 993, TLS), ("smtp.mailbox.org", 465, TLS)],
            Self::Fastmail => [("imap.fastmail.com", 993, TLS), ("smtp.fastmail.com", 465, TLS)],
            Self::Yahoo => [("imap.mail.yahoo.com", 993, TLS), ("smtp.mail.yahoo.com", 465, TLS)],
            Self::Aol => [("imap.aol.com", 993, TLS), ("smtp.aol.com", 465, TLS)],
            Self::Icloud => [("imap.mail.me.com", 993, TLS), ("smtp.mail.me.com", 587, START)],
            Self::Gmx => [("imap.gmx.net", 993, TLS), ("mail.gmx.net", 465, TLS)],
            Self::WebDe => [("imap.web.de", 993, TLS), ("smtp.web.de", 587, START)],
            Self::Own => return None,
        })
    }

    /// How one signs in there.
    pub fn auth(self) -> Auth {
        match self {
            Self::Microsoft => Auth::Microsoft,
            Self::Google => Auth::Google,
            _ => Auth::Password,
        }
    }

    /// The name under which it says what it found out about senders (RFC 8601 section 2.5), where it always has the same
    /// and says so. Microsoft leaves the name out; others have one for each of their servers.
    fn authserv_id(self) -> &'static str {
        match self {
            Self::Google | Self::Gmail => "mx.google.com",
            _ => "",
        }
    }

    /// Where the mail of an address is, as far as can be told. Its servers are guessed for [`Preset::Own`].
    pub fn fill(self, card: &mut MailboxCard) {
        let endpoint = |host: String, port, security| Endpoint { host, port, security, pin: String::new() };
        let [imap, smtp] = match self.servers() {
            Some(servers) => servers.map(|(host, port, security)| endpoint(host.to_owned(), port, security)),
            None => {
                let domain = domain(&card.address);
                let named = |part: &str| if domain.is_empty() { String::new() } else { format!("{part}.{domain}") };
                [endpoint(named("imap"), 993, TLS), endpoint(named("smtp"), 465, TLS)]
            }
        };
        (card.imap, card.smtp, card.auth) = (imap, smtp, self.auth());
        self.authserv_id().clone_into(&mut card.authserv_id);
    }

    /// What the provider of a server for letters that come calls itself when it tells of senders; empty where that is not
    /// known.
    pub(super) fn authserv_id_at(imap_host: &str) -> &'static str {
        let here =
            |preset: &&Self| preset.servers().is_some_and(|[imap, _]| imap.0.eq_ignore_ascii_case(imap_host.trim()));
        Self::ALL.iter().find(here).map_or("", |preset| preset.authserv_id())
    }
}

fn domain(address: &str) -> String {
    address.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase()).unwrap_or_default()
}

/// Other names that the servers of one's own domain often have, when the first guess is wrong.
pub fn other_guesses(host: &str) -> Vec<String> {
    let Some((_, domain)) = host.split_once('.') else { return Vec::new() };
    ["mail", "imap", "smtp"].iter().map(|part| format!("{part}.{domain}")).filter(|guess| guess != host).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_whose_mail_it_is_and_where() {
        let filled = |address: &str| {
            let mut card = MailboxCard { address: address.into(), ..MailboxCard::default() };
            Preset::of_address(address).fill(&mut card);
            (card.imap.host, card.smtp.host, card.auth)
        };
        assert_eq!(filled("a@GMX.de"), ("imap.gmx.net".into(), "mail.gmx.net".into(), Auth::Password));
        assert_eq!(filled("a@outlook.com").2, Auth::Microsoft);
        assert_eq!(filled("a@Example.org"), ("imap.example.org".into(), "smtp.example.org".into(), Auth::Password));
        assert_eq!(filled("nobody"), (String::new(), String::new(), Auth::Password));
        let mut card = MailboxCard { address: "a@gmail.com".into(), ..MailboxCard::default() };
        Preset::of_address(&card.address).fill(&mut card);
        assert_eq!(
            (card.authserv_id.as_str(), Preset::authserv_id_at(" IMAP.gmail.com")),
            ("mx.google.com", "mx.google.com")
        );
        assert!(
            ["imap.example.org", "", "outlook.office365.com"]
                .iter()
                .all(|host| Preset::authserv_id_at(host).is_empty())
        );
        assert_eq!(other_guesses("imap.example.org"), ["mail.example.org", "smtp.example.org"]);
    }

    #[test]
    fn every_provider_has_servers_that_a_card_takes() {
        for preset in Preset::ALL.iter().filter(|preset| **preset != Preset::Own) {
            let mut card = MailboxCard { name: "x".into(), address: "a@example.org".into(), ..MailboxCard::default() };
            preset.fill(&mut card);
            card.oauth = r#"{"client_id":"id","tenant":"example.org"}"#.into();
            assert!(card.check().is_ok(), "{preset:?}");
        }
    }
}
