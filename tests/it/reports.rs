//! Call reports and the wall board: what is counted, and how.

use deskbell::accounts::Role;
use deskbell::base::id::LineId;
use deskbell::calls::{self, Makes, PastCall, Period};
use deskbell::tickets::CallOutcome::{self, AnsweredElsewhere, Forwarded, Missed, RangOut, UnknownAfterRestart};
use jiff::tz::TimeZone;

use crate::desk::TestDesk;
use crate::log::{claimed, past};

fn period(from: &str, to: &str) -> Period {
    Period::new(from.parse().unwrap(), to.parse().unwrap())
}

/// Nine calls of one day and one of the day before.
async fn filled(desk: &TestDesk, north: LineId, south: LineId) {
    let ada = desk.agent("ada", Role::Agent).await;
    let call = |line, ago, number: &str, outcome: CallOutcome, rang| past(line, ago, number, outcome, rang);
    let all: Vec<PastCall> = vec![
        call(north, 60, "+4930901820", AnsweredElsewhere, 8),
        call(north, 120, "+4930901820", AnsweredElsewhere, 15),
        claimed(call(north, 180, "+4930901821", AnsweredElsewhere, 30), ada, 9, 100),
        claimed(call(north, 240, "+4930901822", UnknownAfterRestart, 40), ada, 21, 300),
        call(south, 300, "+4930901820", Forwarded, 25),
        call(south, 3_900, "+4930901823", Missed, 33),
        claimed(call(south, 3_960, "", Missed, 50), ada, 10, 5),
        call(south, 4_020, "+4930901824", RangOut, 120),
        call(south, 4_080, "+4930901825", UnknownAfterRestart, 7),
        call(north, 86_400, "+4930901821", Missed, 3),
    ];
    desk.keep(all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_as_the_rules_say_on_both_databases() {
    let desk = TestDesk::start().await;
    let north = desk.line("North", Makes::None, "north").await;
    let south = desk.line("South", Makes::None, "south").await;
    filled(&desk, north, south).await;
    let spam = desk.keep(vec![past(north, 30, "+4930901899", Missed, 4)]).await[0];
    desk.act(move |act| calls::mark_spam(act, spam, true, false)).await;
    let day = period("2026-11-20", "2026-11-20");
    let report = desk.read(move |db| calls::report(db, day, &TimeZone::UTC, None)).await;
    let total = report.total;
    assert_eq!((total.calls, total.answered, total.missed, total.hung_up), (9, 5, 3, 2), "{total:?}");
    assert_eq!((total.in_ten, total.in_twenty, total.ticketless), (2, 3, 9), "8 and 9 s; and 15 s");
    assert_eq!(total.percent(total.answered), Some(62.5));
    assert_eq!(report.waits.map(|w| (w.median_s, w.p90_s)), Some((15, 25)), "of 8, 9, 15, 21 and 25 s");
    assert_eq!(report.handling.map(|h| (h.median_s, h.p90_s)), Some((100, 300)), "of 5, 100 and 300 s");
    assert_eq!((report.hours[11].calls, report.hours[10].calls), (5, 4));
    assert_eq!((report.missed[4][10], report.missed[4][11]), (3, 0), "a Friday");
    let lines: Vec<(LineId, i64)> = report.lines.iter().map(|(line, figures)| (*line, figures.calls)).collect();
    assert_eq!(lines, [(south, 5), (north, 4)]);
    assert_eq!((report.repeaters, report.repeats.len()), (1, 1));
    assert_eq!((report.repeats[0].0.as_str(), report.repeats[0].1), ("+4930901820", 3));

    let of_line = desk.read(move |db| calls::report(db, day, &TimeZone::UTC, Some(north))).await;
    assert_eq!((of_line.total.calls, of_line.lines.len()), (4, 1));
    let two = desk.read(move |db| calls::report(db, period("2026-11-19", "2026-11-20"), &TimeZone::UTC, None)).await;
    assert_eq!(two.days.iter().map(|(_, figures)| figures.calls).collect::<Vec<_>>(), [1, 9]);
    let auckland = TimeZone::get("Pacific/Auckland").unwrap();
    let there = desk.read(move |db| calls::report(db, day, &auckland, None)).await;
    assert_eq!(there.total.calls, 5, "their day ends at 11:00 UTC");
    assert_eq!((there.hours[23].calls, there.hours[0].calls, there.hours[1].calls), (4, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_has_tiles_charts_tables_and_files() {
    let desk = TestDesk::start().await;
    let north = desk.line("North", Makes::None, "north").await;
    let south = desk.line("South", Makes::None, "south").await;
    filled(&desk, north, south).await;
    let mut vera = desk.signed_in("vera", Role::Viewer).await;
    let page = vera.get("/calls/reports").await;
    let words = page.words();
    assert!(words.contains("Calls 10") && words.contains("Answered in 10 s 22 %"), "{words}");
    assert!(words.contains("Called back in time 0 of 0"), "{words}");
    assert_eq!(page.text.matches("<figure").count(), 6, "no code was used");
    assert_eq!(page.text.matches("<svg viewBox=\"0 0 600 200\"").count(), 5, "callers are a table");
    assert!(!page.text.contains(" style=") && !page.text.contains("NaN"));
    assert!(page.text.contains("<details class=\"figures\">"));
    let page = vera.get("/calls/reports?tables=1").await;
    assert!(page.text.contains("<details class=\"figures\" open>"));
    for (figures, head) in [
        ("hours", "Hour,Answered,Missed,End unknown"),
        ("days", "Day,Answered,Missed,End unknown"),
        ("level", "Day,Answered in 10 s,Answered in 20 s"),
        ("missed", "Day,00,01,02"),
        ("lines", "Line,Answered,Missed,End unknown"),
        ("callers", "Number,Calls"),
    ] {
        let file = vera.get(&format!("/calls/reports.csv?figures={figures}")).await;
        assert!(file.text.starts_with(&format!("\u{feff}{head}")), "{figures}: {}", file.text);
    }
    assert_eq!(vera.get("/calls/reports.csv?figures=secrets").await.status, 404);
    let page = vera.get("/calls/reports?from=2026-11-01&to=2026-11-02").await;
    assert!(
        page.words().contains("No calls in this time") && page.words().contains("After: 19 Nov 2026"),
        "{}",
        page.words()
    );
    assert!(page.text.contains("from=2026-11-19&amp;to=2026-11-19"), "{}", page.text);
    for odd in ["range=x&line=x", "from=9999-12-31&to=-009999-01-01", "from=x&to=2026-13-99"] {
        assert_eq!(vera.get(&format!("/calls/reports?{odd}")).await.status, 200, "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wall_shows_the_day_at_a_glance() {
    let desk = TestDesk::start().await;
    let north = desk.line("North", Makes::None, "north").await;
    let south = desk.line("South", Makes::None, "").await;
    filled(&desk, north, south).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    desk.pass(5_000);
    let mut vera = desk.signed_in("vera", Role::Viewer).await;
    let page = vera.get("/calls/wall").await;
    let words = page.words();
    for said in [
        "Waiting 1",
        "Longest wait 0:05",
        "Answered today 5 of 9 calls",
        "Answered in 10 s 25 %",
        "38 % in 20 s",
        "Missed today 3",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(page.text.contains("data-live-required"));
    let part = vera.fragment("/calls/wall").await;
    assert!(part.text.starts_with("<div id=\"wall\"") && !part.text.contains("data-clock"), "{}", part.text);
}
