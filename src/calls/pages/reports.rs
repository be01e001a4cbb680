//! Call reports, on a page and as files.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::LineId;
use crate::base::{Error, Result};
use crate::calls::{LineTable, Period, report, views};
use crate::events::Books;
use crate::web::csv;

/// The ranges that have a name.
pub const RANGES: [&str; 6] = ["today", "yesterday", "week", "month", "this-month", "last-month"];

/// The report's address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReportQuery {
    /// One of [`RANGES`].
    pub range: String,
    /// The first day; goes before a named range.
    pub from: String,
    /// The last day.
    pub to: String,
    /// A line's id.
    pub line: String,
    /// `1` for open tables.
    pub tables: String,
    /// Which figures a file has.
    pub figures: String,
}

impl ReportQuery {
    /// The days that are asked for.
    pub fn period(&self, today: Date) -> Period {
        let day = |text: &str| text.trim().parse::<Date>().ok();
        match (day(&self.from), day(&self.to)) {
            (None, None) => {}
            (from, to) => {
                let last = to.unwrap_or(today);
                return Period::new(from.unwrap_or(last), last);
            }
        }
        let yesterday = today.saturating_sub(1.day());
        let before = today.first_of_month().saturating_sub(1.day());
        match self.range() {
            "today" => Period::new(today, today),
            "yesterday" => Period::new(yesterday, yesterday),
            "month" => Period::until(today, 30),
            "this-month" => Period::new(today.first_of_month(), today),
            "last-month" => Period::new(before.first_of_month(), before),
            _ => Period::until(today, 7),
        }
    }

    /// The named range; empty where days were named.
    pub fn range(&self) -> &str {
        if !self.from.trim().is_empty() || !self.to.trim().is_empty() {
            return "";
        }
        RANGES.into_iter().find(|range| *range == self.range).unwrap_or("week")
    }

    /// The line.
    pub fn line(&self) -> Option<LineId> {
        self.line.parse().ok().map(LineId)
    }

    /// An address with this report's days and line, some of it otherwise.
    pub fn href(&self, path: &str, other: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let own = [
            ("range", self.range()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
            ("line", &self.line),
            ("tables", &self.tables),
        ];
        let named = |name: &str| other.iter().any(|(n, _)| *n == name);
        for (name, value) in
            own.iter().filter(|(name, _)| !named(name)).chain(other).filter(|(_, value)| !value.is_empty())
        {
            query.append_pair(name, value);
        }
        format!("{path}?{}", query.finish())
    }
}

/// `GET /calls/reports`
pub async fn reports(
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    query: Query<ReportQuery>,
) -> Result<HttpResponse> {
    let (query, zone) = (query.into_inner(), me.locale().zone.clone());
    let (period, line) = (query.period(me.visit.now.day(&zone)), query.line());
    let counted = books.read(move |db| report(db, period, &zone, line)).await?;
    let shell = me.shell(&me.locale().t("reports-title"));
    Ok(shell.answer(&me.visit, views::reports(&me, &query, period, &lines.now(), &counted)))
}

/// `GET /calls/reports.csv`: the figures of one chart.
pub async fn reports_csv(
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    query: Query<ReportQuery>,
) -> Result<HttpResponse> {
    let (query, zone) = (query.into_inner(), me.locale().zone.clone());
    let (period, line) = (query.period(me.visit.now.day(&zone)), query.line());
    let counted = books.read(move |db| report(db, period, &zone, line)).await?;
    let drawn = views::drawn(&me, period, &lines.now(), &counted);
    let wanted = if query.figures.is_empty() { "hours" } else { &query.figures };
    let (name, rows) =
        drawn.into_iter().find(|(name, _)| *name == wanted).map(|(n, d)| (n, d.rows())).ok_or(Error::Missing)?;
    Ok(csv::download(&format!("calls-{name}-{}-{}.csv", period.from, period.to), &rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_names_and_days_go_before_them() {
        let today: Date = "2026-11-21".parse().unwrap();
        let asked = |range: &str, from: &str, to: &str| {
            let query = ReportQuery { range: range.into(), from: from.into(), to: to.into(), ..ReportQuery::default() };
            let period = query.period(today);
            format!("{}..{}", period.from, period.to)
        };
        for (range, wanted) in [
            ("today", "2026-11-21..2026-11-21"),
            ("yesterday", "2026-11-20..2026-11-20"),
            ("week", "2026-11-15..2026-11-21"),
            ("month", "2026-10-23..2026-11-21"),
            ("this-month", "2026-11-01..2026-11-21"),
            ("last-month", "2026-10-01..2026-10-31"),
            ("nonsense", "2026-11-15..2026-11-21"),
        ] {
            assert_eq!(asked(range, "", ""), wanted, "{range}");
        }
        assert_eq!(asked("today", "2026-11-03", "2026-11-05"), "2026-11-03..2026-11-05");
        assert_eq!(asked("", "2026-11-05", "2026-11-03"), "2026-11-03..2026-11-05");
        assert_eq!(asked("", "2026-11-05", ""), "2026-11-05..2026-11-21");
        assert_eq!(asked("", "", "2026-11-05"), "2026-11-05..2026-11-05");
        let query = ReportQuery { range: "month".into(), line: "3".into(), ..ReportQuery::default() };
        assert_eq!(query.href("/r", &[("range", "today"), ("tables", "1")]), "/r?line=3&range=today&tables=1");
    }
}
