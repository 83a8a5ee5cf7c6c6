//! Signatures, as Standard Webhooks says.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::HeaderMap;
use sha2::Sha256;

/// The headers of a delivery.
pub(crate) const ID: &str = "webhook-id";
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
pub(crate) const SIGNATURE: &str = "webhook-signature";

/// How much older or newer than now a delivery may be: one that somebody has recorded is of no use later.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A secret that sender and receiver share: `whsec_` and 24 to 64 bytes in base64.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// A text that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is `whsec_` and 24 to 64 bytes in base64")]
pub struct BadSecret;

/// Why a delivery is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A header is missing or cannot be read.
    #[error("a webhook header is missing or cannot be read")]
    Headers,
    /// It was sent too long ago, or is of the future.
    #[error("the delivery is not of now")]
    Time,
    /// Nobody with the secret has signed it.
    #[error("no signature fits")]
    Signature,
}

impl Secret {
    const PREFIX: &str = "whsec_";

    /// Takes a secret as it is written.
    ///
    /// # Errors
    /// [`BadSecret`].
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let key = text.trim().strip_prefix(Self::PREFIX).ok_or(BadSecret)?;
        let key = BASE64_STANDARD.decode(key).map_err(|_| BadSecret)?;
        if (24..=64).contains(&key.len()) { Ok(Self(key)) } else { Err(BadSecret) }
    }

    /// A fresh one, from the system's generator.
    ///
    /// # Errors
    /// The generator failed.
    pub fn generate() -> std::io::Result<Self> {
        let mut key = vec![0; 32];
        getrandom::fill(&mut key).map_err(std::io::Error::other)?;
        Ok(Self(key))
    }

    /// As it is written, to be shown once to whoever is to receive deliveries.
    pub fn reveal(&self) -> String {
        format!("{}{}", Self::PREFIX, BASE64_STANDARD.encode(&self.0))
    }

    /// What `webhook-signature` says.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signature = self.mac(id, &timestamp.to_string(), body).finalize().into_bytes();
        format!("v1,{}", BASE64_STANDARD.encode(signature))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        // A key of any length is good; HMAC has no other way to fail.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

/// The receiver's side: whether somebody with the secret has sent this, just now.
///
/// `headers` and `body` as they came, the body before anything has read it. Answers with the delivery's id, which is the
/// same each time it is sent.
///
/// # Errors
/// [`Refusal`].
pub fn verify<'h>(
    secret: &Secret,
    headers: &'h HeaderMap,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<&'h str, Refusal> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Refusal::Headers);
    let (id, timestamp, signatures) = (header(ID)?, header(TIMESTAMP)?, header(SIGNATURE)?);
    let sent = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let sent = sent.ok_or(Refusal::Headers)?;
    if (now - sent).abs() > TOLERANCE {
        return Err(Refusal::Time);
    }
    // Several while a secret is being replaced; those of another version are for receivers who know it.
    let is_signed =
        signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,")).any(|signature| {
            let signature = BASE64_STANDARD.decode(signature);
            // Compared in constant time.
            signature.is_ok_and(|signature| secret.mac(id, timestamp, body).verify_slice(&signature).is_ok())
        });
    if is_signed { Ok(id) } else { Err(Refusal::Signature) }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID_OF_IT: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SENT: i64 = 1_614_265_330;

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)] {
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_signature_is_that_of_the_specifications_example() {
        let signature = Secret::parse(SECRET).unwrap().sign(ID_OF_IT, SENT, BODY);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_delivery_is_believed_as_it_was_sent_and_not_otherwise() {
        let secret = Secret::parse(SECRET).unwrap();
        let signature = secret.sign(ID_OF_IT, SENT, BODY);
        let sent = SENT.to_string();
        let good = headers(ID_OF_IT, &sent, &signature);
        assert_eq!(verify(&secret, &good, BODY, at(SENT + 300)), Ok(ID_OF_IT));
        assert_eq!(verify(&secret, &good, b"{}", at(SENT)), Err(Refusal::Signature));
        for seconds in [301, -301] {
            assert_eq!(verify(&secret, &good, BODY, at(SENT + seconds)), Err(Refusal::Time));
        }
        let other = Secret::generate().unwrap();
        assert_eq!(verify(&other, &good, BODY, at(SENT)), Err(Refusal::Signature));
        for bad in
            [headers("msg_2", &sent, &signature), headers(ID_OF_IT, &(SENT + 1).to_string(), &signature)]
        {
            assert_eq!(verify(&secret, &bad, BODY, at(SENT)), Err(Refusal::Signature));
        }
        for signature in ["", "v1,", "v1", &signature.replace("v1,", "v2,"), &signature[..20], "v1,!"] {
            let bad = headers(ID_OF_IT, &sent, signature);
            assert_eq!(verify(&secret, &bad, BODY, at(SENT)), Err(Refusal::Signature), "{signature}");
        }
        let bad = headers(ID_OF_IT, "soon", &signature);
        assert_eq!(verify(&secret, &bad, BODY, at(SENT)), Err(Refusal::Headers));
        assert_eq!(verify(&secret, &HeaderMap::new(), BODY, at(SENT)), Err(Refusal::Headers));
    }

    #[test]
    fn while_a_secret_is_replaced_either_signature_will_do() {
        let (old, new) = (Secret::parse(SECRET).unwrap(), Secret::generate().unwrap());
        let both = format!("{} {}", old.sign("1", SENT, BODY), new.sign("1", SENT, BODY));
        let headers = headers("1", &SENT.to_string(), &both);
        for secret in [&old, &new] {
            assert_eq!(verify(secret, &headers, BODY, at(SENT)), Ok("1"));
        }
    }

    #[test]
    fn short_secrets_are_refused_and_none_is_shown() {
        for bad in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!"] {
            assert_eq!(Secret::parse(bad).err(), Some(BadSecret), "{bad}");
        }
        let secret = Secret::generate().unwrap();
        assert_eq!(Secret::parse(&secret.reveal()).unwrap().0, secret.0);
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
