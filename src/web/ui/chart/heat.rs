//! Strips of boxes, the darker the more: when something happens, by two measures at once.

use maud::{Markup, html};

use super::{HEIGHT, Locale, WIDTH, count, framed, number, words};

/// Steps of darkness, above nothing.
const HEAT_STEPS: f64 = 5.0;

/// A strip of boxes, the darker the more.
#[derive(Debug, Clone)]
pub struct Heat {
    /// Its id on the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// A sentence more, for those who can't see it.
    pub description: String,
    /// What the rows are; the head of the table's first column.
    pub axis: String,
    /// The words above the columns.
    pub columns: Vec<String>,
    /// The rows with their names.
    pub rows: Vec<(String, Vec<i64>)>,
}

impl Heat {
    /// The strip with its table (open or not) and a link to its figures.
    pub fn figure(&self, l: &Locale, csv: &str, open: bool) -> Markup {
        framed(l, self.id, &self.title, csv, open, self.body(l), self.table(l))
    }

    /// The figures: the head and the rows of a table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let head = std::iter::once(self.axis.clone()).chain(self.columns.iter().cloned()).collect();
        let row = |(name, values): &(String, Vec<i64>)| {
            std::iter::once(name.clone()).chain(values.iter().map(ToString::to_string)).collect()
        };
        std::iter::once(head).chain(self.rows.iter().map(row)).collect()
    }

    fn body(&self, l: &Locale) -> Markup {
        let most = self.rows.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0).max(1);
        let broad = WIDTH / count(self.columns.len().max(1));
        let high = HEIGHT / count(self.rows.len().max(1));
        let (title, description) = (format!("{}-t", self.id), format!("{}-d", self.id));
        html! {
            div.plot.heat {
                div.plot-rows aria-hidden="true" { @for (name, _) in &self.rows { span { (name) } } }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-labelledby={ (title) " " (description) } {
                    title id=(title) { (self.title) }
                    desc id=(description) { (self.description) }
                    @for (down, (name, values)) in self.rows.iter().enumerate() {
                        @for (along, (value, column)) in values.iter().zip(&self.columns).enumerate() {
                            rect class={ "heat-" (warmth(*value, most)) } x=(number(count(along) * broad + 1.0)) y=(number(count(down) * high + 1.0))
                                width=(number((broad - 2.0).max(0.0))) height=(number((high - 2.0).max(0.0))) {
                                title { (name) " " (column) ": " (l.number(*value)) }
                            }
                        }
                    }
                }
                (words(&self.columns))
            }
        }
    }

    fn table(&self, l: &Locale) -> Markup {
        html! {
            table {
                caption.unseen { (self.title) }
                thead { tr { th scope="col" { (self.axis) } @for column in &self.columns { th.number scope="col" { (column) } } } }
                tbody {
                    @for (name, values) in &self.rows {
                        tr { th scope="row" { (name) } @for value in values { td.number { (l.number(*value)) } } }
                    }
                }
            }
        }
    }
}

/// How dark a box is: nought for nothing, then by its part of the most.
fn warmth(value: i64, most: i64) -> u8 {
    if value <= 0 {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a shade of colour")]
    let part = value as f64 / most.max(1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between one and five")]
    let step = (part * HEAT_STEPS).ceil().clamp(1.0, HEAT_STEPS) as u8;
    step
}

#[cfg(test)]
mod tests {
    use super::super::tests::{english, numbers};
    use super::*;

    #[test]
    fn boxes_take_anything() {
        let heat = |rows: Vec<(String, Vec<i64>)>| Heat {
            id: "h",
            title: "Missed".into(),
            description: String::new(),
            axis: "Day".into(),
            columns: (0..24).map(|n| n.to_string()).collect(),
            rows,
        };
        for rows in [vec![], vec![("Mo".to_owned(), vec![0; 24])], vec![("Mo".to_owned(), vec![i64::MAX; 24])]] {
            let drawn = heat(rows).figure(&english(), "/x.csv", true).into_string();
            assert!(numbers(&drawn).into_iter().all(|n| (0.0..=WIDTH).contains(&n)), "{drawn}");
        }
        assert_eq!([0, 1, 20, 21, 100, 7].map(|n| warmth(n, 100)), [0, 1, 1, 2, 5, 1]);
    }
}
