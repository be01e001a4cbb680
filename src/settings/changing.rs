//! Changing the desk's settings.

use super::{Settings, store};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Problem, Result};
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
    let usual = Settings::default();
    let settings = Settings {
        desk_name: clean_line(&wanted.desk_name, 60),
        language: wanted.language.clone(),
        time_zone: wanted.time_zone.trim().to_owned(),
        country: wanted.country.trim().to_uppercase(),
        area_code: wanted.area_code.trim().trim_start_matches('0').to_owned(),
        amber_seconds: number_or(&wanted.amber_seconds, usual.amber_seconds),
        red_seconds: number_or(&wanted.red_seconds, usual.red_seconds),
        callback_minutes: number_or(&wanted.callback_minutes, usual.callback_minutes),
        storm_calls: number_or(&wanted.storm_calls, usual.storm_calls),
        storm_minutes: number_or(&wanted.storm_minutes, usual.storm_minutes),
        identity_after_claim: wanted.identity_after_claim.clone(),
        undo_send_seconds: number_or(&wanted.undo_send_seconds, usual.undo_send_seconds),
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
    must(matches!(settings.identity_after_claim.as_str(), "" | "1"), "identity_after_claim", "error-choice");
    for (field, value, range) in [
        ("amber_seconds", &settings.amber_seconds, 1..=600),
        ("red_seconds", &settings.red_seconds, 1..=600),
        ("callback_minutes", &settings.callback_minutes, 1..=1_440),
        ("storm_calls", &settings.storm_calls, 0..=500),
        ("storm_minutes", &settings.storm_minutes, 1..=120),
        ("undo_send_seconds", &settings.undo_send_seconds, 0..=60),
    ] {
        if !value.parse().is_ok_and(|number: u32| range.contains(&number)) {
            let message = Message::new("error-number-range").with("least", range.start()).with("most", range.end());
            problems.push(Problem::new(field, message));
        }
    }
    if problems.is_empty() { Ok(settings) } else { Err(Error::Invalid(problems)) }
}

/// What was typed, or what is usual when the field was left empty.
fn number_or(typed: &str, usual: String) -> String {
    if typed.trim().is_empty() { usual } else { typed.trim().to_owned() }
}
