//! The call log, on a page and as a file.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::LineId;
use crate::base::{Cursor, Page, Result, Timestamp};
use crate::calls::log::{Ended, LATELY_MS};
use crate::calls::{LineTable, Lines, LogFilter, Logged, Reader, Search, logged, search_log, views};
use crate::db::Db;
use crate::events::Books;
use crate::tickets::CallOutcome;
use crate::web::{Live, csv};

/// Rows of a page.
const ROWS: usize = 50;

/// Rows of a file.
const FILE_ROWS: usize = 5_000;

/// The log's address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// A name, a number, or part of one.
    pub q: String,
    /// A line's id.
    pub line: String,
    /// `answered`, `missed`, or a [`CallOutcome`].
    pub outcome: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// `1` for those that the reader had.
    pub mine: String,
    /// `none` for those without a ticket of their own.
    pub ticket: String,
    /// `1` for missed calls.
    pub missed: String,
    /// Where the page starts.
    pub after: String,
}

impl LogQuery {
    /// What is asked for, by name; the page is not part of it.
    fn pairs(&self) -> [(&'static str, &str); 8] {
        let outcome = if self.missed == "1" && self.outcome.is_empty() { "missed" } else { &self.outcome };
        [
            ("q", &self.q),
            ("line", &self.line),
            ("outcome", outcome),
            ("from", &self.from),
            ("to", &self.to),
            ("mine", &self.mine),
            ("ticket", &self.ticket),
            ("missed", ""),
        ]
    }

    /// The same without one of the filters.
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.after.clear();
        match name {
            "q" => other.q.clear(),
            "line" => other.line.clear(),
            "outcome" => {
                other.outcome.clear();
                other.missed.clear();
            }
            "from" => other.from.clear(),
            "to" => other.to.clear(),
            "mine" => other.mine.clear(),
            _ => other.ticket.clear(),
        }
        other
    }

    /// The filters that are set.
    pub fn set(&self) -> Vec<&'static str> {
        self.pairs().iter().filter(|(_, value)| !value.trim().is_empty()).map(|(name, _)| *name).collect()
    }

    /// The outcome that is chosen, also by an older address.
    pub fn outcome(&self) -> &str {
        self.pairs().iter().find(|(name, _)| *name == "outcome").map_or("", |(_, value)| value)
    }

    /// The address of this log, or of its file, from another place in it.
    pub fn href(&self, path: &str, after: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let after = after.map(Cursor::encode).unwrap_or_default();
        for (name, value) in self.pairs().into_iter().chain([("after", after.as_str())]) {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The filter; what it does not understand filters nothing.
    fn filter(&self, db: &mut Db, me: &Me) -> Result<LogFilter> {
        let zone = &me.locale().zone;
        let day = |text: &str| text.trim().parse::<Date>().ok();
        let ended = match self.outcome() {
            "answered" => Ended::Answered,
            "missed" => Ended::Missed,
            word => CallOutcome::from_word(word).map_or(Ended::Anyhow, Ended::So),
        };
        let mut filter = LogFilter {
            line: self.line.parse().ok().map(LineId),
            ended,
            from: day(&self.from).map(|day| Timestamp::midnight(day, zone)),
            to: day(&self.to).map(|day| Timestamp::midnight(day.saturating_add(1.day()), zone)),
            search: Search::of(db, &self.q, me.settings.number_plan().as_ref())?,
            agent: (self.mine == "1").then(|| me.agent().id),
            ticketless: self.ticket == "none",
        };
        if me.settings.hides_identity() && matches!(filter.search, Search::Words { .. }) {
            // A name that is found tells who called; of their own calls readers know that already.
            filter.agent = Some(me.agent().id);
        }
        if filter.from.is_none() && filter.is_seldom() {
            filter.from = Some(filter.to.unwrap_or(me.visit.now).plus_ms(-LATELY_MS));
        }
        Ok(filter)
    }
}

/// A page of the log.
pub struct Shown {
    /// The calls.
    pub page: Page<Logged>,
    /// From when on calls were looked at, where no day was named.
    pub since: Option<Timestamp>,
}

pub(super) fn reader(me: &Me) -> Reader {
    Reader { settings: me.settings.clone(), agent: me.agent().id }
}

fn read(db: &mut Db, lines: &Lines, me: &Me, query: &LogQuery, rows: usize) -> Result<Shown> {
    let filter = query.filter(db, me)?;
    let found = search_log(db, &filter, Cursor::decode(&query.after), rows)?;
    let page = Page { rows: logged(db, lines, &reader(me), found.rows)?, next: found.next };
    Ok(Shown { page, since: filter.from.filter(|_| query.from.trim().is_empty()) })
}

/// `GET /calls/log`
pub async fn log(
    books: Data<Books>,
    live: Data<Live>,
    lines: Data<LineTable>,
    me: Me,
    query: Query<LogQuery>,
) -> Result<HttpResponse> {
    let shell = me.live_shell(&me.locale().t("calls-log"), &live);
    let (query, now, asker) = (query.into_inner(), lines.now(), me.clone());
    let (asked, lines) = (query.clone(), lines.now());
    let shown = books.read(move |db| read(db, &now, &asker, &asked, ROWS)).await?;
    let part = views::log_part(&me, &query, &shown);
    Ok(shell.answer_part(&me.visit, part, |part| views::log(&me, &query, &lines, part)))
}

/// `GET /calls/log.csv`: the same calls from the newest on, as many as a file may have.
pub async fn log_csv(
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    query: Query<LogQuery>,
) -> Result<HttpResponse> {
    let (query, now, asker) = (LogQuery { after: String::new(), ..query.into_inner() }, lines.now(), me.clone());
    let shown = books.read(move |db| read(db, &now, &asker, &query, FILE_ROWS)).await?;
    Ok(csv::download("calls.csv", &views::log_rows(me.locale(), &shown.page.rows)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_filtered() {
        let query = LogQuery { q: "030 1".into(), missed: "1".into(), after: "5-7".into(), ..LogQuery::default() };
        assert_eq!(query.href("/calls/log", None), "/calls/log?q=030+1&outcome=missed");
        assert_eq!(
            query.href("/calls/log.csv", Cursor::decode("5-7")),
            "/calls/log.csv?q=030+1&outcome=missed&after=5-7"
        );
        assert_eq!(query.set(), ["q", "outcome"]);
        assert_eq!(query.without("outcome").href("/calls/log", None), "/calls/log?q=030+1");
        assert_eq!(LogQuery::default().href("/calls/log", None), "/calls/log");
    }
}
