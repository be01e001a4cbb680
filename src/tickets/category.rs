//! What a ticket can be about, with what the dispatcher asks then.

use super::Priority;
use crate::base::Timestamp;
use crate::base::id::{CategoryId, TeamId};

/// How a line of a script begins that is to be ticked off.
const MARK: &str = "- ";

/// A kind of matter.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Category {
    /// Id.
    pub id: CategoryId,
    /// Name, unique.
    pub name: String,
    /// What is asked and said; see [`ScriptLine`].
    pub script: String,
    /// Whose work it is, if nobody says otherwise.
    pub team: Option<TeamId>,
    /// How much it matters, if nobody says otherwise.
    pub priority: Option<Priority>,
    /// When it was archived; no new ticket is of it then.
    pub archived_at: Option<Timestamp>,
}

/// What is needed to make or change a category.
#[derive(Debug, Clone, Default)]
pub struct CategoryCard {
    /// See [`Category::name`].
    pub name: String,
    /// See [`Category::script`].
    pub script: String,
    /// See [`Category::team`].
    pub team: Option<TeamId>,
    /// See [`Category::priority`].
    pub priority: Option<Priority>,
}

/// A line of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptLine<'a> {
    /// To be read or said.
    Say(&'a str),
    /// To be ticked off, with its number among those.
    Check(usize, &'a str),
}

/// The lines of a script; empty ones are left out.
pub fn script_lines(script: &str) -> Vec<ScriptLine<'_>> {
    let mut count = 0;
    let line = |text| match str::strip_prefix(text, MARK) {
        Some(item) => {
            count += 1;
            ScriptLine::Check(count - 1, item.trim())
        }
        None => ScriptLine::Say(text),
    };
    script.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

/// The checklist of a script as it stands in a note: `☑` what was ticked, `☐` what was not. Nothing when nothing was.
pub fn checklist(script: &str, ticked: &[usize]) -> String {
    let items = script_lines(script).into_iter().filter_map(|line| match line {
        ScriptLine::Check(at, text) => Some((ticked.contains(&at), text)),
        ScriptLine::Say(_) => None,
    });
    let items: Vec<(bool, &str)> = items.collect();
    if !items.iter().any(|(done, _)| *done) {
        return String::new();
    }
    items.iter().map(|(done, text)| format!("{} {text}\n", if *done { '☑' } else { '☐' })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "Do you smell gas?\n\n - Nobody inside\n- No lights\r\nWe are on our way.";

    #[test]
    fn a_script_says_and_asks() {
        use ScriptLine::{Check, Say};
        let wanted =
            [Say("Do you smell gas?"), Check(0, "Nobody inside"), Check(1, "No lights"), Say("We are on our way.")];
        assert_eq!(script_lines(SCRIPT), wanted);
        assert!(script_lines(" \n ").is_empty());
    }

    #[test]
    fn what_was_ticked_stands_in_the_note_and_a_list_that_was_not_used_does_not() {
        assert_eq!(checklist(SCRIPT, &[1, 7]), "☐ Nobody inside\n☑ No lights\n");
        assert_eq!(checklist(SCRIPT, &[]), "");
        assert_eq!(checklist("Only words", &[0]), "");
    }
}
