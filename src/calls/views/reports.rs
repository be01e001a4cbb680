//! Call reports: tiles, charts, and a table behind each.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::base::Timestamp;
use crate::calls::pages::{LogQuery, RANGES, ReportQuery};
use crate::calls::{Figures, Lines, Period, Report};
use crate::phone::number::mask;
use crate::web::Locale;
use crate::web::ui::chart::{Chart, Heat, Hue, Series, Shape, Unit};
use crate::web::ui::{Button, Field, Kind, Tab, empty, filters, hidden, page_head, panel, tabs};

const HERE: &str = "/calls/reports";

/// A chart of either kind.
pub enum Drawn {
    /// Bars or lines.
    Chart(Chart),
    /// Boxes.
    Heat(Heat),
    /// A table alone: who called how often, with the address of their calls.
    Callers(Vec<Vec<String>>, Vec<String>),
}

impl Drawn {
    /// The figures: the head and the rows of a table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        match self {
            Self::Chart(chart) => chart.rows(),
            Self::Heat(heat) => heat.rows(),
            Self::Callers(rows, _) => rows.clone(),
        }
    }
}

/// The page.
pub fn reports(me: &Me, query: &ReportQuery, period: Period, lines: &Lines, report: &Report) -> Markup {
    let l = me.locale();
    let open = query.tables == "1";
    let all_tables = query.href(HERE, &[("tables", if open { "" } else { "1" })]);
    let actions = html! {
        (Button::link("/calls/log", &l.t("calls-log")).icon("history"))
        (Button::link(&all_tables, &l.t(if open { "reports-no-tables" } else { "reports-tables" })).icon("list").key("t"))
    };
    html! {
        (page_head(&l.t("reports-title"), actions))
        (choices(me, query, period, lines))
        @if report.total.calls == 0 {
            (panel(nothing(me, query, report)))
        } @else {
            (tiles(l, report))
            div.charts {
                @for (name, drawn) in drawn(me, period, lines, report) {
                    @let csv = query.href("/calls/reports.csv", &[("figures", name)]);
                    @match drawn {
                        Drawn::Chart(chart) => (chart.figure(l, &csv, open)),
                        Drawn::Heat(heat) => (heat.figure(l, &csv, open)),
                        Drawn::Callers(rows, places) => (callers(l, &csv, &rows, &places)),
                    }
                }
            }
            p.faint { (l.t("reports-meaning")) }
        }
    }
}

fn choices(me: &Me, query: &ReportQuery, period: Period, lines: &Lines) -> Markup {
    let l = me.locale();
    let tab = |range: &&str| Tab {
        href: query.href(HERE, &[("range", *range), ("from", ""), ("to", "")]),
        label: l.t_word("reports-range", range),
        count: None,
        current: query.range() == *range,
    };
    let any = (String::new(), l.t("tickets-any"));
    let named = std::iter::once(any).chain(lines.0.iter().map(|line| (line.id.to_string(), line.name.clone())));
    html! {
        (tabs(&l.t("reports-ranges"), l, &RANGES.iter().map(tab).collect::<Vec<_>>()))
        (filters(&l.t("tickets-filter"), HERE, html! {
            (Field::select("line", &l.t("call-line"), named.collect()).value(&query.line))
            (Field::line("date", "from", &l.t("log-from")).value(&period.from.to_string()))
            (Field::line("date", "to", &l.t("log-to")).value(&period.to.to_string()))
            (hidden("tables", &query.tables))
            (Button::submit(&l.t("reports-show")).kind(Kind::Plain))
        }))
    }
}

fn nothing(me: &Me, query: &ReportQuery, report: &Report) -> Markup {
    let l = me.locale();
    let way = |at: Timestamp, key: &str| {
        let day = at.day(&l.zone);
        let href = query.href(HERE, &[("range", ""), ("from", &day.to_string()), ("to", &day.to_string())]);
        html! { (Button::link(&href, &l.t_with(key, &[("date", l.civil_date(day).into())]))) }
    };
    let ways = html! {
        div.actions {
            @if let Some(before) = report.nearest.0 { (way(before, "reports-before")) }
            @if let Some(after) = report.nearest.1 { (way(after, "reports-after")) }
        }
    };
    let text = if report.nearest == (None, None) { "calls-log-none-text" } else { "reports-none-text" };
    empty("activity", &l.t("reports-none"), &l.t(text), ways)
}

fn tiles(l: &Locale, report: &Report) -> Markup {
    let total = &report.total;
    let percent = |part| Unit::Percent.show(l, total.percent(part));
    let seconds = |s: i64| l.span(s * 1_000);
    let tile = |key: &str, value: String, more: String| {
        html! {
            div.tile { span.faint { (l.t(key)) } strong { (value) } @if !more.is_empty() { span.faint { (more) } } }
        }
    };
    let waits = report.waits.map_or_else(|| "–".to_owned(), |w| seconds(w.median_s));
    let handling = report.handling.map_or_else(|| "–".to_owned(), |h| seconds(h.median_s));
    let p90 = |spread: Option<crate::calls::report::Spread>| {
        spread.map(|s| l.t_with("reports-p90", &[("time", seconds(s.p90_s).into())])).unwrap_or_default()
    };
    let in_time = l.t_with("reports-of", &[("count", l.number(report.callbacks.0).into())]);
    html! {
        div.tiles {
            (tile("reports-calls", l.number(total.calls), String::new()))
            (tile("reports-answered", percent(total.answered), l.number(total.answered)))
            (tile("reports-in-ten", percent(total.in_ten), l.number(total.in_ten)))
            (tile("reports-in-twenty", percent(total.in_twenty), l.number(total.in_twenty)))
            (tile("reports-missed", l.number(total.missed), percent(total.missed)))
            (tile("reports-hung-up", percent(total.hung_up), l.number(total.hung_up)))
            (tile("reports-wait", waits, p90(report.waits)))
            (tile("reports-handling", handling, p90(report.handling)))
            (tile("reports-callbacks", l.number(report.callbacks.1), in_time))
            (tile("reports-repeaters", l.number(report.repeaters), String::new()))
            (tile("reports-ticketless", l.number(total.ticketless), String::new()))
        }
    }
}

/// Answered, missed and, where there are any, the others, of several places.
fn split(l: &Locale, figures: &[&Figures]) -> Vec<Series> {
    let other = |f: &&Figures| f.calls - f.answered - f.missed;
    let mut series = vec![
        Series::counted(&l.t("reports-answered"), Hue::Good, figures.iter().map(|f| f.answered)),
        Series::counted(&l.t("reports-missed"), Hue::Bad, figures.iter().map(|f| f.missed)),
    ];
    if figures.iter().any(|f| other(f) > 0) {
        series.push(Series::counted(&l.t("reports-unknown"), Hue::Two, figures.iter().map(other)));
    }
    series
}

/// Every chart that has something to show, under the name of its figures.
pub fn drawn(me: &Me, period: Period, lines: &Lines, report: &Report) -> Vec<(&'static str, Drawn)> {
    let l = me.locale();
    let chart = |id, key: &str, axis: &str, labels: Vec<String>, series: Vec<Series>, unit, shape| {
        let (title, description) = (l.t_word("reports-by", key), l.t_word("reports-text", key));
        Drawn::Chart(Chart { id, title, description, axis: l.t(axis), labels, series, unit, shape })
    };
    let days: Vec<&Figures> = report.days.iter().map(|(_, figures)| figures).collect();
    let dates: Vec<String> = report.days.iter().map(|(day, _)| short(l, *day)).collect();
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let axis = if period.by_weeks() { "reports-week" } else { "reports-day" };
    let level = |name: &str, hue, part: fn(&Figures) -> i64| Series {
        name: l.t(name),
        hue,
        values: days.iter().map(|figures| figures.percent(part(figures))).collect(),
    };
    let levels =
        vec![level("reports-in-ten", Hue::One, |f| f.in_ten), level("reports-in-twenty", Hue::Two, |f| f.in_twenty)];
    let by_line: Vec<&Figures> = report.lines.iter().map(|(_, figures)| figures).collect();
    let name_of =
        |id| lines.0.iter().find(|line| line.id == id).map_or_else(|| "–".to_owned(), |line| line.name.clone());
    let line_names = report.lines.iter().map(|(id, _)| name_of(*id)).collect();
    let by_hour = split(l, &report.hours.iter().collect::<Vec<_>>());
    let mut all = vec![
        ("hours", chart("ch-hours", "hour", "reports-hour", hours.clone(), by_hour, Unit::Count, Shape::Stacked)),
        ("days", chart("ch-days", "day", axis, dates.clone(), split(l, &days), Unit::Count, Shape::Stacked)),
        ("level", chart("ch-level", "level", axis, dates, levels, Unit::Percent, Shape::Lines)),
        ("missed", Drawn::Heat(heat(l, hours, report))),
        ("lines", chart("ch-lines", "line", "call-line", line_names, split(l, &by_line), Unit::Count, Shape::Stacked)),
    ];
    if !report.codes.is_empty() {
        let names = report.codes.iter().map(|(name, _)| name.clone()).collect();
        let used = vec![Series::counted(&l.t("reports-calls"), Hue::One, report.codes.iter().map(|(_, count)| *count))];
        all.push(("codes", chart("ch-codes", "code", "log-code", names, used, Unit::Count, Shape::Bars)));
    }
    if !report.repeats.is_empty() {
        all.push(("callers", repeaters(me, period, lines, report)));
    }
    all
}

/// Where who called is not for everybody, their numbers are not either.
fn repeaters(me: &Me, period: Period, lines: &Lines, report: &Report) -> Drawn {
    let (l, hidden) = (me.locale(), me.settings.hides_identity());
    let shown = |key: &str| if hidden { mask(key) } else { number(lines, key) };
    let head = vec![l.t("log-number"), l.t("reports-calls"), l.t("reports-last")];
    let row = |(key, count, last): &(String, i64, Timestamp)| vec![shown(key), count.to_string(), l.moment(*last)];
    let place = |(key, ..): &(String, i64, Timestamp)| {
        let query = LogQuery {
            q: key.clone(),
            from: period.from.to_string(),
            to: period.to.to_string(),
            ..LogQuery::default()
        };
        query.href("/calls/log", None)
    };
    let rows = std::iter::once(head).chain(report.repeats.iter().map(row)).collect();
    Drawn::Callers(rows, if hidden { Vec::new() } else { report.repeats.iter().map(place).collect() })
}

/// Who called most often; each row leads to their calls.
fn callers(l: &Locale, csv: &str, rows: &[Vec<String>], places: &[String]) -> Markup {
    let title = l.t_word("reports-by", "caller");
    html! {
        figure.chart id="ch-callers" {
            figcaption { h2 { (title) } }
            div.figures {
                div.figures-frame tabindex="0" role="region" aria-label=(title) {
                    table {
                        caption.unseen { (l.t_word("reports-text", "caller")) }
                        @if let Some(head) = rows.first() {
                            thead { tr { @for (at, cell) in head.iter().enumerate() { th.number[at > 0] scope="col" { (cell) } } } }
                        }
                        tbody {
                            @for (nth, row) in rows.iter().skip(1).enumerate() {
                                tr { @for (at, cell) in row.iter().enumerate() { td.number[at > 0] {
                                    @match places.get(nth).filter(|_| at == 0) { Some(place) => a href=(place) { bdi { (cell) } }, None => bdi { (cell) } }
                                } } }
                            }
                        }
                    }
                }
                (Button::link(csv, &l.t("chart-csv")).icon("download").kind(Kind::Quiet))
            }
        }
    }
}

/// A day without its year, as a chart has room for.
fn short(l: &Locale, day: jiff::civil::Date) -> String {
    l.t_with("reports-short-day", &[("day", day.day().to_string().into()), ("month", day.month().to_string().into())])
}

fn heat(l: &Locale, hours: Vec<String>, report: &Report) -> Heat {
    let name = |at: usize| l.t_word("weekday", &at.to_string());
    Heat {
        id: "ch-missed",
        title: l.t_word("reports-by", "heat"),
        description: l.t_word("reports-text", "heat"),
        axis: l.t("reports-day"),
        columns: hours,
        rows: report.missed.iter().enumerate().map(|(at, hours)| (name(at), hours.to_vec())).collect(),
    }
}

/// A number as people read it.
fn number(lines: &Lines, key: &str) -> String {
    let plan = lines.0.iter().find_map(crate::calls::Line::plan).filter(|_| key.starts_with('+'));
    plan.map_or_else(|| key.to_owned(), |plan| plan.read(key).international())
}
