//! What the store needs of a server, and of the settings of a connection.

use sqlx::{MySqlConnection, Row};

/// The server is too old for the desk, or a connection's settings would spoil what is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("MySQL 8.0.19, MariaDB 10.11 or something newer is needed, and this is {0}")]
    Old(String),
    #[error(
        "sql_mode has neither STRICT_TRANS_TABLES nor STRICT_ALL_TABLES: what is too long would be cut off"
    )]
    Lax,
    #[error("{0} is {1} and must be utf8mb4")]
    CharacterSet(&'static str, String),
    #[error("autocommit is off: what is read outside of a transaction would begin one")]
    NoAutocommit,
}

/// What a connection says of itself. It stands in the order of the columns.
#[derive(Debug, Clone)]
struct Session {
    version: String,
    sql_mode: String,
    client: String,
    results: String,
    autocommit: bool,
}

/// Asks a connection.
pub(super) async fn check(connection: &mut MySqlConnection) -> sqlx::Result<Result<(), Unfit>> {
    let settings = "select version(), @@session.sql_mode, @@session.character_set_client, \
        coalesce(@@session.character_set_results, 'binary'), @@session.autocommit = 1";
    let row = sqlx::query(settings).fetch_one(connection).await?;
    let session = Session {
        version: row.try_get(0)?,
        sql_mode: row.try_get(1)?,
        client: row.try_get(2)?,
        results: row.try_get(3)?,
        autocommit: row.try_get(4)?,
    };
    Ok(session.check())
}

impl Session {
    // Neither the time zone, for no column is a `TIMESTAMP`, nor the isolation, which each transaction says by itself.
    fn check(&self) -> Result<(), Unfit> {
        if !is_new_enough(&self.version) {
            return Err(Unfit::Old(self.version.clone()));
        }
        if !self.sql_mode.split(',').any(|mode| matches!(mode, "STRICT_TRANS_TABLES" | "STRICT_ALL_TABLES")) {
            return Err(Unfit::Lax);
        }
        for (name, set) in [("character_set_client", &self.client), ("character_set_results", &self.results)]
        {
            if set != "utf8mb4" {
                return Err(Unfit::CharacterSet(name, set.clone()));
            }
        }
        if self.autocommit { Ok(()) } else { Err(Unfit::NoAutocommit) }
    }
}

/// Versions are as `8.0.36`, `8.0.36-28.1`, `10.11.19-MariaDB-0+deb12u1` and, from old proxies, `5.5.5-10.11.6-MariaDB`.
fn is_new_enough(version: &str) -> bool {
    let is_mariadb = version.contains("MariaDB");
    let version = version.strip_prefix("5.5.5-").filter(|_| is_mariadb).unwrap_or(version);
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let version: [u32; 3] = [next(), next(), next()];
    version >= if is_mariadb { [10, 11, 0] } else { [8, 0, 19] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_known_by_their_versions() {
        for version in ["8.0.19", "8.4.0-log", "9.1.0", "10.11.19-MariaDB-0+deb12u1", "11.4.2-MariaDB"] {
            assert!(is_new_enough(version), "{version}");
        }
        assert!(is_new_enough("5.5.5-10.11.6-MariaDB-log"));
        for version in ["8.0.18", "5.7.44", "10.6.18-MariaDB", "5.5.5-10.5.1-MariaDB", "", "new"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }

    #[test]
    fn what_would_spoil_text_is_refused() {
        let fit = Session {
            version: "8.4.0".to_owned(),
            sql_mode: "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES".to_owned(),
            client: "utf8mb4".to_owned(),
            results: "utf8mb4".to_owned(),
            autocommit: true,
        };
        assert_eq!(fit.check(), Ok(()));
        let lax = Session { sql_mode: "NO_ENGINE_SUBSTITUTION".to_owned(), ..fit.clone() };
        assert_eq!(lax.check(), Err(Unfit::Lax));
        let narrow = Session { client: "utf8mb3".to_owned(), ..fit.clone() };
        assert_eq!(narrow.check(), Err(Unfit::CharacterSet("character_set_client", "utf8mb3".to_owned())));
        assert_eq!(Session { autocommit: false, ..fit }.check(), Err(Unfit::NoAutocommit));
    }
}
