//! Tables for spreadsheets: comma-separated, in UTF-8, and harmless to whoever opens them.

use actix_web::HttpResponse;
use actix_web::http::header;

/// What a spreadsheet needs to see first to read UTF-8.
const MARK: char = '\u{feff}';

/// Rows as text. A cell that a spreadsheet would take for a formula is led by an apostrophe, which makes it text.
pub fn text<R: AsRef<[String]>>(rows: impl IntoIterator<Item = R>) -> String {
    let mut all = String::from(MARK);
    for row in rows {
        let cells: Vec<String> = row.as_ref().iter().map(|cell| quoted(cell)).collect();
        all.push_str(&cells.join(","));
        all.push_str("\r\n");
    }
    all
}

fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    // A number with a plus sign is a phone number, and no spreadsheet shall add it up.
    let guard = if is_formula || cell.starts_with('+') { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r', ';']) || !guard.is_empty() {
        return format!("\"{guard}{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

/// The answer that a browser keeps as a file of this name.
pub fn download(name: &str, rows: &[Vec<String>]) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_becomes_a_formula_or_another_cell() {
        let row = ["=1+1", "+49 30", "-5", "-x", "@a", "a,b", "say \"hi\"", "Größe", "\tx", ""].map(str::to_owned);
        let wanted = "\u{feff}\"'=1+1\",\"'+49 30\",-5,\"'-x\",\"'@a\",\"a,b\",\"say \"\"hi\"\"\",Größe,\"'\tx\",\r\n";
        assert_eq!(text([row]), wanted);
    }
}
