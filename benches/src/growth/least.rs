//! What an answer costs that finds everything at once.

use support_core::{
    access::Scope,
    chat::{Participant, SessionFilter, SessionSort},
    store::PageRequest,
    ticket::{TicketFilter, TicketSort, Visibility},
};

use super::{BoxFuture, Desk};

/// The least that an answer of a kind costs on the small desk, through the same store and in the same run.
///
/// A list of two things that becomes a full page is not slower for having something to show, and a figure that takes as
/// long as finding one row has nothing left to gain. So what takes less than this counts as this, at each percentile; how
/// much that is depends on the machine and the database, and is measured beside every figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    /// For pages of tickets: the page of the latest, which is read from the end of one index.
    Tickets,
    /// For pages of chats: the page of the latest, with its unread counts.
    Chats,
    /// For figures: one ticket, by its id.
    Row,
}

impl Least {
    pub(super) fn ask(self, desk: &Desk, n: usize) -> BoxFuture<'_> {
        Box::pin(async move {
            let mut tx = desk.store.begin_read(&desk.tenant).await?;
            let page = PageRequest::default();
            match self {
                Self::Tickets => {
                    let all = TicketFilter {
                        visibility: Visibility::Staff,
                        ..TicketFilter::within(Scope::Everything)
                    };
                    tx.tickets().list(&all, TicketSort::CreatedAtDescending, &page).await?;
                }
                Self::Chats => {
                    let viewer = Participant::Agent(desk.agent(n));
                    let all = SessionFilter::within(Scope::Everything, viewer);
                    tx.chats().list(&all, SessionSort::Recent, &page).await?;
                }
                Self::Row => {
                    let id = desk.tickets[n % desk.tickets.len()];
                    tx.tickets().find(&id.into(), &Scope::Everything).await?.ok_or("a ticket is gone")?;
                }
            }
            Ok(())
        })
    }
}
