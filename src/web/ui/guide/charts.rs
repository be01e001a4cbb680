//! Charts: of everything, of nothing, of one thing alone.

use maud::{Markup, html};

use super::super::chart::{Chart, Heat, Hue, Series, Shape, Unit, sparkline};
use super::super::{Shell, Tone, stat};
use super::part;

pub(super) fn parts(shell: &Shell) -> Markup {
    part("charts", "Charts", charts(shell))
}

fn chart(id: &'static str, title: &str, shape: Shape, unit: Unit, series: Vec<Series>) -> Chart {
    let places = series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    Chart {
        id,
        title: title.to_owned(),
        description: "Invented figures.".to_owned(),
        axis: "Hour".to_owned(),
        labels: (0..places).map(|hour| format!("{hour:02}")).collect(),
        series,
        unit,
        shape,
    }
}

fn charts(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let day = |times: i64| (0..24).map(move |hour: i64| (12 - (hour - 11).abs()).max(0) * times);
    let split = |shape, id, title| {
        let series = vec![Series::counted("Answered", Hue::Good, day(3)), Series::counted("Missed", Hue::Bad, day(1))];
        chart(id, title, shape, Unit::Count, series)
    };
    let gap = vec![Some(92.0), Some(88.0), None, Some(71.0), Some(95.0), None, Some(40.0)];
    let lines = vec![
        Series { name: "In 10 s".to_owned(), hue: Hue::One, values: gap },
        Series { name: "In 20 s".to_owned(), hue: Hue::Two, values: vec![Some(97.0); 7] },
    ];
    let one = |value| vec![Series::counted("Calls", Hue::One, [value])];
    let heat = Heat {
        id: "guide-heat",
        title: "Boxes".to_owned(),
        description: "Invented figures.".to_owned(),
        axis: "Day".to_owned(),
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows: ["Mon", "Tue", "Wed"].map(|name| (name.to_owned(), day(1).collect())).to_vec(),
    };
    html! {
        div.charts {
            (split(Shape::Stacked, "guide-stacked", "On top of each other").figure(l, "#charts", false))
            (split(Shape::Bars, "guide-bars", "Side by side").figure(l, "#charts", true))
            (chart("guide-lines", "Lines with gaps", Shape::Lines, Unit::Percent, lines).figure(l, "#charts", false))
            (heat.figure(l, "#charts", false))
            (chart("guide-one", "One alone", Shape::Bars, Unit::Count, one(7)).figure(l, "#charts", false))
            (chart("guide-none", "Nothing", Shape::Lines, Unit::Count, one(0)).figure(l, "#charts", false))
        }
        div.stats { (stat(Tone::Neutral, "Calls", "1,204", "7 days")) }
        p { "Small, in a row of text: " (sparkline(&[3, 5, 2, 8, 13, 9, 4])) }
    }
}
