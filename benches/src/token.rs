//! Bearer tokens of the callers that the tool plays.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use support_core::time::{Clock as _, IdGenerator as _, SystemClock, SystemIds};
use support_http_axum::{JwtAuthenticator, JwtError};

use crate::Failure;

/// Longer than any run, so that no caller is turned away on the way.
const GOOD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Who a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are customers and staff")]
pub enum Role {
    /// A customer whom the host knows.
    User,
    /// Somebody who answers customers.
    Agent,
}

/// Signs tokens with the secret that a server checks them with.
#[derive(Clone)]
pub struct Tokens {
    secret: Vec<u8>,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    name: &'a str,
    exp: i64,
    is_admin: bool,
}

impl Tokens {
    /// Tokens of a server whose secret is known.
    pub fn of_secret(secret: &str) -> Self {
        Self { secret: secret.as_bytes().to_vec() }
    }

    /// Tokens of a server that takes a secret made up now.
    ///
    /// # Errors
    /// The operating system's generator failed.
    pub fn random() -> Result<Self, Failure> {
        Ok(Self { secret: SystemIds::default().secret()?.to_vec() })
    }

    /// What a server checks these tokens with.
    ///
    /// # Errors
    /// [`JwtError::ShortSecret`].
    pub fn authenticator(&self) -> Result<JwtAuthenticator, JwtError> {
        JwtAuthenticator::hs256(&self.secret)
    }

    /// The value of the `Authorization` header of somebody.
    ///
    /// # Errors
    /// The token could not be signed.
    pub fn bearer(&self, id: &str, role: Role) -> Result<String, Failure> {
        let exp = (SystemClock.now() + GOOD_FOR).timestamp();
        let claims = Claims { sub: id, name: id, exp, is_admin: role == Role::Agent };
        let key = EncodingKey::from_secret(&self.secret);
        Ok(format!("Bearer {}", jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?))
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}
