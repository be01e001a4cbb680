//! The web kit: what every page stands on, and no page itself. It knows no feature.
//!
//! A request passes [`server`] (limits of connections and time), the [`entry`] middleware (request id, host check, meters,
//! panics, security headers, error pages) and then a handler of a feature. The handler takes a [`Visit`] (who asks from
//! where, in which language, for a page or a fragment) and, for everything but GET, a [`Form`], which also is the check
//! against cross-site requests. It answers with markup made by [`ui`], or with a `base::Error`, which [`problem`] turns
//! into a status and a page in plain words.
//!
//! Invariants:
//! - Nothing inline: no style, script or handler in markup, so the content security policy needs no exception.
//! - Every page works without scripts; what scripts add hangs on `data-` attributes and the helpers of [`ui::hx`].
//! - The address of the asker and our own host name come from configuration and the socket, never from headers that
//!   anyone can send.
//! - Texts for people stand in `src/locales`, under the same keys in every language; a test compares them.

pub mod assets;
pub mod body;
pub mod cookie;
pub mod csrf;
pub mod csv;
pub mod disposition;
pub mod entry;
pub mod flash;
pub mod form;
pub mod headers;
pub mod hosts;
pub mod lang;
pub mod live;
pub mod locale;
pub mod meters;
pub mod options;
pub mod problem;
mod pseudo;
pub mod redirect;
pub mod server;
pub mod ui;
pub mod upload;
pub mod visit;

pub use flash::{Undo, see_other_saying, see_other_undoable};
pub use form::{Form, LongForm};
pub use lang::{Lang, Value};
pub use live::{Live, LiveEvent, PerLang};
pub use locale::Locale;
pub use meters::Meters;
pub use options::Options;
pub use redirect::{safe_next, see_other};
pub use upload::Upload;
pub use visit::{Density, ReaderLang, Theme, Visit};
