//! The secret that tokens are signed with.

use std::{convert::Infallible, str::FromStr};

use jsonwebtoken::EncodingKey;
use support_core::time::{IdGenerator as _, SystemIds};
use support_http_axum::{JwtAuthenticator, JwtError};

use crate::error::Error;

/// A secret, never shown. Its length is checked when it is used, because a parser's error would print it.
#[derive(Clone)]
pub(crate) struct JwtSecret(Vec<u8>);

impl JwtSecret {
    /// A secret that nobody knows.
    pub(crate) fn random() -> Result<Self, Error> {
        let bytes = SystemIds::default().secret().map_err(Error::Randomness)?;
        Ok(Self(bytes.to_vec()))
    }

    /// What reads tokens.
    pub(crate) fn authenticator(&self) -> Result<JwtAuthenticator, JwtError> {
        JwtAuthenticator::hs256(&self.0)
    }

    /// What signs tokens; refuses a secret that the server would not run with.
    pub(crate) fn signing_key(&self) -> Result<EncodingKey, JwtError> {
        self.authenticator()?;
        Ok(EncodingKey::from_secret(&self.0))
    }
}

impl FromStr for JwtSecret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.as_bytes().to_vec()))
    }
}

impl std::fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwtSecret(…)")
    }
}
