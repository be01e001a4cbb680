//! What the admin sets for the whole desk while it runs: its name, language, time zone, and where it stands in the
//! numbering plan. What is needed before the database opens, or is a security boundary, is in `config` instead.
//!
//! Invariant: every setting has a usable default, so an empty table is a working desk.
//!
//! Owns the table `settings`; records `DeskSettingChanged`. The page that changes them stands with the accounts, which know
//! who asks.

mod changing;
mod store;

use crate::base::Result;
use crate::db::Db;
use crate::phone::number::NumberPlan;

pub use changing::change;

/// The settings of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Name of the organisation that runs the desk; shown on every page.
    pub desk_name: String,
    /// Language of people who have chosen none: `en` or `de`.
    pub language: String,
    /// IANA time zone in which times are shown.
    pub time_zone: String,
    /// Country of the desk (ISO 3166, two letters): how national numbers are read.
    pub country: String,
    /// Area code without the trunk prefix: how local numbers are read. May be empty.
    pub area_code: String,
    /// Seconds of ringing after which a call's clock turns amber.
    pub amber_seconds: String,
    /// Seconds of ringing after which it turns red.
    pub red_seconds: String,
    /// Minutes in which a missed call should be called back.
    pub callback_minutes: String,
    /// Calls alike within [`Settings::storm_minutes`] that make an incident likely; `0` for never.
    pub storm_calls: String,
    /// Minutes over which such calls are counted.
    pub storm_minutes: String,
    /// `1` when only whoever claimed a call sees who it is from; else empty.
    pub identity_after_claim: String,
    /// Seconds in which a letter can be taken back after it was sent; `0` for none.
    pub undo_send_seconds: String,
    /// Whom to ask when one can't sign in: a name, a number, a room. May be empty.
    pub help: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            desk_name: "Deskbell".into(),
            language: "en".into(),
            time_zone: "UTC".into(),
            country: "DE".into(),
            area_code: String::new(),
            amber_seconds: "10".into(),
            red_seconds: "20".into(),
            callback_minutes: "15".into(),
            storm_calls: "8".into(),
            storm_minutes: "10".into(),
            identity_after_claim: String::new(),
            undo_send_seconds: "10".into(),
            help: String::new(),
        }
    }
}

impl Settings {
    /// The settings as they are now.
    pub fn read(db: &mut Db) -> Result<Self> {
        let mut settings = Self::default();
        for (key, value) in store::all(db)? {
            if let Some(field) = settings.field(&key) {
                *field = value;
            }
        }
        Ok(settings)
    }

    fn field(&mut self, key: &str) -> Option<&mut String> {
        Some(match key {
            "desk_name" => &mut self.desk_name,
            "language" => &mut self.language,
            "time_zone" => &mut self.time_zone,
            "country" => &mut self.country,
            "area_code" => &mut self.area_code,
            "amber_seconds" => &mut self.amber_seconds,
            "red_seconds" => &mut self.red_seconds,
            "callback_minutes" => &mut self.callback_minutes,
            "storm_calls" => &mut self.storm_calls,
            "storm_minutes" => &mut self.storm_minutes,
            "identity_after_claim" => &mut self.identity_after_claim,
            "undo_send_seconds" => &mut self.undo_send_seconds,
            "help" => &mut self.help,
            _ => return None,
        })
    }

    /// Key and value of each setting.
    fn pairs(&self) -> [(&'static str, &str); 13] {
        [
            ("desk_name", &self.desk_name),
            ("language", &self.language),
            ("time_zone", &self.time_zone),
            ("country", &self.country),
            ("area_code", &self.area_code),
            ("amber_seconds", &self.amber_seconds),
            ("red_seconds", &self.red_seconds),
            ("callback_minutes", &self.callback_minutes),
            ("storm_calls", &self.storm_calls),
            ("storm_minutes", &self.storm_minutes),
            ("identity_after_claim", &self.identity_after_claim),
            ("undo_send_seconds", &self.undo_send_seconds),
            ("help", &self.help),
        ]
    }

    /// Whether only whoever claimed a call sees who it is from.
    pub fn hides_identity(&self) -> bool {
        self.identity_after_claim == "1"
    }

    /// The time zone; UTC when the machine does not know the name.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// Seconds after which the clock of a call that rings turns amber, and red.
    pub fn late_seconds(&self) -> (u32, u32) {
        (number(&self.amber_seconds, 10), number(&self.red_seconds, 20))
    }

    /// Milliseconds in which a letter can be taken back after it was sent.
    pub fn undo_send_ms(&self) -> i64 {
        number::<i64>(&self.undo_send_seconds, 10).clamp(0, 60) * 1_000
    }

    /// Minutes in which a missed call should be called back.
    pub fn callback_minutes(&self) -> i64 {
        number(&self.callback_minutes, 15)
    }

    /// How many calls alike, within how many minutes, make an incident likely; nothing for never.
    pub fn storm(&self) -> Option<(usize, i64)> {
        let calls = number(&self.storm_calls, 8);
        (calls > 0).then(|| (calls, number(&self.storm_minutes, 10)))
    }

    /// How numbers that are typed at this desk are read.
    pub fn number_plan(&self) -> Option<NumberPlan> {
        Some(NumberPlan::new(&self.country)?.with_area_code(&self.area_code))
    }
}

/// A number that [`change`] has checked; the default should the table hold something else.
fn number<T: std::str::FromStr>(text: &str, default: T) -> T {
    text.parse().unwrap_or(default)
}
