//! One request, taken apart in the one order that tells strangers nothing: route, size, credential, rate limit, path
//! id, policy, body, state.

use std::{marker::PhantomData, net::IpAddr};

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, OriginalUri, Request},
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use serde_json::Value;
use support_core::{
    Error,
    access::Principal,
    text::{IdempotencyKey, Rejection},
};

use super::{BodyKind, Fields, IfMatch, Query, Read, client, json};
use crate::{
    problem::{BadField, Code, Problem},
    state::AppState,
};

/// The largest body that most requests may have, in bytes.
const MAX_BODY: usize = 64 * 1024;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request whose size, credential and rate have been checked; its body and parameters have not been looked at.
///
/// `R` names what the request is counted as, beside being a request.
pub(crate) struct Call<R = rates::Plain> {
    /// Who is calling.
    pub(crate) principal: Principal,
    /// Where they call from.
    pub(crate) address: Option<IpAddr>,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The path under which the router is mounted.
    mount: String,
    query: String,
    body: Bytes,
    counted: PhantomData<fn() -> R>,
}

/// What requests are counted as.
pub(crate) mod rates {
    use crate::rate::Rate;

    /// What a request is counted as.
    pub(crate) trait Counted {
        /// The quotas it uses, beside the one for all requests.
        const RATES: &'static [Rate];
        /// Whether it is answered alike to everybody, so that no credential is looked at.
        const PUBLIC: bool = false;
        /// The largest body it may have, in bytes.
        const MAX_BODY: usize = super::MAX_BODY;
    }

    macro_rules! counted {
        ($($(#[$doc:meta])* $name:ident: $($rate:ident),*;)+) => {$(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl Counted for $name {
                const RATES: &'static [Rate] = &[Rate::Requests $(, Rate::$rate)*];
            }
        )+};
    }

    counted! {
        /// A request like any other.
        Plain: ;
        /// Begins a chat.
        StartSession: StartSession;
        /// Sends a message.
        Send: Send;
        /// Talks to the bot in one call.
        Bot: Bot;
        /// Opens a ticket.
        CreateTicket: CreateTicket, CreateTicketDaily;
        /// Rates a chat.
        RateSession: RateSession;
        /// Reads figures.
        Stats: Stats;
        /// Has the bot know again what it knew before.
        RestoreKnowledge: TeachBot;
    }

    /// Changes what the bot knows: files are long, and learning them takes a while.
    pub(crate) enum TeachBot {}

    impl Counted for TeachBot {
        const RATES: &'static [Rate] = &[Rate::Requests, Rate::TeachBot];
        const MAX_BODY: usize = 1024 * 1024;
    }

    /// Reads the public figures.
    pub(crate) enum PublicStats {}

    impl Counted for PublicStats {
        const RATES: &'static [Rate] = &[Rate::Stats];
        const PUBLIC: bool = true;
    }
}

impl<R: rates::Counted> FromRequest<AppState> for Call<R> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if announced
            .and_then(|length| length.parse::<u64>().ok())
            .is_some_and(|length| length > R::MAX_BODY as u64)
        {
            return Err(Code::PayloadTooLarge.into());
        }
        let body = to_bytes(body, R::MAX_BODY).await.map_err(|error| unreadable(&error))?;
        let address = client::address(&parts, &app.trusted_proxies);
        let principal = authenticate::<R>(&parts, app, address).await?;
        app.count(R::RATES, &principal, address).await?;
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let mount = mount(&parts);
        Ok(Self { principal, address, headers: parts.headers, mount, query, body, counted: PhantomData })
    }
}

/// What the host's router took off the path before it came here.
fn mount(parts: &Parts) -> String {
    let whole = parts.extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri.path()).unwrap_or_default();
    whole.strip_suffix(parts.uri.path()).unwrap_or_default().to_owned()
}

/// A body that is longer than it may be, or that broke off.
fn unreadable(error: &axum::Error) -> Problem {
    let source = std::error::Error::source(error);
    if source.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>) {
        return Code::PayloadTooLarge.into();
    }
    Problem::new(Code::BadRequest).detail("the body could not be read")
}

async fn authenticate<R: rates::Counted>(
    parts: &Parts,
    app: &AppState,
    address: Option<IpAddr>,
) -> Result<Principal, Problem> {
    if R::PUBLIC {
        return Ok(Principal::anonymous());
    }
    let principal = app.principal(parts).await;
    if let Err(problem) = &principal
        && problem.code() == Code::InvalidCredentials
    {
        app.count_bad_credential(address).await?;
    }
    principal
}

/// What a request asks for.
#[derive(Debug)]
pub(crate) struct Asked<T> {
    /// The body.
    pub(crate) body: T,
    /// The key under which the answer is kept, for requests that create.
    pub(crate) key: Option<IdempotencyKey>,
    /// Which version of the object the caller means.
    pub(crate) if_match: IfMatch,
}

impl<R> Call<R> {
    /// The address of an object, given its path below the mount point.
    pub(crate) fn location(&self, path: &str) -> String {
        format!("{}{path}", self.mount)
    }

    /// Reads the body and the headers that go with it.
    ///
    /// A broken request of a caller who may not do this at all is answered with that: `allowed` is awaited first.
    pub(crate) async fn asked<T: Read>(
        &self,
        allowed: impl Future<Output = Result<(), Error>>,
    ) -> Result<Asked<T>, Problem> {
        self.asked_by(T::KIND, T::read, async |_| allowed.await).await
    }

    /// The same, where who may send a body depends on its fields: `allowed` is given them.
    pub(crate) async fn asked_with_fields<T: Read>(
        &self,
        allowed: impl AsyncFnOnce(&Fields) -> Result<(), Error>,
    ) -> Result<Asked<T>, Problem> {
        self.asked_by(T::KIND, T::read, allowed).await
    }

    /// The same, for a request with parameters beside its body.
    pub(crate) async fn asked_with_query<T: Read, Q>(
        &self,
        allowed: impl Future<Output = Result<(), Error>>,
        read_query: impl FnOnce(&mut Query) -> Q,
    ) -> Result<(Asked<T>, Q), Problem> {
        let mut query = Query::new(&self.query);
        let parameters = read_query(&mut query);
        let asked = self.read_all(T::KIND, T::read, query);
        if asked.is_err() {
            allowed.await?;
        }
        Ok((asked?, parameters))
    }

    /// The same, for a body that cannot be read without knowing more.
    pub(crate) async fn asked_by<T>(
        &self,
        kind: BodyKind,
        read: impl FnOnce(&mut Fields) -> Option<T>,
        allowed: impl AsyncFnOnce(&Fields) -> Result<(), Error>,
    ) -> Result<Asked<T>, Problem> {
        let asked = self.read_all(kind, read, Query::new(&self.query));
        if asked.is_err() {
            let fields = self.fields(true).unwrap_or_else(|_| Fields::new(serde_json::Map::new(), &[]));
            allowed(&fields).await?;
        }
        asked
    }

    fn read_all<T>(
        &self,
        kind: BodyKind,
        read: impl FnOnce(&mut Fields) -> Option<T>,
        query: Query,
    ) -> Result<Asked<T>, Problem> {
        let mut fields = self.fields(kind.may_be_empty())?;
        let body = read(&mut fields);
        let key = if kind.creates() { self.idempotency_key() } else { Ok(None) };
        if let Err(rejection) = &key {
            fields.refuse_header(IDEMPOTENCY_KEY.as_str(), rejection);
        }
        // Parameters that nobody has taken have no place here.
        let body = fields.finish(body, query.refused())?;
        Ok(Asked { body, key: key.unwrap_or_default(), if_match: IfMatch::of(&self.headers)? })
    }

    fn fields(&self, optional: bool) -> Result<Fields, Problem> {
        if optional && self.body.is_empty() {
            return Ok(Fields::new(serde_json::Map::new(), &[]));
        }
        // Nothing at all is of no type, so that only something can be of the wrong one.
        let is_typed = !self.body.is_empty() || self.headers.contains_key(header::CONTENT_TYPE);
        if is_typed && !self.is_json() {
            return Err(Code::UnsupportedMediaType.into());
        }
        let document =
            json::read(&self.body).map_err(|detail| Problem::new(Code::MalformedJson).detail(detail))?;
        match document.value {
            Value::Object(object) => Ok(Fields::new(object, &document.duplicates)),
            _ => Err(Problem::invalid(vec![BadField::whole_body("must be an object")])),
        }
    }

    fn is_json(&self) -> bool {
        let Some(value) = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let (media_type, parameters) = value.split_once(';').unwrap_or((value, ""));
        let is_utf8 = |parameter: &str| match parameter.trim().split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        };
        media_type.trim().eq_ignore_ascii_case("application/json") && parameters.split(';').all(is_utf8)
    }

    fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, Rejection> {
        let mut values = self.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let malformed = Rejection::Format { expected: "visible ASCII characters" };
        if values.next().is_some() {
            return Err(Rejection::Format { expected: "one key" });
        }
        IdempotencyKey::parse(value.to_str().map_err(|_| malformed)?).map(Some)
    }

    /// Makes sure that the query string says nothing, for requests that say everything in their path.
    pub(crate) async fn no_query(
        &self,
        allowed: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Problem> {
        self.query(allowed, |_| ()).await
    }

    /// Reads the query string, all of it.
    pub(crate) async fn query<T>(
        &self,
        allowed: impl Future<Output = Result<(), Error>>,
        read: impl FnOnce(&mut Query) -> T,
    ) -> Result<T, Problem> {
        let mut query = Query::new(&self.query);
        let value = read(&mut query);
        let value = query.finish(value);
        if value.is_err() {
            allowed.await?;
        }
        value
    }
}
