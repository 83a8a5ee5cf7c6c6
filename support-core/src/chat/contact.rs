//! What a guest says of themselves, and what of it the desk asks for.

use serde::{Deserialize, Serialize};

use crate::{
    error::FieldError,
    text::{Email, PersonName, Phone, Rejection, is_blank},
};

/// What a guest says of themselves. Nobody has proven any of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct GuestContact {
    /// What they are called.
    pub name: Option<PersonName>,
    /// Where they get mail.
    pub email: Option<Email>,
    /// Where they can be called.
    pub phone: Option<Phone>,
}

impl GuestContact {
    /// Reads what a guest typed, and names every field that cannot be read. Blank counts as not given.
    pub fn parse(name: Option<&str>, email: Option<&str>, phone: Option<&str>) -> (Self, Vec<FieldError>) {
        fn read<T>(
            field: &str,
            typed: Option<&str>,
            parse: impl FnOnce(&str) -> Result<T, Rejection>,
            wrong: &mut Vec<FieldError>,
        ) -> Option<T> {
            let typed = typed.filter(|text| !is_blank(text))?;
            parse(typed).map_err(|rejection| wrong.push(FieldError::new(field, rejection))).ok()
        }
        let mut wrong = Vec::new();
        let contact = Self {
            name: read("guest_name", name, |text| PersonName::parse(text), &mut wrong),
            email: read("guest_email", email, |text| Email::parse(text), &mut wrong),
            phone: read("guest_phone", phone, |text| Phone::parse(text), &mut wrong),
        };
        (contact, wrong)
    }
}

/// Whether the desk asks guests for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a form shows each differently")]
pub enum ContactField {
    /// No session without it.
    Required,
    /// Welcome.
    Optional,
    /// Not asked for, and refused.
    Hidden,
}

/// What the desk asks guests for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "hosts build it")]
pub struct ContactPolicy {
    /// Their name.
    pub name: ContactField,
    /// Their e-mail address.
    pub email: ContactField,
    /// Their phone number.
    pub phone: ContactField,
}

impl Default for ContactPolicy {
    /// E-mail and phone required, name optional.
    fn default() -> Self {
        Self { name: ContactField::Optional, email: ContactField::Required, phone: ContactField::Required }
    }
}

impl ContactPolicy {
    /// Asks for nothing, and takes nothing.
    pub(crate) const NOTHING: Self =
        Self { name: ContactField::Hidden, email: ContactField::Hidden, phone: ContactField::Hidden };

    /// Names every field that is missing or not asked for.
    pub fn check(&self, contact: &GuestContact) -> Vec<FieldError> {
        let fields = [
            ("guest_name", self.name, contact.name.is_some()),
            ("guest_email", self.email, contact.email.is_some()),
            ("guest_phone", self.phone, contact.phone.is_some()),
        ];
        let wrong = |(name, field, given): (&str, ContactField, bool)| match (field, given) {
            (ContactField::Required, false) => Some(FieldError::new(name, Rejection::Required)),
            (ContactField::Hidden, true) => Some(FieldError::new(name, Rejection::NotAccepted)),
            _ => None,
        };
        fields.into_iter().filter_map(wrong).collect()
    }
}
