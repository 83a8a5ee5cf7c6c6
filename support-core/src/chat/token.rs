//! The secret that makes a guest the owner of their session.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A guest's secret: 256 random bits behind a prefix that scanners recognize.
///
/// Handed out once, with the session it opens; the desk keeps its hash only. Its `Debug` hides it.
#[derive(Clone)]
pub struct GuestToken(String);

impl GuestToken {
    /// How every token begins.
    pub const PREFIX: &'static str = "sgt_";
    /// The length of every token, in bytes.
    const LENGTH: usize = Self::PREFIX.len() + 43;

    /// Makes a token of 32 random bytes.
    pub fn from_secret(secret: [u8; 32]) -> Self {
        Self(format!("{}{}", Self::PREFIX, BASE64_URL_SAFE_NO_PAD.encode(secret)))
    }

    /// Takes what a client sent, if it has a token's exact form.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(Self::PREFIX)?;
        let well_formed = text.len() == Self::LENGTH
            && BASE64_URL_SAFE_NO_PAD.decode(encoded).is_ok_and(|secret| secret.len() == 32);
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The secret itself, for the one answer that hands it out.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for GuestToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestToken(…)")
    }
}

/// The SHA-256 of a guest's token. Compared in constant time.
#[derive(Clone, Copy, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Wraps the 32 bytes a store kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for stores.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_hidden() {
        let token = GuestToken::from_secret([7; 32]);
        assert_eq!(GuestToken::parse(token.reveal()).unwrap().hash(), token.hash());
        assert!(!format!("{token:?}{:?}", token.hash()).contains(&token.reveal()[8..]));
    }

    #[test]
    fn anything_else_is_no_token() {
        let token = GuestToken::from_secret([7; 32]);
        let good = token.reveal();
        for text in
            ["", " ", "sgt_", &good[..good.len() - 1], &format!("{good} "), &good.replace("sgt_", "tgs_")]
        {
            assert!(GuestToken::parse(text).is_none(), "{text}");
        }
        assert_ne!(GuestToken::from_secret([8; 32]).hash(), token.hash());
    }
}
