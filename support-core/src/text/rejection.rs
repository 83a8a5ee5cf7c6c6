//! Why a value was refused.

/// Why a value was refused. Never holds the value itself: it may be a secret or an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Nothing but white space and invisible characters.
    #[error("must not be blank")]
    Blank,
    /// More characters, bytes or items than allowed.
    #[error("must be at most {max} long")]
    TooLong {
        /// The most allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    #[error("must be at least {min} long")]
    TooShort {
        /// The fewest allowed.
        min: usize,
    },
    /// A NUL or another control character.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// A number outside its range.
    #[error("must be from {min} to {max}")]
    OutOfRange {
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// Not of the shape this field has.
    #[error("must be {expected}")]
    Format {
        /// What the field takes, in words.
        expected: &'static str,
    },
    /// Not an e-mail address that the desk accepts.
    #[error("must be an e-mail address such as name@example.org")]
    Email,
    /// Not a phone number that the desk accepts.
    #[error("must be a phone number of 7 to 15 digits")]
    Phone,
    /// Nested deeper than allowed.
    #[error("must be nested at most {max} levels deep")]
    TooDeep {
        /// The deepest allowed.
        max: usize,
    },
    /// The field is needed here.
    #[error("is required")]
    Required,
    /// The field has no place here.
    #[error("is not accepted here")]
    NotAccepted,
    /// The thing it names is not known.
    #[error("names nobody the desk knows")]
    Unknown,
}

impl Rejection {
    /// The stable code of this refusal, in `snake_case`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::ControlCharacter => "control_character",
            Self::OutOfRange { .. } => "out_of_range",
            Self::Format { .. } => "invalid_format",
            Self::Email => "invalid_email",
            Self::Phone => "invalid_phone",
            Self::TooDeep { .. } => "too_deep",
            Self::Required => "required",
            Self::NotAccepted => "not_accepted",
            Self::Unknown => "unknown",
        }
    }
}
