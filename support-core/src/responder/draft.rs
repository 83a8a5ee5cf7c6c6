//! A text that is coming in.

use super::{Refusal, ResponderError, check};

/// Where a [`Responder`](super::Responder) puts its answer, at once or in pieces.
///
/// Nobody is shown what is in it before all of it has come and was checked.
#[derive(Debug)]
pub struct Draft {
    text: String,
    length: usize,
    max_length: usize,
    refused: Option<Refusal>,
}

impl Draft {
    /// An empty draft for at most so many characters.
    pub const fn new(max_length: usize) -> Self {
        Self { text: String::new(), length: 0, max_length, refused: None }
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// The text will be refused, however it goes on; there is no point in more of it.
    pub fn push(&mut self, piece: &str) -> Result<(), ResponderError> {
        if self.refused.is_none() {
            self.length += piece.chars().count();
            self.refused = if self.length > self.max_length {
                Some(Refusal::TooLong { max: self.max_length })
            } else {
                check::hidden(piece)
            };
        }
        if let Some(refusal) = &self.refused {
            self.text.clear();
            return Err(ResponderError::new(refusal.to_string()));
        }
        self.text.push_str(piece);
        Ok(())
    }

    /// What came in so far; nothing of a text that is refused.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the text is refused already.
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refused.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_a_text() {
        let mut draft = Draft::new(7);
        for piece in ["ä", "bc", "", "defg"] {
            draft.push(piece).unwrap();
        }
        assert_eq!((draft.text(), draft.refusal()), ("äbcdefg", None));
    }

    #[test]
    fn what_gets_too_long_or_hides_something_is_given_up_for_good() {
        let mut draft = Draft::new(3);
        draft.push("abc").unwrap();
        assert!(draft.push("d").is_err());
        assert!(draft.push("").is_err());
        assert_eq!((draft.text(), draft.refusal()), ("", Some(&Refusal::TooLong { max: 3 })));

        let mut draft = Draft::new(99);
        assert!(draft.push("a\u{202e}b").is_err());
        assert_eq!(draft.refusal(), Some(&Refusal::Hidden('\u{202e}')));
    }
}
