//! Lines: where calls come in, and the rules of each.

use std::net::IpAddr;

use crate::base::id::{LineId, TeamId};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Network, Problem, Result, Timestamp, words};
use crate::phone::number::NumberPlan;

/// Sources, and numbers, that a line may have.
const ROWS_MAX: usize = 50;

words! {
    /// Which calls of a line become tickets.
    pub enum Makes {
        /// Every call, while it rings.
        Every = "every",
        /// Missed calls, when they end.
        Missed = "missed",
        /// None; an agent may still make one of any call.
        None = "none",
    }
}

/// Reads a network that calls may come from. The whole internet is none.
pub(super) fn source(text: &str) -> Option<Network> {
    Network::parse(text.trim()).ok().filter(|network| !network.is_everything())
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id.
    pub id: LineId,
    /// Name, unique; also a label on `/metrics`.
    pub name: String,
    /// Whose work its tickets are.
    pub team: Option<TeamId>,
    /// Which calls become tickets.
    pub makes: Makes,
    /// Country in whose numbering plan the numbers of this line are read (ISO 3166).
    pub country: String,
    /// Area code for numbers without one; may be empty.
    pub area_code: String,
    /// Who may place calls on it.
    pub sources: Vec<Network>,
    /// The dialled numbers that it serves; none for all that no other line of the same source serves.
    pub numbers: Vec<String>,
    /// Since when it takes no calls.
    pub disabled_at: Option<Timestamp>,
}

impl Line {
    /// How numbers of this line are read.
    pub fn plan(&self) -> Option<NumberPlan> {
        Some(NumberPlan::new(&self.country)?.with_area_code(&self.area_code))
    }

    fn serves(&self, dialled: &str) -> bool {
        let key = |text: &str| {
            let number = self.plan().map(|plan| plan.read(text));
            number.and_then(|n| n.e164).unwrap_or_else(|| text.trim().to_lowercase())
        };
        let dialled = key(dialled);
        self.numbers.iter().any(|number| key(number) == dialled)
    }
}

/// All lines that take calls.
#[derive(Debug, Clone, Default)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    /// Whether any line takes calls from this address.
    pub fn know(&self, source: IpAddr) -> bool {
        self.of(source).next().is_some()
    }

    fn of(&self, source: IpAddr) -> impl Iterator<Item = &Line> {
        self.0.iter().filter(move |line| line.disabled_at.is_none() && line.sources.iter().any(|s| s.contains(source)))
    }

    /// The line of a call: of those that take calls from its source, the one that serves the dialled number, else the
    /// one that serves all.
    pub fn for_call(&self, source: IpAddr, dialled: &str) -> Option<&Line> {
        self.of(source)
            .find(|line| line.serves(dialled))
            .or_else(|| self.of(source).find(|line| line.numbers.is_empty()))
    }
}

/// What is needed to make or change a line.
#[derive(Debug, Clone)]
pub struct LineCard {
    /// See [`Line::name`].
    pub name: String,
    /// See [`Line::team`].
    pub team: Option<TeamId>,
    /// See [`Line::makes`].
    pub makes: Makes,
    /// See [`Line::country`].
    pub country: String,
    /// See [`Line::area_code`].
    pub area_code: String,
    /// One address or network to a line of text.
    pub sources: String,
    /// One number to a line of text.
    pub numbers: String,
}

/// A card that was read.
pub(super) struct Checked {
    pub name: String,
    pub country: String,
    pub area_code: String,
    pub sources: Vec<Network>,
    pub numbers: Vec<String>,
}

impl LineCard {
    pub(super) fn check(&self) -> Result<Checked> {
        let mut problems = Vec::new();
        let name = clean_line(&self.name, 60);
        if name.is_empty() {
            problems.push(Problem::new("name", "error-required"));
        }
        let country = self.country.trim().to_uppercase();
        if NumberPlan::new(&country).is_none() {
            problems.push(Problem::new("country", "error-country"));
        }
        let area_code = self.area_code.trim().trim_start_matches('0').to_owned();
        if area_code.len() > 8 || !area_code.bytes().all(|c| c.is_ascii_digit()) {
            problems.push(Problem::new("area_code", "error-area-code"));
        }
        let mut sources = Vec::new();
        for text in rows(&self.sources) {
            match source(text) {
                Some(network) => sources.push(network),
                None => problems.push(Problem::new("sources", Message::new("error-source").with("text", text))),
            }
        }
        if sources.is_empty() && rows(&self.sources).next().is_none() {
            problems.push(Problem::new("sources", "error-source-missing"));
        }
        sources.sort_unstable();
        sources.dedup();
        let mut numbers: Vec<String> = rows(&self.numbers).map(|text| clean_line(text, 40)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for (field, count) in [("sources", sources.len()), ("numbers", numbers.len())] {
            if count > ROWS_MAX {
                problems.push(Problem::new(field, Message::new("error-too-many").with("max", ROWS_MAX)));
            }
        }
        if problems.is_empty() {
            Ok(Checked { name, country, area_code, sources, numbers })
        } else {
            Err(Error::Invalid(problems))
        }
    }
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ',']).map(str::trim).filter(|row| !row.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: i64, sources: &[&str], numbers: &[&str]) -> Line {
        Line {
            id: LineId(id),
            name: format!("line {id}"),
            team: None,
            makes: Makes::Every,
            country: "DE".into(),
            area_code: "30".into(),
            sources: sources.iter().map(|s| source(s).unwrap()).collect(),
            numbers: numbers.iter().map(|&n| n.to_owned()).collect(),
            disabled_at: None,
        }
    }

    #[test]
    fn the_whole_internet_is_no_source() {
        assert!(source(" 192.0.2.0/24 ").is_some_and(|network| network.contains("192.0.2.9".parse().unwrap())));
        for bad in ["", "x", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0/8", "pbx.example.org"] {
            assert_eq!(source(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_call_finds_its_line_by_source_and_dialled_number() {
        let lines = Lines(vec![line(1, &["192.0.2.10"], &["030 901820", "helpdesk"]), line(2, &["192.0.2.0/24"], &[])]);
        let source = "192.0.2.10".parse().unwrap();
        let id = |dialled| lines.for_call(source, dialled).map(|l| l.id.0);
        assert_eq!(id("+4930901820"), Some(1));
        assert_eq!(id("901820"), Some(1), "local numbers get the line's area code");
        assert_eq!(id("HelpDesk"), Some(1));
        assert_eq!(id("620"), Some(2), "the line without numbers takes the rest");
        assert_eq!(lines.for_call("198.51.100.1".parse().unwrap(), "620"), None);
        assert!(!lines.know("198.51.100.1".parse().unwrap()));
    }
}
