//! Archives of mails in files: mbox (RFC 4155), Maildir, and `.eml` files in folders.
//!
//! An archive is listed first, the oldest mail before the newer ones, so that answers come after what they answer; then each
//! mail is read by itself. The list holds a place and a date for each mail; no more than one mail is in memory.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::incoming::date;
use crate::base::Timestamp;

/// Octets of a line that are looked at; longer lines are read through.
const LINE_BYTES_MAX: usize = 1_024;

/// Octets of a mail in which its date is looked for.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// Folders within folders that are followed.
const DEPTH_MAX: usize = 32;

/// What kind of archive it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file; each mail begins with a line that begins with `From `.
    Mbox,
    /// A folder with `cur` and `new`, a file for each mail.
    Maildir,
    /// A `.eml` file, or a folder of them.
    Eml,
}

/// Where a mail stands.
#[derive(Debug, Clone)]
enum At {
    Within { offset: u64, octets: u64 },
    File(PathBuf),
}

/// A mail of an archive.
#[derive(Debug, Clone)]
pub struct Place {
    at: At,
    number: usize,
    date: Option<Timestamp>,
}

impl Place {
    /// What people find it by: the number in its file, counted from 1, or the name of its own.
    pub fn name(&self) -> String {
        match &self.at {
            At::Within { .. } => format!("mail {}", self.number),
            At::File(path) => path.display().to_string(),
        }
    }
}

/// A mail that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The octets, or the first of them.
    pub octets: Vec<u8>,
    /// Octets of the whole mail, when it was too large to be read whole.
    pub whole_bytes: Option<u64>,
}

/// An archive that was listed.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    /// Its mails, the oldest first; one without a date comes after the one that it stood after.
    pub mails: Vec<Place>,
    /// What is in it and is no mail to take, with the reason.
    pub left_out: Vec<(String, &'static str)>,
}

impl Archive {
    /// Lists an archive.
    ///
    /// # Errors
    /// It can't be read, or is not of this kind.
    pub fn list(kind: Kind, path: &Path) -> io::Result<Self> {
        let mut archive = Self { path: path.to_owned(), mails: Vec::new(), left_out: Vec::new() };
        match kind {
            Kind::Mbox => archive.list_mbox()?,
            Kind::Maildir => archive.list_maildir()?,
            Kind::Eml if path.is_dir() => archive.list_eml(path, 0)?,
            Kind::Eml => archive.add_file(path.to_owned())?,
        }
        let mut last = None;
        for mail in &mut archive.mails {
            mail.date = mail.date.or(last);
            last = mail.date;
        }
        archive.mails.sort_by_key(|mail| mail.date);
        Ok(archive)
    }

    /// Reads a mail; one of more than `bytes_max` octets has only the first `head_bytes` of them.
    ///
    /// # Errors
    /// It can't be read any more.
    pub fn read(&self, place: &Place, bytes_max: u64, head_bytes: u64) -> io::Result<Piece> {
        let (mut file, octets) = match &place.at {
            At::Within { offset, octets } => {
                let mut file = File::open(&self.path)?;
                file.seek(SeekFrom::Start(*offset))?;
                (file, *octets)
            }
            At::File(path) => {
                let file = File::open(path)?;
                let octets = file.metadata()?.len();
                (file, octets)
            }
        };
        let is_large = octets > bytes_max;
        let mut raw = Vec::new();
        Read::by_ref(&mut file).take(if is_large { head_bytes } else { octets }).read_to_end(&mut raw)?;
        let raw = if matches!(place.at, At::Within { .. }) { unquoted(&raw) } else { raw };
        Ok(Piece { octets: raw, whole_bytes: is_large.then_some(octets) })
    }

    fn list_mbox(&mut self) -> io::Result<()> {
        let mut lines = Lines::of(BufReader::with_capacity(1 << 16, File::open(&self.path)?));
        let (mut begin, mut blank_before, mut in_head, mut date) = (None, None, false, None);
        let mut end = 0;
        while let Some((at, line, octets)) = lines.next()? {
            end = at + octets;
            // A blank line stands before each mail but the first; without it, "From " is a word of somebody's text.
            if (at == 0 || blank_before.is_some()) && is_from_line(line) {
                if let Some(from) = begin {
                    self.add_within(from, blank_before.unwrap_or(at), date.take());
                }
                (begin, in_head, date) = (Some(at + octets), true, None);
            } else if at == 0 {
                let text = "this is no mbox file: its first line does not begin with \"From \" and a date";
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            } else if in_head {
                in_head = !is_blank(line);
                date = date.or_else(|| date_of(line));
            }
            blank_before = is_blank(line).then_some(at);
        }
        if let Some(from) = begin {
            // The blank line that ends the last mail is not its own either.
            self.add_within(from, blank_before.unwrap_or(end), date);
        }
        Ok(())
    }

    fn add_within(&mut self, from: u64, to: u64, date: Option<Timestamp>) {
        let at = At::Within { offset: from, octets: to.saturating_sub(from) };
        self.mails.push(Place { at, number: self.mails.len() + 1, date });
    }

    fn list_maildir(&mut self) -> io::Result<()> {
        let folders: Vec<PathBuf> = ["cur", "new"].map(|name| self.path.join(name)).into();
        if !folders.iter().any(|folder| folder.is_dir()) {
            let text = "this is no Maildir: it has neither a folder cur nor a folder new";
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        for path in sorted(&self.path)?.into_iter().filter(|path| path.join("cur").is_dir()) {
            self.left_out.push((path.display().to_string(), "a folder of its own; import it by itself"));
        }
        for path in folders
            .iter()
            .filter(|folder| folder.is_dir())
            .map(|folder| sorted(folder))
            .collect::<io::Result<Vec<_>>>()?
            .concat()
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let flags = name.rsplit_once(":2,").map_or("", |(_, flags)| flags);
            match () {
                () if name.starts_with('.') => {}
                () if flags.contains('T') => self.left_out.push((path.display().to_string(), "it is in the trash")),
                () if flags.contains('D') => self.left_out.push((path.display().to_string(), "it is a draft")),
                () => self.add_file(path)?,
            }
        }
        Ok(())
    }

    fn list_eml(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for path in sorted(folder)? {
            // A link could lead back to where it stands.
            let kind = fs::symlink_metadata(&path)?.file_type();
            let is_mail = path.extension().and_then(OsStr::to_str).is_some_and(|end| end.eq_ignore_ascii_case("eml"));
            match () {
                () if kind.is_dir() && depth < DEPTH_MAX => self.list_eml(&path, depth + 1)?,
                () if kind.is_file() && is_mail => self.add_file(path)?,
                () if kind.is_symlink() => {
                    self.left_out.push((path.display().to_string(), "a link; links are not followed"))
                }
                () => self.left_out.push((path.display().to_string(), "no .eml file")),
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: PathBuf) -> io::Result<()> {
        let mut lines = Lines::of(BufReader::new(File::open(&path)?.take(HEAD_BYTES_MAX as u64)));
        let mut date = None;
        while let Some((_, line, _)) = lines.next()? {
            date = date.or_else(|| date_of(line));
            if date.is_some() || is_blank(line) {
                break;
            }
        }
        self.mails.push(Place { at: At::File(path), number: self.mails.len() + 1, date });
        Ok(())
    }
}

/// What is in a folder, by name.
fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

/// Lines of a file, of which the first [`LINE_BYTES_MAX`] octets are kept.
struct Lines<R> {
    reader: R,
    at: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn of(reader: R) -> Self {
        Self { reader, at: 0, line: Vec::new() }
    }

    /// Where the next line begins, its first octets, and how many it has with its end.
    fn next(&mut self) -> io::Result<Option<(u64, &[u8], u64)>> {
        self.line.clear();
        let begin = self.at;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', chunk);
            let taken = end.map_or(chunk.len(), |at| at + 1);
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
            self.line.extend_from_slice(chunk.get(..taken.min(room)).unwrap_or_default());
            self.reader.consume(taken);
            self.at += taken as u64;
            if end.is_some() {
                break;
            }
        }
        Ok((self.at > begin).then_some((begin, self.line.as_slice(), self.at - begin)))
    }
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// Whether a line begins a mail: `From somebody Thu Nov 19 10:00:00 2026`. A text may begin a line with "From " as well, and
/// not every program quotes that; a time and a year are what no sentence has by chance.
fn is_from_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = String::from_utf8_lossy(rest);
    let is_number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let is_time = |word: &str| {
        let parts: Vec<&str> = word.split(':').collect();
        matches!(parts.len(), 2 | 3) && parts.iter().all(|part| part.len() <= 2 && !part.is_empty() && is_number(part))
    };
    let is_year = |word: &str| word.len() == 4 && is_number(word) && matches!(word.get(..2), Some("19" | "20"));
    rest.split_whitespace().any(is_time) && rest.split_whitespace().any(is_year)
}

fn date_of(line: &[u8]) -> Option<Timestamp> {
    let (name, value) = line.split_at_checked(5)?;
    if !name.eq_ignore_ascii_case(b"date:") {
        return None;
    }
    date::read(String::from_utf8_lossy(value).trim())
}

/// The mail as it was before it was put into an mbox: one `>` less before each quoted "From " (mboxrd).
fn unquoted(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|octet| *octet == b'\n') {
        let marks = line.iter().take_while(|octet| **octet == b'>').count();
        let is_quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
        plain.extend_from_slice(line.get(usize::from(is_quoted)..).unwrap_or_default());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> (tempfile::TempDir, io::Result<Archive>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mails.mbox");
        fs::write(&path, text).unwrap();
        let archive = Archive::list(Kind::Mbox, &path);
        (folder, archive)
    }

    fn texts(archive: &Archive) -> Vec<String> {
        let read = |place| archive.read(place, 1 << 20, 16).unwrap().octets;
        archive.mails.iter().map(|place| String::from_utf8(read(place)).unwrap()).collect()
    }

    #[test]
    fn an_mbox_is_cut_at_its_from_lines_and_nowhere_else() {
        for end in ["\n", "\r\n"] {
            let text = "From a@b Thu Nov 19 10:00:00 2026\nSubject: one\n\nHello\n\nFrom here on it drips.\n>From now on too.\n>>From x\n\n\
                From - Fri Nov 20 10:00:00 2026\nSubject: two\n\nFrom a@b Thu Nov 19 10:00:00 2026\nend"
                .replace('\n', end);
            let (_folder, archive) = listed(&text);
            let one = "Subject: one\n\nHello\n\nFrom here on it drips.\nFrom now on too.\n>From x\n".replace('\n', end);
            let mails = texts(&archive.unwrap());
            assert_eq!(mails.len(), 3, "the second has no text");
            assert_eq!(mails[0], one);
        }
    }

    #[test]
    fn mails_come_in_the_order_of_their_dates() {
        let (_folder, archive) = listed(
            "From - Fri Nov 20 10:00:00 2026\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nlate\n\n\
             From - Fri Nov 20 10:00:00 2026\nSubject: undated\n\nafter late\n\n\
             From - Fri Nov 20 10:00:00 2026\ndate: Thu, 19 Nov 2026 10:00:00 +0000\n\nearly\n",
        );
        let archive = archive.unwrap();
        let names: Vec<String> = archive.mails.iter().map(Place::name).collect();
        assert_eq!(names, ["mail 3", "mail 1", "mail 2"]);
        let large = archive.read(&archive.mails[0], 10, 5).unwrap();
        assert_eq!((large.octets, large.whole_bytes), (b"date:".to_vec(), Some(45)));
    }

    #[test]
    fn what_is_no_mbox_is_not_read_as_one() {
        let (_folder, archive) = listed("Subject: a mail\n\nand no archive\n");
        assert!(archive.unwrap_err().to_string().contains("no mbox"));
        let (_folder, archive) = listed("");
        assert!(archive.unwrap().mails.is_empty());
    }
}
