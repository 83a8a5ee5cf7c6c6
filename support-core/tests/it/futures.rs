//! Every use case can be awaited on a runtime of many threads.

use support_core::{
    SupportDesk,
    access::{Action, Principal},
    chat::{Session, SessionFilter, SessionSort},
    desk::{
        Assign, PageQuery, Target,
        chat::{Converse, NewMessage, NewRating, NewSession, TicketFromChat},
        live::{Doing, Topic},
        ticket::{NewReply, NewTicket, TicketChange},
    },
    id::{DeadLetterId, SessionId, TenantId},
    message::MessageRange,
    person::Agent,
    store::{PersonKey, Transaction},
    text::IdempotencyKey,
    ticket::{Period, TicketFilter, TicketKey, TicketSort},
};

fn is_send(_: impl Send) {}

/// What the use cases are called with.
struct Given<'a> {
    by: &'a Principal,
    tenant: &'a TenantId,
    key: Option<&'a IdempotencyKey>,
    page: &'a PageQuery,
    id: SessionId,
    ticket: &'a TicketKey,
    assign: &'a Assign,
}

/// Compiled and never called: that it compiles is the test. A use case that is missing here is missing in the check.
fn tickets_are_send(
    desk: &SupportDesk,
    given: &Given<'_>,
    tx: &mut dyn Transaction,
    (new, reply, change): (&NewTicket, &NewReply, &TicketChange),
    (filter, sort, period): (&TicketFilter, TicketSort, Period),
) {
    let Given { by, key, page, ticket, assign, .. } = *given;
    is_send(desk.create_ticket(by, new, key));
    is_send(desk.create_ticket_in(tx, by, new, key));
    is_send(desk.reply_to_ticket(by, ticket, reply, key));
    is_send(desk.authorize_reply(by, ticket, true, true));
    is_send(desk.update_ticket(by, ticket, change, None));
    is_send(desk.authorize_ticket_change(by, ticket, &[]));
    is_send(desk.close_ticket(by, ticket, None));
    is_send(desk.reopen_ticket(by, ticket, None));
    is_send(desk.assign_ticket(by, ticket, assign, None));
    is_send(desk.find_ticket(by, ticket));
    is_send(desk.list_tickets(by, filter, sort, page));
    is_send(desk.count_tickets(by, filter));
    is_send(desk.list_replies(by, ticket, page));
    is_send(desk.list_ticket_history(by, ticket, page));
    is_send(desk.ticket_transcript(by, ticket));
    is_send(desk.ticket_stats(by, period));
}

fn chats_are_send(
    desk: &SupportDesk,
    given: &Given<'_>,
    session: Session,
    (new, message, say): (&NewSession, &NewMessage, &Converse),
    (rating, convert, range): (&NewRating, &TicketFromChat, &MessageRange),
    (filter, sort): (&SessionFilter, SessionSort),
) {
    let Given { by, tenant, key, page, id, assign, .. } = *given;
    is_send(desk.start_session(by, new, key));
    is_send(desk.authenticate_guest(tenant, ""));
    is_send(desk.send_message(by, id, message, key));
    is_send(desk.post_message(by, id, message, key));
    is_send(desk.answer_session(tenant, id, None));
    is_send(desk.mark_read(by, id, 0));
    is_send(desk.converse(by, say, key));
    is_send(desk.convert_session(by, id, convert, key));
    is_send(desk.request_handoff(by, id, None));
    is_send(desk.assign_session(by, id, assign, None));
    is_send(desk.close_session(by, id, None));
    is_send(desk.reopen_session(by, id, None));
    is_send(desk.archive_session(by, id, None));
    is_send(desk.rate_session(by, id, rating, None));
    is_send(desk.find_session(by, id));
    is_send(desk.view_session(by, session));
    is_send(desk.list_sessions(by, filter, sort, page));
    is_send(desk.count_sessions(by, filter));
    is_send(desk.list_messages(by, id, range));
    is_send(desk.session_transcript(by, id));
    is_send(desk.chat_stats(tenant));
}

fn the_rest_is_send(desk: &SupportDesk, given: &Given<'_>, agent: &Agent, person: &PersonKey) {
    let Given { by, tenant, page, .. } = *given;
    is_send(desk.authorize(by, Action::ReadTicket, Target::Desk));
    is_send(desk.register_agent(tenant, agent));
    is_send(desk.recognize(by));
    is_send(desk.list_agents(by));
    is_send(desk.export_person(by, person));
    is_send(desk.erase_person(by, person));
    is_send(desk.deliver_events());
    is_send(desk.keep_delivering());
    is_send(desk.list_dead_letters(by, page));
    let letter = DeadLetterId::from_uuid(uuid::Uuid::nil());
    is_send(desk.redeliver_dead_letter(by, letter));
    is_send(desk.discard_dead_letter(by, letter));
    is_send(desk.subscribe(by, Topic::Chats, None));
    is_send(desk.feed());
    is_send(desk.keep_feeding());
    is_send(desk.show_typing(by, Target::Desk, Doing::Now));
    is_send(desk.show_viewing(by, Target::Desk, Doing::Now));
    is_send(desk.team_availability(tenant));
    is_send(async { desk.subscribe(by, Topic::Tickets, None).await.unwrap().next().await });
    is_send(desk.tick());
    is_send(desk.check());
}

#[test]
fn the_futures_of_all_use_cases_are_send() {
    let _ = (tickets_are_send, chats_are_send, the_rest_is_send);
    is_send(crate::world::World::new().desk);
}
