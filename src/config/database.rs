//! `[database]`: SQLite in the data directory, or PostgreSQL.

use std::path::{Path, PathBuf};

use url::Url;

use super::data::Data;
use super::field::{Field, Form, Section};
use super::reader::Reader;
use super::secret::Secret;

/// The section.
pub(super) const SECTION: Section = Section {
    name: "database",
    doc: "SQLite by default: no server, one file. PostgreSQL for those who outgrow one machine.",
    fields: &[URL, PASSWORD_FILE],
};

const URL: &Field = &Field {
    section: "database",
    name: "url",
    form: Form::Text,
    doc: "sqlite:PATH with an absolute path, or postgres://USER@HOST/DATABASE without a password.\n\
          When not set: the file deskbell.db in the data directory.",
    default: None,
    example: "\"sqlite:/var/lib/deskbell/deskbell.db\"",
    credential: None,
};

const PASSWORD_FILE: &Field = &Field {
    section: "database",
    name: "password_file",
    form: Form::Text,
    doc: "A file with the password for PostgreSQL: an absolute path. Others than its owner and group may not read it.",
    default: None,
    example: "\"/etc/deskbell/credentials/database.password\"",
    credential: Some("database.password"),
};

/// `[database]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Which database.
    pub url: DatabaseUrl,
    /// The password for PostgreSQL; nothing for peer authentication, a `.pgpass` and SQLite.
    pub password: Option<Secret>,
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of SQLite; an absolute path. It need not exist yet.
    Sqlite(PathBuf),
    /// A server. The URL holds no password.
    Postgres(Url),
}

impl Database {
    pub(super) fn read(reader: &mut Reader, data: Option<&Data>) -> Option<Self> {
        let url = reader.optional(URL, database_url);
        let password = reader.secret(PASSWORD_FILE);
        let url = url?.or_else(|| data.map(|data| DatabaseUrl::Sqlite(data.dir.join("deskbell.db"))))?;
        Some(Self { url, password: password? })
    }

    /// What diesel connects to: the path of the file, or the URL with the password in it.
    pub fn connection(&self) -> Secret {
        match (&self.url, &self.password) {
            (DatabaseUrl::Sqlite(path), _) => Secret::new(path.to_string_lossy()),
            (DatabaseUrl::Postgres(url), None) => Secret::new(url.as_str()),
            (DatabaseUrl::Postgres(url), Some(password)) => {
                // In the query, where libpq looks too: a URL without a host (a Unix socket) has no room before the @.
                let mut url = url.clone();
                let encoded: String = url::form_urlencoded::byte_serialize(password.reveal().as_bytes()).collect();
                // libpq does not read + as a space.
                let pair = format!("password={}", encoded.replace('+', "%20"));
                let query = url.query().map_or(pair.clone(), |query| format!("{query}&{pair}"));
                url.set_query(Some(&query));
                Secret::new(url)
            }
        }
    }
}

/// Reads a database URL. The messages never quote it: it may hold a password, however wrong that is.
fn database_url(text: &str) -> Result<DatabaseUrl, String> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        return match Path::new(path) {
            _ if path.contains(['\0', '?', '#']) || path.starts_with("//") => {
                Err("write sqlite: and an absolute path, such as sqlite:/var/lib/deskbell/deskbell.db".to_owned())
            }
            path if !path.is_absolute() => {
                Err("the path is not absolute: write sqlite: and a path that starts with /".to_owned())
            }
            path => Ok(DatabaseUrl::Sqlite(path.to_owned())),
        };
    }
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("write sqlite:PATH or postgres://USER@HOST/DATABASE".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("this is not a URL: {error}"))?;
    if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
        return Err("a password must not stand here: put it into a file of its own and name that by password_file; \
                    then change it, since it was seen"
            .to_owned());
    }
    if url.path().trim_matches('/').is_empty() {
        return Err("the name of the database is lacking: write postgres://USER@HOST/DATABASE".to_owned());
    }
    Ok(DatabaseUrl::Postgres(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(url: &str, password: Option<&str>) -> String {
        let url = database_url(url).unwrap();
        Database { url, password: password.map(Secret::new) }.connection().reveal().to_owned()
    }

    #[test]
    fn the_password_gets_into_the_url_unharmed() {
        assert_eq!(connection("sqlite:/a b/c.db", None), "/a b/c.db");
        assert_eq!(connection("postgres://u@h/d", None), "postgres://u@h/d");
        assert_eq!(
            connection("postgres://u@h/d", Some("p@/ +&%?")),
            "postgres://u@h/d?password=p%40%2F%20%2B%26%25%3F"
        );
        assert_eq!(connection("postgres:///d?host=/run", Some("x")), "postgres:///d?host=/run&password=x");
    }
}
