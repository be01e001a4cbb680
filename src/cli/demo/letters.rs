//! The demo's post: a mailbox that no server knows, and mails laid in as if they had been fetched.

use crate::app::App;
use crate::base::Result;
use crate::base::id::TicketId;
use crate::events::Actor;
use crate::mailboxes::{self, MailTextCard, MailboxCard, Raw, TextKind};

/// The address of the mailbox. Nothing is ever sent: it has no secret, and the domain can't exist.
const ADDRESS: &str = "help@stadtwerke.example";

/// A picture of a meter, as far as a few grey stripes are one.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAGAAAABACAAAAADAXy3SAAAAb0lEQVR42u3NMQqAQAxE0T2OJ7a0\
    tLS0tLT0TGIgLKkWCQFH/u8GBl6bi2sAAALAUhwAgAKwFgfwLWB6CiOxfwRsPTuEkdgeAIACsPfs\
    EEZiewAACsDRs0MYie0BvAJKAhgDZ3EAAArAVRwAgABwAwMb5FnFfalNAAAAAElFTkSuQmCC";

const METER: &str = "From: Erika Mustermann <erika@baeckerei.example>\r
To: Stadtwerke <help@stadtwerke.example>\r
Cc: Max Mustermann <max@baeckerei.example>\r
Subject: Water meter shows an error\r
Message-ID: <meter.1@baeckerei.example>\r
Date: Fri, 20 Nov 2026 06:12:00 +0100\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=\"part\"\r
\r
--part\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Good morning,\r
\r
since tonight the water meter in the bakery blinks and shows E7. The water still runs.\r
A picture is attached. Can somebody come before Monday?\r
\r
-- \r
Erika Mustermann\r
Bäckerei Mustermann, 030 23125 001\r
--part\r
Content-Type: image/png; name=\"meter.png\"\r
Content-Disposition: attachment; filename=\"meter.png\"\r
Content-Transfer-Encoding: base64\r
\r
{picture}\r
--part--\r
";

const FOLLOW_UP: &str = "Authentication-Results: mx.stadtwerke.example; dmarc=pass header.from=baeckerei.example\r
From: Erika Mustermann <erika@baeckerei.example>\r
To: Stadtwerke <help@stadtwerke.example>\r
Subject: Re: Water meter shows an error\r
Message-ID: <meter.2@baeckerei.example>\r
In-Reply-To: <meter.1@baeckerei.example>\r
References: <meter.1@baeckerei.example>\r
Date: Fri, 20 Nov 2026 09:40:00 +0100\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
> since tonight the water meter in the bakery blinks and shows E7.\r
\r
It stopped blinking at eight, but the E7 is still there.\r
\r
> Can somebody come before Monday?\r
\r
Saturday until noon is fine too.\r
\r
Erika\r
";

const AWAY: &str = "From: Max Mustermann <max@baeckerei.example>\r
To: Stadtwerke <help@stadtwerke.example>\r
Subject: Out of office: Water meter shows an error\r
Message-ID: <away.1@baeckerei.example>\r
In-Reply-To: <meter.1@baeckerei.example>\r
References: <meter.1@baeckerei.example>\r
Auto-Submitted: auto-replied\r
Date: Fri, 20 Nov 2026 09:41:00 +0100\r
Content-Type: text/plain; charset=utf-8\r
\r
I am away until the 30th. In the shop, ask for Erika.\r
";

const BOUNCE: &str = "From: MAILER-DAEMON@mx.baeckerei.example\r
To: help@stadtwerke.example\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <bounce.1@mx.baeckerei.example>\r
Date: Fri, 20 Nov 2026 09:42:00 +0100\r
MIME-Version: 1.0\r
Auto-Submitted: auto-replied\r
Content-Type: multipart/report; report-type=delivery-status; boundary=\"part\"\r
\r
--part\r
Content-Type: text/plain\r
\r
Your message could not be delivered.\r
--part\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.baeckerei.example\r
\r
Final-Recipient: rfc822; old@baeckerei.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 No such user\r
--part\r
Content-Type: text/rfc822-headers\r
\r
From: Stadtwerke <help@stadtwerke.example>\r
To: old@baeckerei.example\r
Subject: Re: Water meter shows an error\r
Message-ID: {ours}\r
--part--\r
";

const NEWSLETTER: &str = "From: Pump World <news@pumps.example>\r
To: help@stadtwerke.example\r
Subject: Pump World in November\r
Message-ID: <news.11@pumps.example>\r
List-Id: <news.pumps.example>\r
List-Unsubscribe: <https://pumps.example/off>\r
Precedence: bulk\r
Date: Fri, 20 Nov 2026 10:00:00 +0100\r
Content-Type: text/html; charset=utf-8\r
\r
<html><body><h1>Pump World</h1><img src=\"https://pumps.example/open.gif?you\" width=\"1\" height=\"1\">\r
<p>Three <b>new pumps</b> for wells down to 90 m.</p>\r
<table border=\"1\"><tr><th>Type</th><th>Depth</th></tr><tr><td>P30</td><td>30 m</td></tr><tr><td>P90</td><td>90 m</td></tr></table>\r
<p><a href=\"https://pumps.example/p90\">Read on</a></p><script>alert(1)</script></body></html>\r
";

/// What no reader can make sense of: it is set aside, with the reason.
const UNREADABLE: &str = "\r\n";

/// Lays the letters in.
pub(super) async fn fill(app: &App) -> Result<()> {
    let mailbox = app.books.write(Actor::Console, |act| {
        let mut card = MailboxCard { name: "Stadtwerke".into(), address: ADDRESS.into(), ..MailboxCard::default() };
        card.team = crate::accounts::active_teams(act.db)?.into_iter().find(|team| team.name == "Water").map(|t| t.id);
        card.imap.host = "imap.stadtwerke.example".into();
        card.smtp.host = "smtp.stadtwerke.example".into();
        card.authserv_id = "mx.stadtwerke.example".into();
        card.acknowledges = false;
        let id = mailboxes::add_mailbox(act, &card)?;
        for (kind, name, body) in [
            (TextKind::Signature, "Signature", "{{agent.name}}\n{{desk.name}}\n{{team.name}}"),
            (
                TextKind::Template,
                "Somebody comes",
                "Hello {{person.name}},\n\nsomebody comes **tomorrow** between 8 and 12.",
            ),
        ] {
            let card = MailTextCard { kind, name: name.into(), team: None, language: None, body: body.into() };
            mailboxes::keep_text(act, None, &card)?;
        }
        mailboxes::mailbox_by_id(act.db, id)
    });
    let mailbox = mailbox.await?;
    let first = METER.replace("{picture}", PICTURE);
    let raw = |uid, text: &str| Raw { uid, octets: text.as_bytes().to_vec(), whole_bytes: None };
    let mails = vec![raw(1, &first), raw(2, FOLLOW_UP), raw(3, AWAY), raw(4, NEWSLETTER), raw(5, UNREADABLE)];
    app.room.take_all(&mailbox, "INBOX", 1, mails).await?;
    let ours = answer(app, &mailbox).await?;
    app.room.take_all(&mailbox, "INBOX", 1, vec![raw(6, &BOUNCE.replace("{ours}", &ours))]).await
}

/// An answer of the desk that comes back. Gives its Message-ID.
async fn answer(app: &App, mailbox: &mailboxes::Mailbox) -> Result<String> {
    let (post, mailbox) = (app.room.post.clone(), mailbox.clone());
    let demo = app.books.read(|db| crate::accounts::agent_by_login(db, "demo")).await?.id;
    app.books
        .write(Actor::Agent(demo), move |act| {
            let ticket: Option<TicketId> = mailboxes::find_inbound(act.db, "meter.1@baeckerei.example", 5)?
                .into_iter()
                .find_map(|mail| mail.ticket);
            let ticket = crate::tickets::by_id(act.db, ticket.ok_or(crate::base::Error::Missing)?)?;
            let text = "Good morning,\n\n**E7** is an empty battery. Somebody comes on Saturday at 9.";
            let mut answer = mailboxes::to_customer(act.db, &ticket, text)?;
            answer.cc = mailboxes::read_people("old@baeckerei.example");
            answer.hold_ms = 60_000;
            let written = mailboxes::answer(act, &post, &mailbox, &ticket, demo, &answer)?;
            Ok(mailboxes::outbound_by_id(act.db, written.mail)?.message_id)
        })
        .await
}
