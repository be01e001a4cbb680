//! Diesel glue: how the words of this module stand in columns. BIGINT and TEXT only, the same in both databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

/// Stores a newtype over `i64` as BIGINT in every backend that stores `i64`.
macro_rules! over_i64 {
    ($name:ty) => {
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }
    };
}
pub(crate) use over_i64;

over_i64!(super::time::Timestamp);

/// A closed set of words that stands in a TEXT column, in JSON and in form fields under the same name.
///
/// `words! { /// Doc. pub enum Status { /// Doc. New = "new", .. } }`
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every word of the set, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it is stored.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a stored word; nothing for any other text.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.word(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                Self::from_word(&word).ok_or_else(|| format!("{word:?} is no {}", stringify!($name)).into())
            }
        }
    };
}
pub use crate::words;

impl<DB> ToSql<Text, DB> for super::text::EmailAddress
where
    DB: Backend,
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
    }
}

impl<DB> FromSql<Text, DB> for super::text::EmailAddress
where
    DB: Backend,
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, DB>>::from_sql(bytes).map(Self::stored)
    }
}

/// How databases say what is no fault of whoever asked, and may be over soon.
const BUSY: [&str; 7] = [
    "database is locked",
    "lock timeout",
    "deadlock",
    "out of memory",
    "out of shared memory",
    "canceling statement",
    "too many connections",
];
const FULL: [&str; 4] = ["is full", "No space left", "could not extend file", "quota exceeded"];
const READ_ONLY: [&str; 2] = ["readonly database", "read-only transaction"];
const BROKEN: [&str; 5] =
    ["disk I/O error", "malformed", "unable to open database file", "Input/output error", "could not read block"];
const AWAY: [&str; 5] = [
    "terminating connection",
    "server closed the connection",
    "connection slots are reserved",
    "is shutting down",
    "is starting up",
];

/// What the database said, in the domain's words. Whoever sees it can't tell which of the two databases it was.
impl From<diesel::result::Error> for super::Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        let busy = |key| Self::Busy(super::Message::new(key));
        if let Diesel::RollbackErrorOnCommit { commit_error, .. } = error {
            return Self::from(*commit_error);
        }
        match &error {
            Diesel::NotFound => Self::Missing,
            Diesel::DatabaseError(Kind::UniqueViolation, _) => Self::Conflict(super::Message::new("error-exists")),
            Diesel::DatabaseError(Kind::SerializationFailure, _) => busy("error-busy"),
            // The second is what a statement is told, or the taking back of those before it, when the connection is gone.
            Diesel::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _)
            | Diesel::BrokenTransactionManager => busy("error-database-away"),
            Diesel::DatabaseError(_, info) => {
                let text = info.message();
                let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
                if has(&BUSY) {
                    busy("error-busy")
                } else if has(&FULL) {
                    busy("error-disk-full")
                } else if has(&READ_ONLY) {
                    busy("error-read-only")
                } else if has(&BROKEN) {
                    tracing::error!(error = text, "the disk or the file of the database is broken");
                    busy("error-disk-broken")
                } else if has(&AWAY) {
                    busy("error-database-away")
                } else {
                    Self::Internal(format!("database: {text}"))
                }
            }
            other => Self::Internal(format!("database: {other}")),
        }
    }
}
