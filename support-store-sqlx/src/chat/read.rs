//! Where to look for what an agent has read.
//!
//! An agent's cursor says when a session was active last while it holds nothing new for the agent, so that what one of
//! many agents has read is in the order of the list in one index, however little of the desk it is. What no customer has
//! written in, everybody has read: no cursor tells of it, and it has an index of its own.

use support_core::{chat::Participant, id::UserId, time::Timestamp};

use super::{
    cursor,
    list::{List, Narrow, Part, TABLE, index_of},
};
use crate::{
    dialect::Dialect,
    page::{Rows, Segment, Table},
    sql::Sql,
};

/// ` and …` for sessions that hold no news, in the words of their index.
const NO_NEWS: &str = " and s.last_customer_seq = 0";

/// The same in words that no index has, where another one is to be read.
const NO_NEWS_AMONG_FEW: &str = " and coalesce(s.last_customer_seq, 0) = 0";

/// ` from …` for sessions, called `s`, in which there was news and an agent has read all of it. Their last activity and
/// their ids are those of the cursors, whose index has them in order.
fn cursors<DB: Dialect>(tenant: &str, agent: &UserId) -> Sql {
    Sql::new(
        " from (select c.session_updated_at as updated_at, c.session_id as id, x.tenant, x.user_id, x.status, x.owner, \
         x.category, x.assignee_id, x.waiting_since from @read_cursors c",
    )
    .push(&DB::by_index("read_cursors_by_update"))
    .push(
        " join @sessions x on x.id = c.session_id \
         where c.tenant = ? and c.participant = ? and c.session_updated_at is not null) s",
    )
    .bind(tenant)
    .bind(cursor::name(&Participant::Agent(agent.clone())))
}

impl List<'_> {
    /// What an agent has read of a part, by the agent's cursors and by the sessions that hold no news for anybody; before a
    /// moment.
    pub(super) fn read<DB: Dialect>(
        &self,
        part: &Part,
        agent: &UserId,
        before: Option<Timestamp>,
    ) -> Segment {
        let only = match before {
            Some(before) => part.only.clone().push(" and s.updated_at < ?").bind(before),
            None => part.only.clone(),
        };
        let mut places = match &part.narrow {
            narrow @ (Narrow::Assignee(_) | Narrow::Category(_)) => {
                let index = index_of(narrow, part.order);
                self.places::<DB>(narrow, index, &only.clone().push(NO_NEWS_AMONG_FEW))
            }
            // Of these there may be as many as there are sessions.
            _ => {
                let index = Some("sessions_without_news");
                self.places::<DB>(&Narrow::Everything, index, &only.clone().push(NO_NEWS))
            }
        };
        let read = cursors::<DB>(self.tenant, agent).append(self.conditions(&Narrow::Found, &self.finds.all));
        places.push(read.append(only));
        self.of_rows(part, Rows::KeysFirst(Table { is_in_places: false, ..TABLE }, places))
    }
}
