//! JSON that comes back as it was.

use std::io;

use serde::Serialize;
use serde_json::{Serializer, Value, ser::Formatter};
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo},
};

/// A value for a `jsonb` column, which keeps numbers as decimals: what is written as `1e16` comes back as the whole
/// number 10000000000000000. Fractions are written with a point and without an exponent, and stay fractions.
pub(super) struct Jsonb(pub(super) Value);

impl Type<Postgres> for Jsonb {
    fn type_info() -> PgTypeInfo {
        <Value as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Jsonb {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        // The version of the format, which is the only one there is.
        buffer.push(1);
        let mut text = Vec::new();
        self.0.serialize(&mut Serializer::with_formatter(&mut text, Plain))?;
        buffer.extend(text);
        Ok(IsNull::No)
    }
}

/// Writes fractions in plain decimals.
struct Plain;

impl Formatter for Plain {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let text = value.to_string();
        let point = if text.contains('.') { "" } else { ".0" };
        write!(writer, "{text}{point}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_have_a_point_and_no_exponent() {
        let written = |value: f64| {
            let mut text = Vec::new();
            Value::from(value).serialize(&mut Serializer::with_formatter(&mut text, Plain)).unwrap();
            String::from_utf8(text).unwrap()
        };
        assert_eq!(written(1e16), "10000000000000000.0");
        assert_eq!(written(2.5e-7), "0.00000025");
        assert_eq!(written(-3.0), "-3.0");
        for value in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1] {
            assert_eq!(serde_json::from_str::<f64>(&written(value)).unwrap(), value);
        }
    }
}
