//! `ETag` and `If-Match`: versions of objects.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::problem::{Code, Problem};

/// The `ETag` of a version.
pub(crate) fn etag(version: u64) -> HeaderValue {
    // Digits between quotes are always a header's value.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// Nothing, or that the object exists.
    Any,
    /// That the object has one of these versions. A tag that is none of ours is no version at all.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// Reads the header.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let malformed =
            || Problem::new(Code::BadRequest).detail("If-Match must be a list of entity tags or *");
        let mut versions = Vec::new();
        let mut values = headers.get_all(header::IF_MATCH).iter().peekable();
        if values.peek().is_none() {
            return Ok(Self::Any);
        }
        for value in values {
            for tag in value.to_str().map_err(|_| malformed())?.split(',').map(str::trim) {
                if tag == "*" {
                    return Ok(Self::Any);
                }
                let weak = tag.starts_with("W/");
                let opaque =
                    tag.trim_start_matches("W/").strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                let opaque = opaque.filter(|tag| !tag.contains('"')).ok_or_else(malformed)?;
                // Weak tags never match here (RFC 9110, 13.1.1).
                if !weak && let Ok(version) = opaque.parse() {
                    versions.push(version);
                }
            }
        }
        Ok(Self::Versions(versions))
    }

    /// The version that the object must have. Of several, the one that it has, if `current` is among them.
    pub(crate) fn expected(&self, current: Option<u64>) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Versions(versions) => {
                let held = current.filter(|current| versions.contains(current));
                // No object comes to so many versions.
                Some(held.or(versions.first().copied()).unwrap_or(u64::MAX))
            }
        }
    }

    /// Whether several versions would do, so that the present one must be known to choose.
    pub(crate) const fn is_choice(&self) -> bool {
        matches!(self, Self::Versions(versions) if versions.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<IfMatch, Code> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, value.parse().unwrap());
        }
        IfMatch::of(&headers).map_err(|problem| problem.code())
    }

    #[test]
    fn tags_are_versions() {
        assert_eq!(read(&[]), Ok(IfMatch::Any));
        assert_eq!(read(&["*"]), Ok(IfMatch::Any));
        assert_eq!(read(&[etag(7).to_str().unwrap()]), Ok(IfMatch::Versions(vec![7])));
        assert_eq!(read(&["\"1\", \"x\"", "\"2\""]), Ok(IfMatch::Versions(vec![1, 2])));
        assert_eq!(read(&["W/\"7\""]), Ok(IfMatch::Versions(vec![])));
        for malformed in ["7", "\"7", "", "\"1\"\"2\""] {
            assert_eq!(read(&[malformed]), Err(Code::BadRequest), "{malformed}");
        }
    }

    #[test]
    fn a_tag_of_somebody_elses_matches_nothing() {
        assert_eq!(IfMatch::Versions(vec![]).expected(Some(3)), Some(u64::MAX));
        assert_eq!(IfMatch::Versions(vec![2, 3]).expected(Some(3)), Some(3));
        assert_eq!(IfMatch::Any.expected(Some(3)), None);
    }
}
