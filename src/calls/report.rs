//! Call reports: what the database counted by quarters of an hour, folded into the hours, days and lines of a desk.

use std::ops::AddAssign;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::store::{self, BUCKET_MS, Bucket, Named, Often, Span};
use crate::base::id::LineId;
use crate::base::{Result, Timestamp};
use crate::db::Db;

/// Days that a report covers at most.
const DAYS_MAX: i32 = 366;

/// Days that are shown one by one; more are put together by weeks.
const SINGLE_DAYS_MAX: i32 = 62;

/// Days from the first to the last, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// The days between two, in whichever order they are given; the last year of them when they are more.
    pub fn new(one: Date, other: Date) -> Self {
        let (from, to) = (one.min(other), one.max(other));
        Self { from: from.max(to.saturating_sub((DAYS_MAX - 1).days())), to }
    }

    /// The `days` that end with `last`.
    pub fn until(last: Date, days: i32) -> Self {
        Self::new(last.saturating_sub((days - 1).days()), last)
    }

    /// How many days it has.
    pub fn days(self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()) + 1
    }

    /// Where it begins and ends in a zone.
    pub fn span(self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        (Timestamp::midnight(self.from, zone), Timestamp::midnight(self.to.saturating_add(1.day()), zone))
    }

    /// Whether its days are put together by weeks.
    pub fn by_weeks(self) -> bool {
        self.days() > SINGLE_DAYS_MAX
    }

    /// The day that stands for `day` in a report: itself, or the Monday of its week.
    fn place(self, day: Date) -> Date {
        if !self.by_weeks() {
            return day;
        }
        day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
    }

    /// Every day, or every week, that is shown.
    fn places(self) -> Vec<Date> {
        let mut places: Vec<Date> =
            self.from.series(1.day()).take_while(|day| *day <= self.to).map(|day| self.place(day)).collect();
        places.dedup();
        places
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Calls that are over, without spam.
    pub calls: i64,
    /// Those whose caller somebody spoke with.
    pub answered: i64,
    /// Those within ten seconds.
    pub in_ten: i64,
    /// Those within twenty.
    pub in_twenty: i64,
    /// Those that nobody answered.
    pub missed: i64,
    /// Those whose caller hung up before.
    pub hung_up: i64,
    /// Those that stand in no ticket.
    pub ticketless: i64,
}

impl AddAssign<&Bucket> for Figures {
    fn add_assign(&mut self, bucket: &Bucket) {
        self.calls += bucket.calls;
        self.answered += bucket.answered;
        self.in_ten += bucket.in_ten;
        self.in_twenty += bucket.in_twenty;
        self.missed += bucket.missed;
        self.hung_up += bucket.hung_up;
        self.ticketless += bucket.ticketless;
    }
}

impl Figures {
    /// A part of the calls whose end is known, in percent; nothing when there were none.
    pub fn percent(&self, part: i64) -> Option<f64> {
        let known = self.answered + self.missed;
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        let percent = part as f64 * 100.0 / known as f64;
        (known > 0).then_some(percent)
    }
}

/// The middle of a length of time, and what nine of ten did not exceed, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The median.
    pub median_s: i64,
    /// The 90th percentile.
    pub p90_s: i64,
}

/// All that the page shows.
#[derive(Debug, Clone)]
pub struct Report {
    /// Over all.
    pub total: Figures,
    /// By hour of the day.
    pub hours: Vec<Figures>,
    /// By day or week.
    pub days: Vec<(Date, Figures)>,
    /// By line.
    pub lines: Vec<(LineId, Figures)>,
    /// Missed calls by day of the week, from Monday, and hour.
    pub missed: Vec<[i64; 24]>,
    /// How long callers waited who were answered.
    pub waits: Option<Spread>,
    /// How long calls were in hand.
    pub handling: Option<Spread>,
    /// Wrap-up codes: name and count.
    pub codes: Vec<(String, i64)>,
    /// The numbers that called most often, more than once: number, count, last time.
    pub repeats: Vec<(String, i64, Timestamp)>,
    /// How many numbers called more than once.
    pub repeaters: i64,
    /// Callbacks that were closed, and those that were in time.
    pub callbacks: (i64, i64),
    /// When nothing was counted: the nearest day before, and after, with a call.
    pub nearest: (Option<Timestamp>, Option<Timestamp>),
}

/// Counts the calls of a time, of one line or all.
pub fn report(db: &mut Db, period: Period, zone: &TimeZone, line: Option<LineId>) -> Result<Report> {
    let (from, to) = period.span(zone);
    let span = Span { from, to, line };
    let mut report = folded(&store::buckets(db, span)?, period, zone);
    let closed = store::callbacks_closed(db, span)?;
    report.callbacks = (closed.count, closed.value);
    if report.total.calls == 0 {
        report.nearest = store::nearest(db, span)?;
        return Ok(report);
    }
    report.waits = spread(&store::waits(db, span)?);
    report.handling = spread(&store::handling(db, span)?);
    report.codes = store::codes_used(db, span)?.into_iter().map(|Named { name, count, .. }| (name, count)).collect();
    report.repeats = store::repeats(db, span)?.into_iter().map(|n| (n.name, n.count, n.last)).collect();
    report.repeaters = store::count_repeats(db, span)?;
    Ok(report)
}

/// The figures of a time alone.
pub fn figures(db: &mut Db, from: Timestamp, to: Timestamp) -> Result<Figures> {
    let mut total = Figures::default();
    store::buckets(db, Span { from, to, line: None })?.iter().for_each(|bucket| total += bucket);
    Ok(total)
}

fn folded(buckets: &[Bucket], period: Period, zone: &TimeZone) -> Report {
    let mut report = Report {
        total: Figures::default(),
        hours: vec![Figures::default(); 24],
        days: period.places().into_iter().map(|day| (day, Figures::default())).collect(),
        lines: Vec::new(),
        missed: vec![[0; 24]; 7],
        waits: None,
        handling: None,
        codes: Vec::new(),
        repeats: Vec::new(),
        repeaters: 0,
        callbacks: (0, 0),
        nearest: (None, None),
    };
    for bucket in buckets {
        let local = Timestamp(bucket.bucket * BUCKET_MS).to_jiff().to_zoned(zone.clone());
        let hour = usize::try_from(local.hour()).unwrap_or(0);
        let weekday = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
        let place = period.place(local.date());
        report.total += bucket;
        if let Some(figures) = report.hours.get_mut(hour) {
            *figures += bucket;
        }
        if let Ok(at) = report.days.binary_search_by_key(&place, |(day, _)| *day)
            && let Some((_, figures)) = report.days.get_mut(at)
        {
            *figures += bucket;
        }
        if let Some(missed) = report.missed.get_mut(weekday).and_then(|hours| hours.get_mut(hour)) {
            *missed += bucket.missed;
        }
        match report.lines.iter_mut().find(|(line, _)| *line == bucket.line) {
            Some((_, figures)) => *figures += bucket,
            None => {
                let mut figures = Figures::default();
                figures += bucket;
                report.lines.push((bucket.line, figures));
            }
        }
    }
    report.lines.sort_by_key(|(line, figures)| (-figures.calls, *line));
    report
}

fn spread(often: &[Often]) -> Option<Spread> {
    Some(Spread { median_s: quantile(often, 50)?, p90_s: quantile(often, 90)? })
}

/// The smallest value that so many of a hundred don't exceed. The values ascend.
fn quantile(often: &[Often], percent: i64) -> Option<i64> {
    let total: i64 = often.iter().map(|o| o.count).sum();
    let mut passed = 0;
    often
        .iter()
        .find(|o| {
            passed += o.count;
            passed * 100 >= total * percent
        })
        .map(|o| o.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn bucket(at: &str, line: i64, calls: i64, missed: i64) -> Bucket {
        let at: jiff::Timestamp = at.parse().unwrap();
        let answered = calls - missed;
        Bucket {
            bucket: at.as_millisecond() / BUCKET_MS,
            line: LineId(line),
            calls,
            answered,
            in_ten: answered / 2,
            in_twenty: answered,
            missed,
            hung_up: missed,
            ticketless: 0,
        }
    }

    #[test]
    fn a_period_has_its_days_and_no_more_than_a_year() {
        let week = Period::until(day("2026-11-21"), 7);
        assert_eq!((week.from, week.days(), week.by_weeks()), (day("2026-11-15"), 7, false));
        assert_eq!(Period::new(day("2026-11-21"), day("2026-11-01")).days(), 21);
        let long = Period::new(day("1990-01-01"), day("2026-11-21"));
        assert_eq!((long.days(), long.by_weeks()), (366, true));
        assert_eq!(long.places().len(), 53);
        assert!(long.places().iter().all(|day| day.weekday() == jiff::civil::Weekday::Monday));
        Period::new(Date::MIN, Date::MIN).span(&TimeZone::UTC);
    }

    #[test]
    fn hours_and_days_are_those_of_the_desk() {
        let kathmandu = TimeZone::get("Asia/Kathmandu").unwrap();
        let buckets = [
            bucket("2026-11-20T18:00:00Z", 1, 4, 1),
            bucket("2026-11-20T18:15:00Z", 2, 2, 2),
            bucket("2026-11-21T10:00:00Z", 1, 1, 0),
        ];
        let report = folded(&buckets, Period::new(day("2026-11-20"), day("2026-11-21")), &kathmandu);
        assert_eq!(report.total.calls, 7);
        assert_eq!((report.hours[23].calls, report.hours[0].calls, report.hours[15].calls), (4, 2, 1));
        assert_eq!(report.days.iter().map(|(_, f)| f.calls).collect::<Vec<_>>(), [4, 3], "midnight is 18:15 UTC");
        assert_eq!(report.lines.iter().map(|(line, f)| (line.0, f.calls)).collect::<Vec<_>>(), [(1, 5), (2, 2)]);
        assert_eq!((report.missed[4][23], report.missed[5][0]), (1, 2), "a Friday and a Saturday");
    }

    #[test]
    fn parts_are_of_the_calls_whose_end_is_known() {
        let figures = Figures { calls: 12, answered: 6, in_ten: 3, missed: 2, ..Figures::default() };
        assert_eq!((figures.percent(figures.answered), figures.percent(figures.in_ten)), (Some(75.0), Some(37.5)));
        assert_eq!(Figures::default().percent(0), None);
    }

    #[test]
    fn the_middle_of_waits() {
        let often = |values: &[(i64, i64)]| {
            values.iter().map(|(value, count)| Often { value: *value, count: *count }).collect::<Vec<_>>()
        };
        assert_eq!(spread(&often(&[])), None);
        assert_eq!(spread(&often(&[(7, 1)])), Some(Spread { median_s: 7, p90_s: 7 }));
        assert_eq!(spread(&often(&[(1, 5), (9, 4), (60, 1)])), Some(Spread { median_s: 1, p90_s: 9 }));
    }
}
