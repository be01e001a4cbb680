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
            "help" => &mut self.help,
            _ => return None,
        })
    }

    /// Key and value of each setting.
    fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("desk_name", &self.desk_name),
            ("language", &self.language),
            ("time_zone", &self.time_zone),
            ("country", &self.country),
            ("area_code", &self.area_code),
            ("help", &self.help),
        ]
    }

    /// The time zone; UTC when the machine does not know the name.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// How numbers that are typed at this desk are read.
    pub fn number_plan(&self) -> Option<NumberPlan> {
        Some(NumberPlan::new(&self.country)?.with_area_code(&self.area_code))
    }
}
