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

/// What the database said, in the domain's words. Whoever sees it can't tell which of the two databases it was.
impl From<diesel::result::Error> for super::Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        let busy = |key| Self::Busy(super::Message::new(key));
        match &error {
            Diesel::NotFound => Self::Missing,
            Diesel::DatabaseError(Kind::UniqueViolation, _) => Self::Conflict(super::Message::new("error-exists")),
            Diesel::DatabaseError(Kind::SerializationFailure, _) => busy("error-busy"),
            Diesel::DatabaseError(Kind::ClosedConnection, _) => busy("error-database-away"),
            Diesel::DatabaseError(_, info) => {
                let text = info.message();
                if text.contains("database is locked") || text.contains("lock timeout") || text.contains("deadlock") {
                    busy("error-busy")
                } else if text.contains("is full") || text.contains("No space left") {
                    busy("error-disk-full")
                } else if text.contains("readonly database") || text.contains("read-only transaction") {
                    busy("error-read-only")
                } else if text.contains("disk I/O error") || text.contains("malformed") {
                    tracing::error!(error = text, "the disk or the file of the database is broken");
                    busy("error-disk-broken")
                } else if text.contains("terminating connection") || text.contains("server closed the connection") {
                    busy("error-database-away")
                } else {
                    Self::Internal(format!("database: {text}"))
                }
            }
            other => Self::Internal(format!("database: {other}")),
        }
    }
}
