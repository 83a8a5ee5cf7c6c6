//! `Accept`: in which form a client wants an answer that has more than one.

use axum::http::{HeaderMap, header};

use crate::problem::{Code, Problem};

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// `text/plain`.
    Text,
    /// `application/json`.
    Json,
}

/// How much a client wants a form: by its weight, then by how closely it was named, then by which came first.
type Preference = (u16, u8, std::cmp::Reverse<usize>);

/// The form that the client prefers; text if it does not care.
pub(crate) fn accepted(headers: &HeaderMap) -> Result<Media, Problem> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    if ranges.iter().all(|range| range.is_empty()) {
        return Ok(Media::Text);
    }
    match (preference(&ranges, "text", "plain"), preference(&ranges, "application", "json")) {
        (None, None) => Err(Code::NotAcceptable.into()),
        (text, json) if json > text => Ok(Media::Json),
        _ => Ok(Media::Text),
    }
}

/// The preference for a media type, from the range that names it most closely (RFC 9110, 12.5.1); `None` if it is not
/// acceptable.
fn preference(ranges: &[&str], main: &str, sub: &str) -> Option<Preference> {
    let matching = ranges.iter().enumerate().filter_map(|(index, range)| {
        let mut parts = range.split(';').map(str::trim);
        let (range_main, range_sub) = parts.next()?.split_once('/')?;
        let closeness = match (range_main, range_sub) {
            ("*", "*") => 0,
            (range_main, "*") if range_main.eq_ignore_ascii_case(main) => 1,
            (range_main, range_sub)
                if range_main.eq_ignore_ascii_case(main) && range_sub.eq_ignore_ascii_case(sub) =>
            {
                2
            }
            _ => return None,
        };
        Some((closeness, std::cmp::Reverse(index), weight(parts)))
    });
    let (closeness, index, weight) = matching.max_by_key(|(closeness, index, _)| (*closeness, *index))?;
    (weight > 0).then_some((weight, closeness, index))
}

/// The weight in thousandths. One that cannot be read counts as none given.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let given = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
    given.map_or(1000, |weight| (weight.clamp(0.0, 1.0) * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(accept: &[&str]) -> Result<Media, Code> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, value.parse().unwrap());
        }
        accepted(&headers).map_err(|problem| problem.code())
    }

    #[test]
    fn text_is_what_somebody_gets_who_does_not_care() {
        for accept in
            [&[][..], &[""], &["*/*"], &["text/*"], &["TEXT/plain"], &["application/json;q=0.5, */*"]]
        {
            assert_eq!(answer(accept), Ok(Media::Text), "{accept:?}");
        }
    }

    #[test]
    fn json_is_what_somebody_gets_who_names_it() {
        let accepts = [
            &["application/json"][..],
            &["application/json, text/plain, */*"],
            &["application/json, */*"],
            &["text/plain;q=0.9", "application/json"],
            &["text/plain;q=0, */*"],
            &["Application/JSON; charset=utf-8; q=0.1"],
            &["application/*"],
        ];
        for accept in accepts {
            assert_eq!(answer(accept), Ok(Media::Json), "{accept:?}");
        }
    }

    #[test]
    fn other_forms_cannot_be_served() {
        for accept in [&["text/html"][..], &["image/*"], &["*/*;q=0"], &["json"]] {
            assert_eq!(answer(accept), Err(Code::NotAcceptable), "{accept:?}");
        }
    }
}
