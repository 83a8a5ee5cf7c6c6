//! The shop's own login: a cookie with a random token, of which the database keeps the hash.
//!
//! How people prove who they are when they log in is not shown; [`log_in`] is what comes after it.

use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderMap, header, request::Parts};
use sha2::{Digest as _, Sha256};
use sqlx::SqlitePool;
use support_core::{
    access::Principal,
    id::UserId,
    person::Person,
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds},
};
use support_http_axum::{AuthError, Authenticator};

/// The cookie's name.
const COOKIE: &str = "shop_session";

/// How long a login holds.
const LIFETIME: Duration = Duration::from_secs(8 * 3_600);

/// A user of the shop.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[non_exhaustive]
pub struct User {
    /// The shop's id.
    pub id: i64,
    /// What they are called.
    pub name: String,
    /// Where they get mail.
    pub email: String,
    /// Whether they work here.
    pub is_staff: bool,
}

impl User {
    /// The user as the desk sees them.
    ///
    /// # Errors
    /// Never for an id of the shop: numbers are good ids.
    pub fn principal(&self) -> Result<Principal, support_core::text::Rejection> {
        let id = UserId::parse(self.id.to_string())?;
        let person = Person::new(id).named(&self.name).with_email(&self.email);
        Ok(if self.is_staff { Principal::agent(person) } else { Principal::user(person) })
    }
}

/// Begins a login; returns the value for `Set-Cookie`.
///
/// `SameSite=Lax` keeps other sites' forms from writing in the user's name, to the shop and to the desk.
///
/// # Errors
/// The database's.
pub async fn log_in(pool: &SqlitePool, user_id: i64) -> Result<String, sqlx::Error> {
    let secret = SystemIds::default().secret().map_err(sqlx::Error::Io)?;
    let token = secret.map(|byte| format!("{byte:02x}")).concat();
    sqlx::query("INSERT INTO login_sessions (token_hash, user_id, expires_at) VALUES (?, ?, ?)")
        .bind(hash(&token))
        .bind(user_id)
        .bind((SystemClock.now() + LIFETIME).timestamp())
        .execute(pool)
        .await?;
    Ok(format!("{COOKIE}={token}; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age={}", LIFETIME.as_secs()))
}

/// The user whom a request's cookie names, or `None` if it has none.
///
/// # Errors
/// [`AuthError::Invalid`] for a cookie that is forged or expired, [`AuthError::Unavailable`] if that cannot be told.
pub async fn current_user(pool: &SqlitePool, headers: &HeaderMap) -> Result<Option<User>, AuthError> {
    let Some(token) = cookie(headers) else { return Ok(None) };
    let user = sqlx::query_as(
        "SELECT users.id, users.name, users.email, users.is_staff FROM login_sessions \
         JOIN users ON users.id = login_sessions.user_id \
         WHERE login_sessions.token_hash = ? AND login_sessions.expires_at > ?",
    )
    .bind(hash(token))
    .bind(SystemClock.now().timestamp())
    .fetch_optional(pool)
    .await;
    user.map_err(|error| AuthError::Unavailable(error.into()))?.map(Some).ok_or(AuthError::Invalid)
}

/// Tells the desk who is calling.
#[derive(Debug, Clone)]
pub struct CookieAuthenticator {
    pool: SqlitePool,
}

impl CookieAuthenticator {
    /// Looks logins up in the shop's database.
    pub const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Authenticator for CookieAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError> {
        let Some(user) = current_user(&self.pool, &parts.headers).await? else { return Ok(None) };
        user.principal().map(Some).map_err(|_| AuthError::Invalid)
    }
}

/// The hash under which a token is found. A token is random, so that nothing slower is needed; and what a thief reads
/// in the database opens nothing.
fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
}
