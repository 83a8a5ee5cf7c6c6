//! Bearer tokens: JWT with the algorithm fixed by configuration (S-29).

use async_trait::async_trait;
use axum::http::{header, request::Parts};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use support_core::{
    access::Principal,
    id::{TenantId, UserId},
    person::Person,
};

use super::{AuthError, Authenticator};

/// The shortest secret accepted, in bytes (S-05).
const MIN_SECRET: usize = 32;

/// Reads `Authorization: Bearer` as a JWT.
///
/// Claims: `sub` and `exp` required; `name`, `email`, `tenant` and `is_admin` optional. `is_admin` counts only as JSON
/// `true`; another type makes the token malformed. The algorithm is the one configured here, whatever the token's
/// header says; `jku` and `jwk` are never followed.
pub struct JwtAuthenticator {
    key: DecodingKey,
    validation: Validation,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// The secret is too short to be one.
    #[error("a JWT secret must be at least {MIN_SECRET} bytes long")]
    ShortSecret,
    /// The public key cannot be read.
    #[error("the public key cannot be read")]
    PublicKey(#[source] jsonwebtoken::errors::Error),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    name: Option<String>,
    email: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    is_admin: bool,
}

impl JwtAuthenticator {
    /// Tokens signed with a shared secret (HS256).
    ///
    /// # Errors
    /// [`JwtError::ShortSecret`] for fewer than 32 bytes.
    pub fn hs256(secret: &[u8]) -> Result<Self, JwtError> {
        if secret.len() < MIN_SECRET {
            return Err(JwtError::ShortSecret);
        }
        Ok(Self::new(DecodingKey::from_secret(secret), Algorithm::HS256))
    }

    /// Tokens signed with an RSA key (RS256), given its public half as PEM.
    ///
    /// # Errors
    /// [`JwtError::PublicKey`].
    pub fn rs256(public_key_pem: &[u8]) -> Result<Self, JwtError> {
        let key = DecodingKey::from_rsa_pem(public_key_pem).map_err(JwtError::PublicKey)?;
        Ok(Self::new(key, Algorithm::RS256))
    }

    /// Tokens signed with an Ed25519 key (EdDSA), given its public half as PEM.
    ///
    /// # Errors
    /// [`JwtError::PublicKey`].
    pub fn ed25519(public_key_pem: &[u8]) -> Result<Self, JwtError> {
        let key = DecodingKey::from_ed_pem(public_key_pem).map_err(JwtError::PublicKey)?;
        Ok(Self::new(key, Algorithm::EdDSA))
    }

    fn new(key: DecodingKey, algorithm: Algorithm) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "sub"]);
        validation.validate_nbf = true;
        // An expired token is a bad one; no grace is promised to anybody.
        validation.leeway = 0;
        // Audiences are the host's business; a token that names one is no worse for it.
        validation.validate_aud = false;
        Self { key, validation }
    }

    /// The caller that a token names, or `None` if it is not valid.
    fn read(&self, token: &str) -> Option<Principal> {
        let claims = decode::<Claims>(token, &self.key, &self.validation).ok()?.claims;
        // Who is called by nothing but blanks is nobody.
        let id = UserId::parse(given(Some(claims.sub))?).ok()?;
        let mut person = Person::new(id);
        if let Some(name) = given(claims.name) {
            person = person.named(name);
        }
        if let Some(email) = given(claims.email) {
            person = person.with_email(email);
        }
        let principal = if claims.is_admin { Principal::agent(person) } else { Principal::user(person) };
        match claims.tenant {
            None => Some(principal),
            Some(tenant) => Some(principal.at(TenantId::parse(tenant).ok()?)),
        }
    }
}

/// Blank is as good as nothing.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !support_core::text::is_blank(text))
}

#[async_trait]
impl Authenticator for JwtAuthenticator {
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Principal>, AuthError> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(AuthError::Invalid);
        }
        let (scheme, token) =
            value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or(AuthError::Invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::Invalid);
        }
        self.read(token.trim()).map(Some).ok_or(AuthError::Invalid)
    }
}

impl std::fmt::Debug for JwtAuthenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwtAuthenticator")
            .field("algorithms", &self.validation.algorithms)
            .finish_non_exhaustive()
    }
}
