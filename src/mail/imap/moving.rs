//! What is done with mails that were taken, and putting mails into a folder.

use super::dialogue::Step;
use super::folder::argument;
use super::framing::Budget;
use super::uids::sets;
use super::{Error, Result, Session};

/// What became of mails that were to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// They are in the other folder.
    Moved,
    /// The server can't move without touching what isn't ours: they stayed and are marked as seen.
    OnlySeen,
}

impl Session {
    /// Marks mails as seen. Those that aren't there any more are passed over.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn mark_seen(&mut self, uids: &[u32]) -> Result<()> {
        self.each("UID STORE", uids, "+FLAGS.SILENT (\\Seen)").await
    }

    /// Moves mails to another folder: by MOVE (RFC 6851), or else by copying them and removing exactly these (RFC 4315). A server
    /// that can do neither would throw away whatever is marked for it, by whomever, so there they stay.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such folder ([`Session::create`] makes one); [`Error::Lost`]. Trying again is
    /// harmless: at worst a copy is there twice.
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<Moved> {
        let folder = argument(folder)?;
        if self.can("MOVE") {
            self.each("UID MOVE", uids, &folder).await?;
        } else if self.can("UIDPLUS") {
            self.each("UID COPY", uids, &folder).await?;
            self.each("UID STORE", uids, "+FLAGS.SILENT (\\Deleted)").await?;
            for set in sets(uids) {
                self.dialogue.plain(&format!("UID EXPUNGE {set}")).await?;
            }
        } else {
            self.mark_seen(uids).await?;
            return Ok(Moved::OnlySeen);
        }
        Ok(Moved::Moved)
    }

    async fn each(&mut self, command: &str, uids: &[u32], rest: &str) -> Result<()> {
        for set in sets(uids) {
            self.dialogue.plain(&format!("{command} {set} {rest}")).await?;
        }
        Ok(())
    }

    /// Puts a mail into a folder, marked as seen or not.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such folder or no room; [`Error::Lost`]: then it may be there or not.
    pub async fn append(&mut self, folder: &str, mail: &[u8], seen: bool) -> Result<()> {
        let flags = if seen { " (\\Seen)" } else { "" };
        let command = format!("APPEND {}{flags} {{{}}}", argument(folder)?, mail.len());
        let budget = Budget { response: self.dialogue.patience.mail, go_ons: 1, ..self.dialogue.small() };
        let tag = self.dialogue.begin(&command, budget).await?;
        if let Step::Ended(ended) = self.dialogue.next(&tag, &mut |_| {}).await? {
            ended.well()?;
            return Err(Error::lost("the server took a mail before it was sent"));
        }
        self.dialogue.literal(mail).await?;
        match self.dialogue.next(&tag, &mut |_| {}).await? {
            Step::Ended(ended) => ended.well().map(|_| ()),
            Step::GoOn => Err(Error::lost("the server waits for a second mail")),
        }
    }
}
