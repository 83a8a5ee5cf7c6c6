//! Who is in the demo.

use support_core::{
    access::Principal,
    id::UserId,
    person::{Agent, Person},
    text::Rejection,
};

/// Somebody whom the demo signs in without a password.
#[derive(Debug, Clone, Copy)]
pub(super) struct Someone {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    /// What they are, for the page on which one chooses.
    pub(super) part: &'static str,
    pub(super) is_agent: bool,
}

/// Those whom one can be.
pub(super) const CAST: [Someone; 3] = [
    Someone {
        id: "amara",
        name: "Amara Osei",
        email: "amara@northlane.example",
        part: "Support agent, domains and email",
        is_agent: true,
    },
    Someone {
        id: "jonas",
        name: "Jonas Lindqvist",
        email: "jonas@northlane.example",
        part: "Support agent, servers and certificates",
        is_agent: true,
    },
    Someone {
        id: "elena",
        name: "Elena Marchetti",
        email: "elena@studiomarchetti.example",
        part: "Customer, Studio Marchetti",
        is_agent: false,
    },
];

/// Those whom the demo only speaks of.
const OTHERS: [(&str, &str, &str); 7] = [
    ("mateo", "Mateo Ferreira", "mateo@ferreira-azulejos.example"),
    ("noor", "Noor Haddad", "noor@haddadpress.example"),
    ("lukas", "Lukas Bergmann", "lukas@bergmann-moebel.example"),
    ("chidi", "Chidi Okafor", "chidi@okafor-legal.example"),
    ("yuki", "Yuki Sato", "yuki@sato-ceramics.example"),
    ("ines", "Inés Duarte", "ines@duartebikes.example"),
    ("tom", "Tom Whitaker", "tom@whitakerfarm.example"),
];

impl Someone {
    pub(super) fn find(id: &str) -> Option<Self> {
        CAST.into_iter().find(|someone| someone.id == id)
    }

    /// How the desk knows the agent.
    pub(super) fn agent(self) -> Result<Agent, Rejection> {
        Ok(Agent::new(UserId::parse(self.id)?, self.name))
    }
}

/// The customer of this id, as the desk knows them.
pub(super) fn customer(id: &str) -> Result<Person, Rejection> {
    let elena = CAST
        .iter()
        .filter(|someone| !someone.is_agent)
        .map(|someone| (someone.id, someone.name, someone.email));
    let found = elena.chain(OTHERS).find(|(known, ..)| *known == id);
    let (id, name, email) = found.ok_or(Rejection::Unknown)?;
    Ok(Person::new(UserId::parse(id)?).named(name).with_email(email))
}

/// Whoever it is, in their role.
pub(super) fn principal(id: &str) -> Result<Principal, Rejection> {
    match Someone::find(id).filter(|someone| someone.is_agent) {
        Some(agent) => {
            Ok(Principal::agent(Person::new(UserId::parse(id)?).named(agent.name).with_email(agent.email)))
        }
        None => customer(id).map(Principal::user),
    }
}
