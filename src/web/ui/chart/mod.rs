//! Charts: drawn here as SVG, so that a page needs no script for them, each with its table and the way to its figures.
//!
//! The drawing stretches to the room it gets; words stand around it in HTML and keep their size. Colours come from classes.
//! A value may be missing (nothing was counted then), which is not nought: a line has a gap there.

mod heat;

pub use heat::Heat;

use maud::{Markup, Render, html};

use super::super::locale::Locale;
use super::{Button, Kind};

/// The drawing's own units; it is stretched to what the page has.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;

/// Words along the bottom, at most; of more, every so-manieth is shown.
const LABELS_MAX: usize = 10;

/// What the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things that were counted.
    Count,
    /// Parts of a hundred.
    Percent,
}

impl Unit {
    /// A value as people read it; a dash for none.
    pub fn show(self, l: &Locale, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else { return "–".to_owned() };
        #[expect(clippy::cast_possible_truncation, reason = "a figure on a chart; casts stay at the ends")]
        let whole = l.number(value.round() as i64);
        if self == Self::Percent { format!("{whole}\u{a0}%") } else { whole }
    }
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Bars side by side.
    Bars,
    /// Bars on top of each other.
    Stacked,
    /// Lines.
    Lines,
}

/// The colour of a series, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    /// The first of several alike.
    One,
    /// The second.
    Two,
    /// What went well.
    Good,
    /// What went badly.
    Bad,
}

impl Hue {
    fn class(self) -> &'static str {
        match self {
            Self::One => "hue-one",
            Self::Two => "hue-two",
            Self::Good => "hue-good",
            Self::Bad => "hue-bad",
        }
    }
}

/// One row of values.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub hue: Hue,
    /// A value for each label.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// A series of whole numbers.
    pub fn counted(name: &str, hue: Hue, values: impl IntoIterator<Item = i64>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a drawing needs no more than 52 bits")]
        let values = values.into_iter().map(|value| Some(value as f64)).collect();
        Self { name: name.to_owned(), hue, values }
    }

    /// The value at a place: nothing where none is, and never less than nought.
    fn at(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().flatten().filter(|value| value.is_finite()).map(|value| value.max(0.0))
    }
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its id on the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// A sentence more, for those who can't see it.
    pub description: String,
    /// What is counted along the bottom; the head of the table's first column.
    pub axis: String,
    /// The words along the bottom.
    pub labels: Vec<String>,
    /// The values.
    pub series: Vec<Series>,
    /// What they are.
    pub unit: Unit,
    /// How they are drawn.
    pub shape: Shape,
}

impl Chart {
    /// The chart with its legend, its table (open or not) and a link to its figures.
    pub fn figure(&self, l: &Locale, csv: &str, open: bool) -> Markup {
        framed(l, self.id, &self.title, csv, open, self.body(l), self.table(l))
    }

    /// The figures: the head and the rows of a table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let head = std::iter::once(self.axis.clone()).chain(self.series.iter().map(|s| s.name.clone())).collect();
        let figure = |value: Option<f64>| value.map(|value| format!("{}", (value * 10.0).round() / 10.0));
        let row = |(at, label): (usize, &String)| {
            let values = self.series.iter().map(|series| figure(series.at(at)).unwrap_or_default());
            std::iter::once(label.clone()).chain(values).collect()
        };
        std::iter::once(head).chain(self.labels.iter().enumerate().map(row)).collect()
    }

    /// The highest point that is drawn.
    fn top(&self) -> f64 {
        let places = 0..self.labels.len();
        let values = |at| self.series.iter().filter_map(move |series| series.at(at));
        match self.shape {
            Shape::Stacked => places.map(|at| values(at).sum()).fold(0.0, f64::max),
            Shape::Bars | Shape::Lines => places.flat_map(values).fold(0.0, f64::max),
        }
    }

    fn body(&self, l: &Locale) -> Markup {
        let ticks = match self.unit {
            Unit::Percent => vec![0.0, 25.0, 50.0, 75.0, 100.0],
            Unit::Count => ticks(self.top()),
        };
        let top = ticks.last().copied().unwrap_or(1.0);
        let (title, description) = (format!("{}-t", self.id), format!("{}-d", self.id));
        html! {
            @if self.series.len() > 1 {
                ul.legend aria-hidden="true" {
                    @for series in &self.series { li { i class={ "swatch " (series.hue.class()) } {} (series.name) } }
                }
            }
            div.plot {
                div.plot-y aria-hidden="true" { @for tick in ticks.iter().rev() { span { (self.unit.show(l, Some(*tick))) } } }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-labelledby={ (title) " " (description) } {
                    title id=(title) { (self.title) }
                    desc id=(description) { (self.description) }
                    @for tick in &ticks {
                        @let y = number(HEIGHT - tick / top * HEIGHT);
                        line.grid x1="0" x2=(WIDTH) y1=(y) y2=(y) vector-effect="non-scaling-stroke" {}
                    }
                    @match self.shape {
                        Shape::Lines => (self.lines(top)),
                        Shape::Bars | Shape::Stacked => (self.bars(top)),
                    }
                    (self.tips(l))
                }
                (self.words())
            }
        }
    }

    fn bars(&self, top: f64) -> Markup {
        let step = WIDTH / count(self.labels.len().max(1));
        let room = step * 0.72;
        let broad = if self.shape == Shape::Bars { room / count(self.series.len().max(1)) } else { room };
        html! {
            @for place in 0..self.labels.len() {
                @let begin = count(place) * step + (step - room) / 2.0;
                @for (nth, series) in self.series.iter().enumerate() {
                    @let high = series.at(place).unwrap_or(0.0) / top * HEIGHT;
                    @let below = self.below(place, nth) / top * HEIGHT;
                    @let x = if self.shape == Shape::Bars { begin + count(nth) * broad } else { begin };
                    @if high > 0.0 {
                        rect class=(series.hue.class()) x=(number(x)) y=(number(HEIGHT - below - high)) width=(number(broad)) height=(number(high)) {}
                    }
                }
            }
        }
    }

    /// How much of a stack lies below a series.
    fn below(&self, place: usize, nth: usize) -> f64 {
        let under = self.series.iter().take(if self.shape == Shape::Stacked { nth } else { 0 });
        under.filter_map(|series| series.at(place)).sum()
    }

    fn lines(&self, top: f64) -> Markup {
        let step = WIDTH / count(self.labels.len().max(1));
        let point = |place: usize, value: f64| {
            (number((count(place) + 0.5) * step), number(HEIGHT - value.min(top) / top * HEIGHT))
        };
        html! {
            @for series in &self.series {
                @let places: Vec<_> = (0..self.labels.len()).map(|at| series.at(at).map(|value| point(at, value))).collect();
                path class={ "line " (series.hue.class()) } d=(path(&places)) vector-effect="non-scaling-stroke" {}
                @for (x, y) in places.iter().flatten() {
                    path class={ "point " (series.hue.class()) } d={ "M" (x) " " (y) "h.01" } vector-effect="non-scaling-stroke" {}
                }
            }
        }
    }

    /// What is said of a place when the pointer rests above it.
    fn tips(&self, l: &Locale) -> Markup {
        let step = WIDTH / count(self.labels.len().max(1));
        html! {
            @for (place, label) in self.labels.iter().enumerate() {
                rect.tip x=(number(count(place) * step)) y="0" width=(number(step)) height=(HEIGHT) {
                    title {
                        (label)
                        @for series in &self.series { "\n" (series.name) ": " (self.unit.show(l, series.at(place))) }
                    }
                }
            }
        }
    }

    fn words(&self) -> Markup {
        words(&self.labels)
    }

    fn table(&self, l: &Locale) -> Markup {
        html! {
            table {
                caption.unseen { (self.title) }
                thead { tr { th scope="col" { (self.axis) } @for series in &self.series { th.number scope="col" { (series.name) } } } }
                tbody {
                    @for (place, label) in self.labels.iter().enumerate() {
                        tr {
                            th scope="row" { (label) }
                            @for series in &self.series { td.number { (self.unit.show(l, series.at(place))) } }
                        }
                    }
                }
            }
        }
    }
}

/// A line so small that it stands in a row of text; the words next to it say what matters.
pub fn sparkline(values: &[i64]) -> Markup {
    let series = Series::counted("", Hue::One, values.iter().copied());
    let top = series.values.iter().flatten().copied().fold(1.0, f64::max);
    let step = 100.0 / count(values.len().saturating_sub(1).max(1));
    let places: Vec<_> = (0..values.len())
        .map(|at| series.at(at).map(|value| (number(count(at) * step), number(22.0 - value / top * 20.0))))
        .collect();
    html! {
        svg.spark viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            path.line.hue-one d=(path(&places)) vector-effect="non-scaling-stroke" {}
        }
    }
}

fn framed(l: &Locale, id: &str, title: &str, csv: &str, open: bool, body: Markup, table: Markup) -> Markup {
    html! {
        figure.chart id=(id) {
            figcaption { h2 { (title) } }
            (body)
            details.figures open[open] {
                summary { (l.t("chart-table")) }
                div.figures-frame tabindex="0" role="region" aria-label=(title) { (table) }
                (Button::link(csv, &l.t("chart-csv")).icon("download").kind(Kind::Quiet).render())
            }
        }
    }
}

/// The words along the bottom. As many as fit stand under every place, cut if they are long; of more, every so-manieth.
fn words(labels: &[String]) -> Markup {
    let every = labels.len().div_ceil(LABELS_MAX).max(1);
    html! {
        div.plot-x.fit[every == 1] aria-hidden="true" {
            @for (place, label) in labels.iter().enumerate() {
                span { @if place % every == 0 { i { (label) } } }
            }
        }
    }
}

/// The path through points, broken where one is missing.
fn path(places: &[Option<(String, String)>]) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for place in places {
        if let Some((x, y)) = place {
            path.push_str(&format!("{}{x} {y}", if drawing { 'L' } else { 'M' }));
        }
        drawing = place.is_some();
    }
    path
}

/// Round values from nought to at least `top`, three to six of them; steps of whole things.
fn ticks(top: f64) -> Vec<f64> {
    let top = if top.is_finite() { top.clamp(1.0, 1e15) } else { 1.0 };
    let rough = top / 4.0;
    let ten = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * ten).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let step = step.max(1.0);
    let mut ticks = vec![0.0];
    let mut at = 0.0;
    while at < top {
        at += step;
        ticks.push(at);
    }
    ticks
}

fn count(of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "places on a chart")]
    let count = of as f64;
    count
}

/// A coordinate: two figures after the point, and never what is no number.
fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::Lang;

    pub fn english() -> Locale {
        Locale::new(Lang::En, jiff::tz::TimeZone::UTC)
    }

    fn chart(shape: Shape, unit: Unit, values: &[&[Option<f64>]]) -> Chart {
        let series =
            values.iter().map(|values| Series { name: "Calls".into(), hue: Hue::One, values: values.to_vec() });
        Chart {
            id: "c",
            title: "Title".into(),
            description: "Words".into(),
            axis: "Hour".into(),
            labels: (0..values.first().map_or(0, |v| v.len())).map(|n| n.to_string()).collect(),
            series: series.collect(),
            unit,
            shape,
        }
    }

    /// Every coordinate and length that is drawn.
    pub fn numbers(markup: &str) -> Vec<f64> {
        let mut found = Vec::new();
        for name in ["x", "y", "width", "height", "x1", "x2", "y1", "y2"] {
            let opening = format!(" {name}=\"");
            let parts = markup.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(parts.map(|text| text.parse::<f64>().unwrap_or_else(|_| panic!("{name}={text}"))));
        }
        for d in markup.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let parts = d.split(['M', 'L', ' ', 'h']).filter(|part| !part.is_empty());
            found.extend(parts.map(|text| text.parse::<f64>().unwrap_or_else(|_| panic!("{d}"))));
        }
        found
    }

    #[test]
    fn whatever_is_drawn_stays_in_the_frame() {
        let nan = Some(f64::NAN);
        let cases: [&[&[Option<f64>]]; 7] = [
            &[],
            &[&[]],
            &[&[Some(0.0)]],
            &[&[Some(3.0)]],
            &[&[Some(0.0), None, Some(1e300)], &[Some(f64::INFINITY), nan, Some(-4.0)]],
            &[&[Some(9.0); 24], &[Some(1.0); 24]],
            &[&[None; 5]],
        ];
        for values in cases {
            for shape in [Shape::Bars, Shape::Stacked, Shape::Lines] {
                for unit in [Unit::Count, Unit::Percent] {
                    let capped: Vec<Vec<Option<f64>>> = values
                        .iter()
                        .map(|s| {
                            s.iter().map(|v| v.map(|v| if unit == Unit::Percent { v.min(100.0) } else { v })).collect()
                        })
                        .collect();
                    let capped: Vec<&[Option<f64>]> = capped.iter().map(Vec::as_slice).collect();
                    let drawn = chart(shape, unit, &capped).figure(&english(), "/x.csv", false).into_string();
                    assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
                    let inside = numbers(&drawn).into_iter().all(|n| (-0.01..=WIDTH + 0.01).contains(&n));
                    assert!(inside || values.iter().any(|v| v.contains(&Some(1e300))), "{shape:?} {values:?}: {drawn}");
                }
            }
        }
    }

    #[test]
    fn a_stack_is_as_high_as_its_parts_together() {
        let drawn = chart(Shape::Stacked, Unit::Count, &[&[Some(6.0)], &[Some(2.0)]]).body(&english()).into_string();
        assert!(drawn.contains("y=\"50\" width=\"432\" height=\"150\""), "6 of 8: {drawn}");
        assert!(drawn.contains("y=\"0\" width=\"432\" height=\"50\""), "2 of 8 above: {drawn}");
        assert!(drawn.contains("Calls: 6\nCalls: 2"), "{drawn}");
    }

    #[test]
    fn a_line_has_a_gap_where_nothing_was_counted() {
        let values = [Some(50.0), None, Some(100.0), Some(0.0)];
        let drawn = chart(Shape::Lines, Unit::Percent, &[&values]).body(&english()).into_string();
        assert!(drawn.contains("d=\"M75 100M375 0L525 200\""), "{drawn}");
        assert_eq!(drawn.matches("class=\"point").count(), 3);
    }

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        assert_eq!(ticks(0.0), [0.0, 1.0]);
        assert_eq!(ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(8.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(47.0), [0.0, 20.0, 40.0, 60.0]);
        for top in [1.0, 9.0, 99.0, 1_234.0, 5e6, 1e300, f64::NAN, -1.0] {
            let ticks = ticks(top);
            assert!((2..=6).contains(&ticks.len()), "{top}: {ticks:?}");
        }
    }

    #[test]
    fn sparks_take_anything() {
        for values in [&[][..], &[0], &[5], &[1, i64::MAX, 0, -3]] {
            let drawn = sparkline(values).into_string();
            assert!(numbers(&drawn).into_iter().all(|n| (0.0..=100.0).contains(&n)), "{drawn}");
        }
    }

    #[test]
    fn the_figures_are_those_of_the_chart() {
        let rows = chart(Shape::Bars, Unit::Count, &[&[Some(1.0), None], &[Some(2.25), Some(0.0)]]).rows();
        assert_eq!(rows, [["Hour", "Calls", "Calls"], ["0", "1", "2.3"], ["1", "", "0"]]);
    }
}
