//! Tables: dense where there is room, one card for each row where there is not.

use maud::{Markup, Render, html};

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    label: String,
    number: bool,
    wide: bool,
}

impl Column {
    /// A column of texts.
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), number: false, wide: false }
    }

    /// A column of numbers, under each other by their last figure.
    pub fn number(label: &str) -> Self {
        Self { label: label.to_owned(), number: true, wide: false }
    }

    /// The column that gets the room that is left.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    fn class(&self) -> Option<&'static str> {
        match (self.number, self.wide) {
            (true, _) => Some("number"),
            (false, true) => Some("wide"),
            (false, false) => None,
        }
    }
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    id: String,
    href: Option<String>,
    cells: Vec<Markup>,
    loud: bool,
}

impl Row {
    /// A row with its cells in the order of the columns. The id keeps it itself when the list is loaded anew.
    pub fn new(id: &str, cells: Vec<Markup>) -> Self {
        Self { id: id.to_owned(), href: None, cells, loud: false }
    }

    /// Where a click on the row leads. The first cell becomes the link.
    #[must_use]
    pub fn href(mut self, href: &str) -> Self {
        self.href = Some(href.to_owned());
        self
    }

    /// A row that the reader has not dealt with.
    #[must_use]
    pub fn loud(mut self, loud: bool) -> Self {
        self.loud = loud;
        self
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl Table {
    /// A table whose caption is read out, not seen: the page's title says the same.
    pub fn new(caption: &str, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self { caption: caption.to_owned(), columns, rows }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        html! {
            div.table-frame {
                table {
                    caption.unseen { (self.caption) }
                    thead {
                        tr { @for column in &self.columns { th scope="col" class=[column.class()] { (column.label) } } }
                    }
                    tbody { @for row in &self.rows { (row_of(row, &self.columns)) } }
                }
            }
        }
    }
}

fn row_of(row: &Row, columns: &[Column]) -> Markup {
    html! {
        tr id=(row.id) .linked[row.href.is_some()] .loud[row.loud] {
            @for (at, (cell, column)) in row.cells.iter().zip(columns).enumerate() {
                td class=[column.class()] data-label=(column.label) {
                    @match row.href.as_ref().filter(|_| at == 0) {
                        Some(href) => a.row-link href=(href) { (cell) },
                        None => (cell),
                    }
                }
            }
        }
    }
}
