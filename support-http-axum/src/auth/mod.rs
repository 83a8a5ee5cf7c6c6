//! Who is calling: the host says so, or a guest's token does.

#[cfg(feature = "jwt")]
mod jwt;

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, request::Parts};
use support_core::{access::Principal, id::TenantId};

#[cfg(feature = "jwt")]
pub use self::jwt::{JwtAuthenticator, JwtError};
use crate::{
    problem::{Code, Problem, unauthenticated},
    state::App,
};

/// The header that carries a guest's token.
pub const GUEST_TOKEN_HEADER: HeaderName = HeaderName::from_static("x-support-session-token");

/// Says who is calling, from whatever the host uses: a bearer token, a session cookie, a client certificate.
///
/// The one thing a host has to bring. Identity must come from something verified; a header that merely names a user
/// is none (S-27).
#[async_trait]
pub trait Authenticator: Send + Sync + std::fmt::Debug {
    /// The caller, or `None` if the request holds no credential of this kind at all.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] for a credential that is malformed, expired or unknown: it is answered with 401 and never
    /// treated as nobody (S-13).
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError>;
}

/// Why nobody could be named.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The credential is malformed, expired or unknown.
    #[error("the credential is not valid")]
    Invalid,
    /// Whether it is valid cannot be told now, for instance because the host's database is away.
    #[error("credentials cannot be checked now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl App {
    /// Who is calling.
    pub(crate) async fn principal(&self, parts: &Parts) -> Result<Principal, Problem> {
        let known = match &self.authenticator {
            Some(authenticator) => authenticator.authenticate(parts).await.map_err(refused)?,
            // Nobody here can read such a credential, so it cannot be a good one.
            None if parts.headers.contains_key(axum::http::header::AUTHORIZATION) => {
                return Err(unauthenticated(Code::InvalidCredentials));
            }
            None => None,
        };
        let token = guest_token(&parts.headers)?;
        match (known, token) {
            (Some(_), Some(_)) => Err(Code::AmbiguousCredentials.into()),
            (Some(principal), None) => {
                // Reads must go on when the store takes no writes, so that this failing fails nothing else.
                if let Err(error) = self.desk.recognize(&principal).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "an agent could not be registered"
                    );
                }
                Ok(principal)
            }
            (None, Some(token)) => {
                let guest = self.desk.authenticate_guest(&TenantId::default(), token).await?;
                guest.ok_or_else(|| unauthenticated(Code::InvalidCredentials))
            }
            (None, None) => Ok(Principal::anonymous()),
        }
    }
}

fn refused(error: AuthError) -> Problem {
    match error {
        AuthError::Invalid => unauthenticated(Code::InvalidCredentials),
        AuthError::Unavailable(source) => Problem::new(Code::Unavailable).retry_after(1).caused_by(source),
    }
}

/// The guest's token, of which there may be one. What is no text is no token.
fn guest_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(GUEST_TOKEN_HEADER).iter();
    let (first, second) = (values.next(), values.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(Some).map_err(|_| unauthenticated(Code::InvalidCredentials))
        }
        (Some(_), Some(_)) => Err(Code::AmbiguousCredentials.into()),
    }
}
