//! `support-server token`: a bearer token for scripts.

use jsonwebtoken::{Algorithm, Header};
use serde::Serialize;
use support_core::{
    id::{TenantId, UserId},
    time::{Clock as _, SystemClock},
};

use crate::{args::TokenArgs, error::Error, secret::JwtSecret};

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_admin: bool,
}

/// Prints a token that names this person, and nothing else, so that a script can take it as it is.
pub(crate) fn print(args: &TokenArgs, secret: Option<&JwtSecret>) -> Result<(), Error> {
    let secret = secret.ok_or(Error::NoSecret)?;
    let refused = |flag| move |rejection| Error::Claim { flag, rejection };
    UserId::parse(&args.sub).map_err(refused("sub"))?;
    if let Some(tenant) = &args.tenant {
        TenantId::parse(tenant).map_err(refused("tenant"))?;
    }
    println!("{}", sign(secret, args)?);
    Ok(())
}

/// Makes a token that names this person.
pub(crate) fn sign(secret: &JwtSecret, args: &TokenArgs) -> Result<String, Error> {
    let claims = Claims {
        sub: &args.sub,
        exp: (SystemClock.now() + args.expires_in).timestamp(),
        name: args.name.as_deref(),
        email: args.email.as_deref(),
        tenant: args.tenant.as_deref(),
        is_admin: args.admin,
    };
    Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &secret.signing_key()?)?)
}
