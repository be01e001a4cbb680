//! Changing the desk's settings.

use super::{Settings, store};
use crate::base::text::clean_line;
use crate::base::{Error, Problem, Result};
use crate::events::{Act, Event};
use crate::phone::number::NumberPlan;

/// Writes the settings that differ from what is there.
///
/// # Errors
/// [`Error::Invalid`] names every field that can't be used; then nothing is changed.
pub fn change(act: &mut Act<'_>, wanted: &Settings) -> Result<()> {
    let wanted = check(wanted)?;
    let before = Settings::read(act.db)?;
    for ((key, value), (_, old)) in wanted.pairs().into_iter().zip(before.pairs()) {
        if value != old {
            store::set(act.db, key, value, act.now)?;
            act.record(Event::DeskSettingChanged { key: key.into() });
        }
    }
    Ok(())
}

fn check(wanted: &Settings) -> Result<Settings> {
    let settings = Settings {
        desk_name: clean_line(&wanted.desk_name, 60),
        language: wanted.language.clone(),
        time_zone: wanted.time_zone.trim().to_owned(),
        country: wanted.country.trim().to_uppercase(),
        area_code: wanted.area_code.trim().trim_start_matches('0').to_owned(),
        help: clean_line(&wanted.help, 120),
    };
    let mut problems = Vec::new();
    let mut must = |good: bool, field, message| {
        if !good {
            problems.push(Problem::new(field, message));
        }
    };
    must(!settings.desk_name.is_empty(), "desk_name", "error-required");
    must(matches!(settings.language.as_str(), "en" | "de"), "language", "error-choice");
    must(jiff::tz::TimeZone::get(&settings.time_zone).is_ok(), "time_zone", "error-time-zone");
    must(NumberPlan::new(&settings.country).is_some(), "country", "error-country");
    let digits = settings.area_code.len() <= 8 && settings.area_code.bytes().all(|c| c.is_ascii_digit());
    must(digits, "area_code", "error-area-code");
    if problems.is_empty() { Ok(settings) } else { Err(Error::Invalid(problems)) }
}
