//! Putting everything together, serving it, and taking it apart again.

use std::{
    io::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use axum::{Router, middleware};
use support_core::SupportDesk;
use support_http_axum::{Server, SupportRouter};
use support_store_sqlx::Migrations;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    args::{ServeArgs, Switch, WhatAboutTables},
    database::{Database, Opening},
    demo, desk,
    error::Error,
    health, jobs, logging, metrics,
    observe::observe,
    secret::JwtSecret,
    signal, ui,
};

/// Where the API is.
const API: &str = "/api/v1";

/// How long running requests may take after the signal to stop: a little longer than the router lets any take, and
/// short enough for the process to be gone within 15 seconds.
const DRAIN: Duration = Duration::from_secs(12);

/// Serves until the process is told to stop.
pub(crate) async fn run(args: ServeArgs, secret: Option<JwtSecret>) -> Result<(), Error> {
    logging::start(args.log_format);
    let stop = signal::stop()?;
    let secret = secret.map_or_else(random_secret, Ok)?;
    let authenticator = secret.authenticator()?;
    let database = open_database(&args).await?;
    let bot = desk::bot(args.knowledge_base.as_deref())?;
    let desk = desk::open(database.store(), &args, bot.clone()).await?;
    let mut background = JoinSet::new();
    if let Some(file) = args.knowledge_base.clone() {
        background.spawn(jobs::follow_knowledge_base(bot, file));
    }

    let metrics = match &args.metrics_listen {
        None => None,
        Some(address) => {
            let handle = metrics::start()?;
            background.spawn(jobs::tidy_metrics(handle.clone()));
            Some((listen(address).await?, metrics::router(handle)))
        }
    };
    let listener = listen(&args.listen).await?;
    if args.demo {
        demo::require_loopback(address_of(&listener)?)?;
        demo::prepare(database.store()).await?;
    }
    let pages = pages(&args, &desk, secret);
    announce(
        &args,
        address_of(&listener)?,
        metrics.as_ref().map(|(listener, _)| address_of(listener)).transpose()?,
    );

    background.spawn(jobs::tick(desk.clone()));
    background.spawn(jobs::keep_feeding(desk.clone()));
    let api = api(&args, desk.clone()).authenticator(authenticator);
    let app = Router::new()
        .nest(API, api.build())
        .merge(health::router(desk))
        .merge(pages)
        .layer(middleware::from_fn(observe));

    let stopping = CancellationToken::new();
    let watch = async {
        stop.await;
        tracing::info!("stopping");
        stopping.cancel();
    };
    let serve =
        |listener, app| Server::new(listener, app).drain_timeout(DRAIN).run_until(stopping.cancelled());
    let serve_metrics = async {
        if let Some((listener, router)) = metrics {
            serve(listener, router).await;
        }
    };
    tokio::join!(watch, serve(listener, app), serve_metrics);
    background.shutdown().await;
    database.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn open_database(args: &ServeArgs) -> Result<Database, Error> {
    let migrations = match args.migrations {
        WhatAboutTables::Auto => Migrations::Auto,
        WhatAboutTables::Check => Migrations::Check,
    };
    let opening = Opening { migrations, connections: args.database_connections };
    Database::open(&args.database.database_url, &args.database.tables, opening).await
}

/// The web pages, and the log-in of the demo.
fn pages(args: &ServeArgs, desk: &SupportDesk, secret: JwtSecret) -> Router {
    match (args.no_ui, args.demo) {
        (true, _) => Router::new(),
        (false, true) => ui::routes(desk, ui::Demo::On).merge(demo::routes(secret)),
        (false, false) => ui::routes(desk, ui::Demo::Off),
    }
}

fn api(args: &ServeArgs, desk: SupportDesk) -> SupportRouter {
    let mut api = SupportRouter::new(desk);
    for network in &args.trusted_proxies {
        api = api.trusted_proxy(*network);
    }
    for origin in &args.allowed_origins {
        api = api.allowed_origin(origin.clone());
    }
    match args.rate_limit {
        Switch::On => api,
        Switch::Off => {
            tracing::warn!("callers are not held to any number of requests");
            api.without_rate_limits()
        }
    }
}

fn random_secret() -> Result<JwtSecret, Error> {
    tracing::warn!(
        "no --jwt-secret and no SUPPORT_JWT_SECRET: tokens are signed with a random secret for this run, which \
         `support-server token` cannot know"
    );
    JwtSecret::random()
}

async fn listen(address: &str) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| Error::Listen { address: address.to_owned(), source })
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|source| Error::Listen { address: "the socket".to_owned(), source })
}

/// Prints the URLs to open.
fn announce(args: &ServeArgs, address: SocketAddr, metrics: Option<SocketAddr>) {
    let base = format!("http://{}", reachable(address));
    let mut lines = "support-server is ready\n".to_owned();
    if !args.no_ui {
        let (agents, customers, widget) = (ui::AGENTS, ui::CUSTOMERS, ui::WIDGET);
        lines.push_str(&format!(
            "  Home     {base}/\n  Agents   {base}{agents}\n  Tickets  {base}{customers}\n  \
             Widget   <script src=\"{base}{widget}\" async></script>\n"
        ));
    }
    lines.push_str(&format!("  API      {base}{API}\n  OpenAPI  {base}{API}/openapi.json\n"));
    if let Some(metrics) = metrics {
        lines.push_str(&format!("  Metrics  http://{}/metrics\n", reachable(metrics)));
    }
    // Who starts it from a program knows by the last line that it is ready.
    lines.push_str(&format!("  Health   {base}/healthz  {base}/readyz\n"));
    // Who closed standard output does not want to read it.
    _ = std::io::stdout().write_all(lines.as_bytes());
    tracing::info!(%address, "listening");
}

/// An address to open: "every address of this machine" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
