//! What a dispatcher says of a call when it is over.

use crate::base::Timestamp;
use crate::base::id::WrapUpId;

/// A wrap-up code.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct WrapUpCode {
    /// Id.
    pub id: WrapUpId,
    /// Its name.
    pub name: String,
    /// When it went out of use.
    pub archived_at: Option<Timestamp>,
}
