//! Why the server does not start, or a token is not made.

/// Why the program ends with a failure. Its text is for the person who started it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Secret(#[from] support_http_axum::JwtError),
    #[error(
        "no secret to sign with: give --jwt-secret or SUPPORT_JWT_SECRET, the same that the server runs with \
         (a server without one signs with a random secret that nobody else knows)"
    )]
    NoSecret,
    #[error("the system gives no randomness")]
    Randomness(#[source] std::io::Error),
    #[error("the token cannot be signed")]
    Sign(#[from] jsonwebtoken::errors::Error),
    #[error("--{flag} is not valid: {rejection}")]
    Claim { flag: &'static str, rejection: support_core::text::Rejection },
    #[error("the database: {0}")]
    Database(String),
    #[error("the desk is not copied")]
    Copy(#[from] support_store_sqlx::copy::CopyError),
    #[error("the store cannot be opened")]
    Store(#[from] support_core::store::StoreError),
    #[error(transparent)]
    KnowledgeBase(#[from] support_core::bot::LoadError),
    #[error("{} cannot be read", file.display())]
    Lines { file: std::path::PathBuf, source: std::io::Error },
    #[error("{}:{line}:{column}: expected an object with `text`", file.display())]
    Line { file: std::path::PathBuf, line: usize, column: usize, source: serde_json::Error },
    #[error("the agent {id} cannot be registered")]
    Agent { id: support_core::id::UserId, source: support_core::Error },
    #[error("cannot listen on {address}")]
    Listen { address: String, source: std::io::Error },
    #[error("cannot wait for signals")]
    Signals(#[source] std::io::Error),
    #[error(
        "--demo lets anybody be anybody, so it serves this machine alone: --listen {0} is open to others"
    )]
    DemoInPublic(std::net::SocketAddr),
    #[error("the demo's story cannot be told")]
    Demo(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("metrics cannot be recorded")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}
