//! One event with everything that belongs to it, before anybody decides how it looks.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Octets of one value that are kept. Nobody reads more, and strangers decide how long a URL is.
const VALUE_BYTES_MAX: usize = 4_096;

/// An event.
#[derive(Debug, Clone)]
pub struct Record {
    /// When it was logged.
    pub at: jiff::Timestamp,
    /// How bad it is.
    pub level: Level,
    /// Which part says so: a module path.
    pub target: String,
    /// The place in the source.
    pub place: Option<(String, u32)>,
    /// What happened.
    pub message: String,
    /// The 128-bit name of this kind of event in the journal's catalog, in hex, when it has one.
    pub message_id: Option<String>,
    /// Everything else, in order, the spans' fields first; each name once.
    pub fields: Vec<(&'static str, Value)>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, at most 4 KiB.
    Text(String),
    /// A number.
    Number(serde_json::Number),
    /// A truth value.
    Flag(bool),
}

/// Fields as they come in; of equal names the last one stays.
#[derive(Debug, Clone, Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn put(&mut self, name: &'static str, value: Value) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    fn take_text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        match self.0.remove(at).1 {
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Flag(flag) => Some(flag.to_string()),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.name(), Value::Text(clipped(format!("{value:?}"))));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), Value::Text(clipped(value.to_owned())));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), Value::Number(value.into()));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), Value::Number(value.into()));
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON knows no infinity.
        let number = serde_json::Number::from_f64(value).map(Value::Number);
        self.put(field.name(), number.unwrap_or_else(|| Value::Text(value.to_string())));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), Value::Flag(value));
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let causes: Vec<String> =
            std::iter::successors(Some(value), |error| (*error).source()).map(ToString::to_string).collect();
        self.put(field.name(), Value::Text(clipped(causes.join(": "))));
    }
}

fn clipped(mut text: String) -> String {
    if text.len() > VALUE_BYTES_MAX {
        let end = (0..=VALUE_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The layer that gathers records and hands each to `pour`.
pub(super) struct Gather<P>(P);

impl<P: Fn(&Record)> Gather<P> {
    pub fn new(pour: P) -> Self {
        Self(pour)
    }
}

impl<P, S> Layer<S> for Gather<P>
where
    P: Fn(&Record) + 'static,
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().replace(fields);
    }

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(Fields(outer)) = span.extensions().get::<Fields>() {
                outer.iter().for_each(|(name, value)| fields.put(name, value.clone()));
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        // What libraries say through the crate log comes with its origin as fields.
        let target = fields.take_text("log.target").unwrap_or_else(|| metadata.target().to_owned());
        let file = fields.take_text("log.file").or_else(|| metadata.file().map(str::to_owned));
        let line = fields.take_text("log.line").and_then(|line| line.parse().ok()).or_else(|| metadata.line());
        fields.take_text("log.module_path");
        let record = Record {
            at: jiff::Timestamp::now(),
            level: *metadata.level(),
            target,
            place: file.zip(line),
            message: fields.take_text("message").unwrap_or_default(),
            message_id: fields.take_text("message_id"),
            fields: fields.0,
        };
        (self.0)(&record);
    }
}
