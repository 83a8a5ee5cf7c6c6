//! Lists of tickets: filters, search, order and pages.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    desk::{Assign, PageQuery, ticket::TicketChange},
    store::Limit,
    text::{Category, Tag},
    ticket::{AssigneeFilter, Priority, Tags, Ticket, TicketFilter, TicketSort, TicketStatus},
};

use crate::world::{
    World, all_pages, amy, ann, bob, max, new_ticket, refusal, run, search, subject, user_id,
};

fn subjects(tickets: &[Ticket]) -> Vec<&str> {
    tickets.iter().map(|ticket| ticket.subject.as_str()).collect()
}

#[test]
fn a_list_is_paged_without_loss_while_rows_arrive() {
    let world = World::new();
    for n in 0..7 {
        run(world.desk.create_ticket(&ann(), &new_ticket(&format!("n{n}")), None)).unwrap();
        world.advance(TimeDelta::seconds(1));
    }
    let page = |cursor| {
        let query = PageQuery { limit: Limit::new(3).unwrap(), cursor };
        run(world.desk.list_tickets(
            &ann(),
            &TicketFilter::default(),
            TicketSort::CreatedAtDescending,
            &query,
        ))
        .unwrap()
    };
    let first = page(None);
    assert_eq!(subjects(&first.items), ["n6", "n5", "n4"]);
    world.ticket(&ann());
    let second = page(first.next_cursor);
    assert_eq!(subjects(&second.items), ["n3", "n2", "n1"]);
    let third = page(second.next_cursor);
    assert_eq!((subjects(&third.items), third.next_cursor), (vec!["n0"], None));
}

#[test]
fn a_cursor_belongs_to_its_caller_and_filter() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.ticket(&ann());
    let list = |by: &Principal, filter: &TicketFilter, cursor| {
        let query = PageQuery { limit: Limit::new(1).unwrap(), cursor };
        run(world.desk.list_tickets(by, filter, TicketSort::default(), &query))
    };
    let all = TicketFilter::default();
    let cursor = list(&ann(), &all, None).unwrap().next_cursor;
    assert!(list(&ann(), &all, cursor.clone()).is_ok());
    assert_eq!(refusal(list(&amy(), &all, cursor.clone())), ErrorKind::BadCursor);
    let amys = list(&amy(), &all, None).unwrap().next_cursor;
    assert_eq!(refusal(list(&max(), &all, amys)), ErrorKind::BadCursor, "what both may see is the same");
    let open = TicketFilter { status: vec![TicketStatus::Open], ..TicketFilter::default() };
    assert_eq!(refusal(list(&ann(), &open, cursor.clone())), ErrorKind::BadCursor);
    let replies = run(world.desk.list_replies(
        &ann(),
        &ticket.id.into(),
        &PageQuery { limit: Limit::default(), cursor },
    ));
    assert_eq!(refusal(replies), ErrorKind::BadCursor);
}

#[test]
fn filters_narrow_a_list_and_its_count_alike() {
    let world = World::new();
    let lamp = world.ticket(&ann());
    let sofa = world.ticket(&bob());
    let change = TicketChange {
        subject: Some(subject("Broken sofa")),
        status: Some(TicketStatus::OnHold),
        priority: Some(Priority::Urgent),
        category: Some(Some(Category::parse("sofas").unwrap())),
        tags: Some(Tags::new(vec![Tag::parse("red").unwrap()]).unwrap()),
        assigned_to: Some(Assign::Me),
        custom_fields: None,
    };
    run(world.desk.update_ticket(&amy(), &sofa.id.into(), &change, None)).unwrap();
    let all = TicketFilter::default;
    let cases: Vec<(TicketFilter, Vec<&Ticket>)> = vec![
        (all(), vec![&lamp, &sofa]),
        (TicketFilter { status: vec![TicketStatus::OnHold], ..all() }, vec![&sofa]),
        (
            TicketFilter { status: vec![TicketStatus::OnHold, TicketStatus::Open], ..all() },
            vec![&lamp, &sofa],
        ),
        (TicketFilter { priority: vec![Priority::Medium], ..all() }, vec![&lamp]),
        (TicketFilter { category: vec![Category::parse("sofas").unwrap()], ..all() }, vec![&sofa]),
        (TicketFilter { tag: vec![Tag::parse("red").unwrap()], ..all() }, vec![&sofa]),
        (TicketFilter { assignee: vec![AssigneeFilter::Nobody], ..all() }, vec![&lamp]),
        (TicketFilter { assignee: vec![AssigneeFilter::Agent(user_id("amy"))], ..all() }, vec![&sofa]),
        (TicketFilter { requester: vec![user_id("ann")], ..all() }, vec![&lamp]),
        (TicketFilter { search: Some(search("sof")), ..all() }, vec![&sofa]),
        (TicketFilter { search: Some(search(lamp.number.as_str())), ..all() }, vec![&lamp]),
        (TicketFilter { created_after: Some(world.now()), ..all() }, vec![&lamp, &sofa]),
        (TicketFilter { created_before: Some(world.now()), ..all() }, vec![]),
    ];
    for (filter, expected) in cases {
        let sort = TicketSort::CreatedAt;
        let found = all_pages(|page| run(world.desk.list_tickets(&amy(), &filter, sort, page)).unwrap());
        let ids: Vec<_> = found.iter().map(|ticket| ticket.id).collect();
        let expected: Vec<_> = expected.iter().map(|ticket| ticket.id).collect();
        assert_eq!(ids, expected, "{filter:?}");
        assert_eq!(run(world.desk.count_tickets(&amy(), &filter)).unwrap(), expected.len() as u64);
    }
}

#[test]
fn a_search_matches_whole_words_and_the_beginning_of_the_last() {
    let world = World::new();
    run(world.desk.create_ticket(&ann(), &new_ticket("Invoice for the Café lamp"), None)).unwrap();
    let found = |text: &str| {
        let filter = TicketFilter { search: Some(search(text)), ..TicketFilter::default() };
        run(world.desk.count_tickets(&amy(), &filter)).unwrap()
    };
    for text in ["invoice", "LAMP inv", "cafe", "café", "\"invoice\" (lamp)", "does not wor"] {
        assert_eq!(found(text), 1, "{text}");
    }
    for text in ["inv lamp", "invoice OR sofa", "*", "\"", "invoice NOT lamp x", "--", "%", "sofa"] {
        assert_eq!(found(text), 0, "{text}");
    }
}

#[test]
fn a_ticket_whose_number_is_searched_for_comes_first_in_every_order() {
    let world = World::new();
    let wanted = world.ticket(&ann());
    world.advance(TimeDelta::seconds(1));
    let mentions = new_ticket(&format!("Again: {}", wanted.number));
    run(world.desk.create_ticket(&ann(), &mentions, None)).unwrap();
    let filter = TicketFilter {
        search: Some(search(&wanted.number.as_str().to_lowercase())),
        ..TicketFilter::default()
    };
    for sort in [
        TicketSort::UpdatedAt,
        TicketSort::UpdatedAtDescending,
        TicketSort::CreatedAt,
        TicketSort::CreatedAtDescending,
        TicketSort::Priority,
        TicketSort::PriorityDescending,
        TicketSort::Waiting,
    ] {
        let found = all_pages(|page| run(world.desk.list_tickets(&ann(), &filter, sort, page)).unwrap());
        assert_eq!((found.len(), found[0].id), (2, wanted.id), "{sort:?}");
    }
}

#[test]
fn the_scope_of_a_filter_is_the_desks_word() {
    let world = World::new();
    world.ticket(&bob());
    let greedy = TicketFilter::within(support_core::access::Scope::Everything);
    assert_eq!(run(world.desk.count_tickets(&ann(), &greedy)).unwrap(), 0);
}

#[test]
fn s_18_a_search_covers_notes_for_staff_only() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.reply(&amy(), &ticket, "visible").unwrap();
    world.note(&amy(), &ticket, "canary").unwrap();
    let found = |by: &Principal, text: &str| {
        // A caller that asks for staff's view does not get it.
        let visibility = support_core::ticket::Visibility::Staff;
        let filter = TicketFilter { search: Some(search(text)), visibility, ..TicketFilter::default() };
        run(world.desk.count_tickets(by, &filter)).unwrap()
    };
    assert_eq!((found(&ann(), "visible"), found(&amy(), "visible")), (1, 1));
    assert_eq!((found(&ann(), "canary"), found(&amy(), "canary")), (0, 1));
}
