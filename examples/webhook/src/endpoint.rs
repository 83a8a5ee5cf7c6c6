//! Where deliveries go.

use std::fmt;

use hyper::Uri;

/// An address to post to: `https`, or `http` to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    uri: Uri,
    host: String,
    port: u16,
    pub(crate) scheme: Scheme,
}

/// How it is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Https,
    /// Nobody else hears what goes to this machine itself; [`Destinations`](crate::Destinations) must allow it.
    HttpToLoopback,
}

/// Why an address is none to post to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadEndpoint {
    /// It is no URL with a host.
    #[error("not a URL with a host")]
    NoUrl,
    /// Its scheme is another one.
    #[error("only https is posted to, and http on localhost")]
    Scheme,
    /// It has a user name or password in it.
    #[error("a URL with a user name or password is refused: deliveries are signed")]
    Credentials,
}

impl Endpoint {
    /// Takes a URL.
    ///
    /// # Errors
    /// [`BadEndpoint`].
    pub fn parse(url: &str) -> Result<Self, BadEndpoint> {
        let uri: Uri = url.parse().map_err(|_| BadEndpoint::NoUrl)?;
        let authority = uri.authority().ok_or(BadEndpoint::NoUrl)?;
        if authority.as_str().contains('@') {
            return Err(BadEndpoint::Credentials);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let (scheme, port) = match uri.scheme_str() {
            Some("https") => (Scheme::Https, 443),
            Some("http") if is_this_machine(&host) => (Scheme::HttpToLoopback, 80),
            _ => return Err(BadEndpoint::Scheme),
        };
        let port = authority.port_u16().unwrap_or(port);
        if host.is_empty() || authority.as_str().ends_with(':') {
            return Err(BadEndpoint::NoUrl);
        }
        Ok(Self { uri, host, port, scheme })
    }

    /// The name or address to resolve and connect to.
    pub(crate) fn host(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// What the request is about: path and query.
    pub(crate) fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// As the `Host` header says it.
    pub(crate) fn authority(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str())
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

impl fmt::Display for Endpoint {
    /// Without path and query, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_https_or_on_this_machine() {
        for good in
            ["https://a.example/x?y=1", "https://a.example:8443", "http://localhost:1/", "http://[::1]:1/"]
        {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://a.example/", BadEndpoint::Scheme),
            ("http://localhost.a.example/", BadEndpoint::Scheme),
            ("http://127.0.0.1.nip.example/", BadEndpoint::Scheme),
            ("ftp://a.example/", BadEndpoint::Scheme),
            ("https://user:secret@a.example/", BadEndpoint::Credentials),
            ("https:///x", BadEndpoint::NoUrl),
            ("a.example/x y", BadEndpoint::NoUrl),
            ("/only/a/path", BadEndpoint::NoUrl),
            ("", BadEndpoint::NoUrl),
        ] {
            assert_eq!(Endpoint::parse(bad).unwrap_err(), why, "{bad}");
        }
    }

    #[test]
    fn what_is_shown_of_an_endpoint_is_not_its_path() {
        let endpoint = Endpoint::parse("https://a.example:8443/very/secret?token=x").unwrap();
        assert_eq!(endpoint.to_string(), "a.example:8443");
        assert_eq!((endpoint.host(), endpoint.path()), (("a.example", 8443), "/very/secret?token=x"));
    }
}
