//! The router to mount.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderName, HeaderValue, Method, header},
    middleware,
    routing::{any, get},
};
use ipnet::IpNet;
use support_core::SupportDesk;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    api,
    auth::Authenticator,
    layer,
    rate::{LocalRateLimiter, RateLimiter, RateTable, defaults},
    state::{App, AppState, Rates},
};

/// Builds the router that serves a desk over HTTP.
///
/// It is generic over the host's state, opens no port and reads no environment. Nest it where you like; relative to
/// that place it serves `/chat/…`, `/support/…` and `/openapi.json`.
#[derive(Debug)]
#[must_use]
pub struct SupportRouter {
    desk: SupportDesk,
    authenticator: Option<Arc<dyn Authenticator>>,
    limiter: Option<Arc<dyn RateLimiter>>,
    table: RateTable,
    trusted_proxies: Vec<IpNet>,
    allowed_origins: Vec<HeaderValue>,
    request_timeout: Duration,
    bot_head_start: Duration,
}

impl SupportRouter {
    /// Begins a router for a desk. Without an [`Authenticator`] there are only guests.
    pub fn new(desk: SupportDesk) -> Self {
        Self {
            desk,
            authenticator: None,
            limiter: Some(Arc::new(LocalRateLimiter::default())),
            table: defaults,
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            request_timeout: Duration::from_secs(10),
            bot_head_start: Duration::from_millis(250),
        }
    }

    /// Who says who is calling.
    pub fn authenticator(mut self, authenticator: impl Authenticator + 'static) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// Who counts requests. Without this, the process itself.
    pub fn rate_limiter(mut self, limiter: impl RateLimiter + 'static) -> Self {
        self.limiter = Some(Arc::new(limiter));
        self
    }

    /// How often callers may do what. Without this, the product's own numbers.
    pub fn rates(mut self, table: RateTable) -> Self {
        self.table = table;
        self
    }

    /// Counts nothing: for load tests, or where something in front counts already.
    pub fn without_rate_limits(mut self) -> Self {
        self.limiter = None;
        self
    }

    /// Believes `X-Forwarded-For` from this network.
    pub fn trusted_proxy(mut self, network: IpNet) -> Self {
        self.trusted_proxies.push(network);
        self
    }

    /// Lets pages of this exact origin call, such as `https://www.example.org`. Without one, pages of the same origin.
    pub fn allowed_origin(mut self, origin: HeaderValue) -> Self {
        self.allowed_origins.push(origin);
        self
    }

    /// How long a request may take: 10 seconds.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a message's sender waits for the bot: 250 milliseconds. It goes on answering after that; a client that
    /// reads at once finds what a fast bot said.
    pub fn bot_head_start(mut self, head_start: Duration) -> Self {
        self.bot_head_start = head_start;
        self
    }

    /// The router with chats and tickets.
    pub fn build<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        self.serve(api::chat::routes().merge(api::support::routes()), &["/chat/{*rest}", "/support/{*rest}"])
    }

    /// The router with chats alone.
    pub fn build_chat<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        self.serve(api::chat::routes(), &["/chat/{*rest}"])
    }

    /// The router with tickets alone.
    pub fn build_support<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        self.serve(api::support::routes(), &["/support/{*rest}"])
    }

    /// `rests` are the paths below which everything is the router's own: a fallback is lost where a host nests the
    /// router more than once.
    fn serve<S: Clone + Send + Sync + 'static>(
        self,
        routes: OpenApiRouter<AppState>,
        rests: &[&str],
    ) -> Router<S> {
        let Self {
            desk,
            authenticator,
            limiter,
            table,
            trusted_proxies,
            allowed_origins,
            request_timeout,
            bot_head_start,
        } = self;
        let rates = limiter.map(|limiter| Rates { limiter, table });
        let state = AppState::new(App {
            desk,
            authenticator,
            rates,
            trusted_proxies,
            request_timeout,
            bot_head_start,
        });
        let (router, description) = api::openapi::describe(routes);
        let description = Bytes::from(serde_json::json!(description).to_string());
        let json = [(header::CONTENT_TYPE, "application/json")];
        let router = rests.iter().fold(router, |router, rest| router.route(rest, any(layer::unknown_route)));
        let router = router
            .route("/openapi.json", get(move || std::future::ready((json, description.clone()))))
            .fallback(layer::unknown_route)
            .layer(CatchPanicLayer::custom(layer::panicked))
            .layer(middleware::from_fn_with_state(state.clone(), layer::outermost));
        let router = if allowed_origins.is_empty() { router } else { router.layer(cors(allowed_origins)) };
        router.layer(middleware::map_response(layer::common_headers)).with_state(state)
    }
}

/// Exact origins, and never a cookie: credentials of this API are in headers.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::PUT])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            crate::auth::GUEST_TOKEN_HEADER,
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_secs(600))
}
