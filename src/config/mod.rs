//! What must be known before the database opens, and what is a security boundary: `deskbell.toml`.
//!
//! Everything else is a setting in the database. Each section of the file is a file here (`web.rs` is `[web]`) that holds
//! the table of its fields, with their documentation, and the typed struct that the rest of the crate reads. The sample
//! file, `config show` and the error messages are all made from those tables, so they can't drift apart.
//!
//! Layers, the later wins: defaults < the file < `conf.d/*.toml` beside it < environment (`DESKBELL__WEB__LISTEN`) <
//! systemd credentials (secrets only) < flags of the command line.
//!
//! Invariants:
//! - All problems of all layers are reported at once, each with its place; a value that a later layer hides is checked too,
//!   or it would bite on the day when the later layer goes.
//! - An unknown key is an error: a mistyped `trusted_proxys` must not silently leave a border open.
//! - A secret never stands in the file, in the environment or in a message. It comes from a file of its own that not
//!   everybody may read, and stays in a [`Secret`] that prints as `***`.
//! - Nothing is global: [`load`] returns values, and tests hand in their own [`Sources`].

mod address;
mod data;
mod database;
mod fault;
mod field;
mod file;
mod log;
mod mail;
mod metrics;
mod phone;
mod reader;
mod sample;
mod secret;
mod show;
mod source;
mod value;
mod web;

pub use data::Data;
pub use database::{Database, DatabaseUrl};
pub use fault::{Fault, Refusal};
pub use field::{Field, Form, Section};
pub use log::{Format, Levels, Log};
pub use mail::Mail;
pub use metrics::Metrics;
pub use phone::Phone;
pub use sample::sample;
pub use secret::Secret;
pub use show::{Shown, show_json, show_text};
pub use source::{CONFIG_PATH, Sources};
pub use value::Origin;
pub use web::Web;

use reader::Reader;

/// Every section of the file, in the order in which it is shown.
pub const SECTIONS: &[Section] =
    &[data::SECTION, database::SECTION, web::SECTION, phone::SECTION, mail::SECTION, metrics::SECTION, log::SECTION];

/// The configuration of one daemon, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[data]`: where the daemon keeps what is its own.
    pub data: Data,
    /// `[database]`: which database, and the password for it.
    pub database: Database,
    /// `[web]`: addresses, names, proxies, sessions.
    pub web: Web,
    /// `[phone]`: SIP addresses and limits.
    pub phone: Phone,
    /// `[mail]`: which servers mailboxes may be on.
    pub mail: Mail,
    /// `[metrics]`: the listener for Prometheus.
    pub metrics: Metrics,
    /// `[log]`: how much, how, and how frankly.
    pub log: Log,
}

/// A configuration and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The typed values.
    pub config: Config,
    /// One row per key, in the order of [`SECTIONS`], secrets redacted.
    pub shown: Vec<Shown>,
}

/// Reads all layers, merges and checks them.
///
/// # Errors
/// [`Refusal`] with every problem found, when there is any.
pub fn load(sources: &Sources) -> Result<Loaded, Refusal> {
    let mut faults = Vec::new();
    let layers = sources.gather(&mut faults);
    let mut reader = Reader::new(layers, faults);
    let data = Data::read(&mut reader);
    let database = Database::read(&mut reader, data.as_ref());
    let web = Web::read(&mut reader);
    let phone = Phone::read(&mut reader);
    let mail = Mail::read(&mut reader);
    let metrics = Metrics::read(&mut reader);
    let log = Log::read(&mut reader);
    if let (Some(web), Some(phone), Some(metrics)) = (&web, &phone, &metrics) {
        address::check_distinct(&mut reader, web, phone, metrics);
    }
    let (Some(data), Some(database), Some(web), Some(phone), Some(mail), Some(metrics), Some(log)) =
        (data, database, web, phone, mail, metrics, log)
    else {
        return Err(reader.refusal());
    };
    let shown = reader.finish()?;
    Ok(Loaded { config: Config { data, database, web, phone, mail, metrics, log }, shown })
}
