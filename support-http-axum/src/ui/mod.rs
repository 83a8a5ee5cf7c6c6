//! The web pages, and how a host mounts them.

mod assets;
mod join;
mod page;
mod widget;

use axum::{
    Router,
    extract::{OriginalUri, Path},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use support_core::SupportDesk;

use self::{page::Page, widget::Widget};

/// Builds the routers that serve the web pages: for agents, for customers, and the widget that a site embeds, each to
/// nest where the host likes.
///
/// ```
/// use axum::Router;
/// use support_core::{SupportDesk, memory::MemoryStore};
/// use support_http_axum::{SupportRouter, SupportUi};
///
/// let desk = SupportDesk::builder(MemoryStore::new()).build();
/// let ui = SupportUi::new().name("Northlane").api("../api/v1").sign_in("../login");
/// let app: Router = Router::new()
///     .nest("/api/v1", SupportRouter::new(desk.clone()).build())
///     .nest_service("/support", ui.build_agents::<()>())
///     .nest_service("/my-tickets", ui.build_customers::<()>())
///     .nest_service("/help", ui.build_widget::<()>(&desk));
/// ```
///
/// (`nest_service` answers at `/support/` too, `nest` at `/support` alone.)
///
/// All addresses in the pages are relative, so that they work at `/`, nested, and behind a proxy that rewrites paths.
/// The pages hold no data: what they show is what the API answers to the person who looks at them. A browser sends the
/// host's cookies with each call of the API, and a bearer token if the host gave one: see [`sign_in`](Self::sign_in).
#[derive(Debug, Clone)]
#[must_use]
pub struct SupportUi {
    name: String,
    api: String,
    sign_in: Option<String>,
    privacy: Option<String>,
}

impl Default for SupportUi {
    fn default() -> Self {
        Self { name: "Support".to_owned(), api: "../api/v1".to_owned(), sign_in: None, privacy: None }
    }
}

/// The modules that the parts of the pages begin with, beside the frame around them.
const TICKETS: &str = "elements-tickets.js";
const CHATS: &str = "elements-chats.js";

/// For whom a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    Agents,
    Customers,
}

impl Audience {
    /// As the page's scripts read it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "agent",
            Self::Customers => "customer",
        }
    }
}

impl SupportUi {
    /// Begins with pages that are called "Support" and find the API at `../api/v1`.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the host's product is called, as the pages show it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Where [`SupportRouter`](crate::SupportRouter) is mounted: an address of the same origin, relative to where the
    /// pages are mounted, such as `../api/v1`, or absolute.
    pub fn api(mut self, url: impl Into<String>) -> Self {
        self.api = url.into();
        self
    }

    /// Where people sign in, relative to where the pages are mounted, or absolute.
    ///
    /// The page leads there with the query `return=<address of the page>`. The host signs the person in and sends them
    /// back to that address: with a cookie that its [`Authenticator`](crate::Authenticator) reads, or with a bearer
    /// token in the fragment, `#token=…`, which the page takes out of the address and keeps until the tab is closed.
    /// A host that sends a token back checks first that the address is one of its own.
    pub fn sign_in(mut self, url: impl Into<String>) -> Self {
        self.sign_in = Some(url.into());
        self
    }

    /// Where people read how their data is used: an address relative to where the widget is mounted, or absolute. The
    /// widget's form links to it.
    pub fn privacy(mut self, url: impl Into<String>) -> Self {
        self.privacy = Some(url.into());
        self
    }

    /// The pages for agents: `/tickets` and `/chats`, and the files they need below `/assets`.
    pub fn build_agents<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.serve(Audience::Agents)
    }

    /// The pages for customers: their own tickets at `/tickets`, their own chats at `/chats`, and the files they need
    /// below `/assets`.
    pub fn build_customers<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.serve(Audience::Customers)
    }

    /// The widget: `/widget.js`, which any site embeds with one script tag, `/widget.json`, from which it learns what the
    /// desk asks guests for and whether somebody is there, and the files it needs below `/assets`.
    ///
    /// All of it may be read from every origin, and is the same for everybody. Which origins' pages may *call the API*,
    /// [`SupportRouter::allowed_origin`](crate::SupportRouter::allowed_origin) says. Guests and the people whom a site
    /// identifies are known by tokens in headers; the widget sends no cookie and sets none.
    ///
    /// The router has no fallback, so that a host can also merge it.
    pub fn build_widget<S: Clone + Send + Sync + 'static>(&self, desk: &SupportDesk) -> Router<S> {
        let widget = Widget::new(self, desk.clone());
        let (script, settings) = (widget.clone(), widget);
        Router::new()
            .route("/widget.js", get(move |headers: HeaderMap| std::future::ready(script.answer(&headers))))
            .route("/widget.json", get(move || async move { settings.settings().await }))
            .route("/assets/{version}/{*path}", get(asset))
    }

    fn serve<S: Clone + Send + Sync + 'static>(&self, audience: Audience) -> Router<S> {
        let page = |root, elements| Page::new(self, audience, root, elements);
        let show = |page: Page| get(move |headers: HeaderMap| std::future::ready(page.answer(&headers)));
        Router::new()
            .route("/", get(to_first_page))
            .route("/tickets", show(page("./", TICKETS)))
            .route("/tickets/{id}", show(page("../", TICKETS)))
            .route("/chats", show(page("./", CHATS)))
            .route("/chats/{id}", show(page("../", CHATS)))
            .route("/assets/{version}/{*path}", get(asset))
            .fallback(|| std::future::ready(not_found()))
    }
}

/// Leads from where the pages are mounted to the first of them, relative to the address that the browser knows.
async fn to_first_page(OriginalUri(uri): OriginalUri) -> Response {
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    let page = if last.is_empty() { "tickets".to_owned() } else { format!("{last}/tickets") };
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("./{page}"))]).into_response()
}

async fn asset(Path((version, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if version != assets::version() {
        return not_found();
    }
    assets::find(&path).map_or_else(not_found, |asset| asset.answer(&headers))
}

fn not_found() -> Response {
    let headers = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, headers, "There is no such page.\n").into_response()
}
