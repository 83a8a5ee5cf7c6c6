//! What is kept of the request that opened a stream.

use axum::{
    extract::OriginalUri,
    http::{HeaderValue, Uri, request::Parts},
};

/// The same request in memory of its own.
///
/// What a server hands over of a request are pieces of the buffer that its connection reads into. A stream that keeps
/// them keeps 8 KB of buffer, and the connection has to get another one to hear of the client's end.
pub(super) fn kept(mut parts: Parts) -> Parts {
    for value in parts.headers.values_mut() {
        copy_value(value);
    }
    copy_uri(&mut parts.uri);
    if let Some(OriginalUri(uri)) = parts.extensions.get_mut() {
        copy_uri(uri);
    }
    parts
}

/// What is valid stays so when it is copied, so that nothing is ever left as it was.
fn copy_value(value: &mut HeaderValue) {
    if let Ok(mut copy) = HeaderValue::from_bytes(value.as_bytes()) {
        copy.set_sensitive(value.is_sensitive());
        *value = copy;
    }
}

fn copy_uri(uri: &mut Uri) {
    if let Ok(copy) = uri.to_string().parse() {
        *uri = copy;
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Bytes, http::Request};

    use super::*;

    #[test]
    fn nothing_of_a_connections_buffer_is_kept() {
        let buffer = Bytes::from(b"/base/chat/events?x=1 Bearer token r\xC3\xA9sum\xC3\xA9".to_vec());
        let part = |range: std::ops::Range<usize>| buffer.slice(range);
        let uri = Uri::from_maybe_shared(part(0..21)).unwrap();
        let mut secret = HeaderValue::from_maybe_shared(part(22..34)).unwrap();
        secret.set_sensitive(true);
        let request = Request::get(uri.clone())
            .header("authorization", secret)
            .header("x-name", HeaderValue::from_maybe_shared(part(35..buffer.len())).unwrap())
            .header("x-name", HeaderValue::from_maybe_shared(part(0..5)).unwrap())
            .extension(OriginalUri(uri));
        let given = request.body(()).unwrap().into_parts().0;
        let as_told = |parts: &Parts| {
            let original = parts.extensions.get::<OriginalUri>().map(|uri| uri.0.to_string());
            (parts.uri.to_string(), parts.method.clone(), parts.headers.clone(), original)
        };
        let expected = format!("{:?}", as_told(&given));
        assert!(!buffer.is_unique());
        let kept = kept(given);
        assert!(buffer.is_unique(), "nobody else holds any of it");
        assert_eq!(format!("{:?}", as_told(&kept)), expected, "and nothing else has changed");
        assert!(kept.headers["authorization"].is_sensitive());
    }
}
