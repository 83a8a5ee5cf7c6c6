//! The list of tests, and the macros that make them.

/// Makes a `#[test]` of each rule in the suite of store behaviour.
///
/// Takes the path of a function that opens an empty store, hands it to a test, and returns when the test has ended; see
/// [`conformance`](crate::conformance). Expands to a module for each group of rules, so call it in a module of its own
/// for each store.
#[macro_export]
macro_rules! conformance_suite {
    ($with_store:path) => {
        $crate::__conformance_groups! {
            ($with_store)
            transactions {
                a_usable_store_says_so
                a_transaction_knows_its_tenant
                a_pause_ends
                a_transaction_sees_what_it_wrote_and_others_do_not_before_its_commit
                a_dropped_transaction_never_happened
                dropped_changes_never_happened
                reads_of_a_transaction_belong_together
                reading_does_not_wait_for_a_writer
                a_reading_transaction_leaves_nothing_behind
                committing_a_reading_transaction_is_fine
                two_writers_do_not_overwrite_each_other
                of_two_changes_to_one_version_one_conflicts
                a_writer_that_is_dropped_while_it_waits_is_in_nobodys_way
            }
            tenants {
                reads_of_tickets_stay_at_home
                reads_of_chats_stay_at_home
                reads_of_everything_else_stay_at_home
                writes_do_not_reach_a_neighbor
                erasing_and_pruning_stay_at_home
                neighbors_may_use_the_same_names
                tenants_are_told_apart_exactly
                every_tenant_that_wrote_is_listed_in_a_stable_order
                a_tenants_last_rows_gone_it_is_still_listed
                tenants_work_side_by_side
            }
            tickets {
                every_field_is_read_back_exactly
                absent_values_stay_absent
                a_guest_requester_is_read_back_exactly
                the_longest_values_are_kept
                every_status_and_priority_is_read_back
                moments_far_from_now_are_kept
                a_taken_id_is_refused
                a_taken_number_is_refused
                an_update_changes_every_field_and_raises_the_version
                an_update_that_changes_nothing_raises_the_version
                an_update_of_another_version_conflicts
                an_update_of_what_is_not_there_is_not_found
                what_is_not_there_is_not_found
                a_scope_decides_what_is_found
                people_are_told_apart_exactly
            }
            texts {
                text_that_looks_alike_stays_as_it_was_written
                a_change_to_text_that_looks_alike_is_a_change
                people_who_look_alike_are_told_apart_in_every_list
                keys_that_look_alike_are_told_apart
                the_longest_labels_are_told_apart_by_their_end
            }
            threads {
                an_entry_is_read_back_exactly
                entries_are_numbered_from_one_in_the_order_of_appending
                an_entry_of_no_ticket_is_not_found
                appending_an_entry_leaves_the_ticket_as_it_was
                notes_are_for_staff_only
                a_thread_is_read_in_pages_without_notes_making_holes
                a_thread_of_no_ticket_is_empty
                writers_side_by_side_leave_no_gap_in_a_thread
                history_keeps_the_order_of_appending_and_every_value
                changes_of_one_call_may_belong_to_several_tickets
                a_ticket_may_have_several_stretches_of_work
                an_entry_body_is_not_the_description
            }
            numbers {
                numbers_of_a_day_count_from_one
                every_day_has_numbers_of_its_own
                tenants_do_not_share_numbers
                a_rollback_never_gives_a_kept_number_again
                creators_side_by_side_never_get_the_same_number
                the_number_of_an_erased_ticket_is_not_given_again
            }
            ticket_lists {
                without_a_condition_everything_in_scope_is_held
                a_status_is_any_of_those_named
                a_priority_is_any_of_those_named
                a_category_is_any_of_those_named
                a_tag_is_any_of_those_named_exactly
                an_update_replaces_the_tags
                an_assignee_is_any_of_those_named_or_nobody
                a_requester_is_any_of_those_named
                the_time_of_opening_is_half_open_to_the_microsecond
                all_conditions_must_hold
                every_order_is_total
                a_list_holds_whole_tickets
            }
            paging {
                pages_of_tickets_of_any_size_make_the_whole_list
                a_page_that_ends_with_the_list_has_no_next
                places_of_tickets_are_the_documented_ones
                what_does_not_change_is_seen_once_while_tickets_come_and_change
                a_page_goes_on_after_the_ticket_of_its_place_is_gone_from_the_list
                the_ticket_whose_number_is_searched_comes_first_in_every_order
                pages_of_sessions_of_any_size_make_the_whole_list
                places_of_sessions_are_the_documented_ones
                what_does_not_change_is_seen_once_while_sessions_come_and_change
            }
            search {
                every_word_must_be_there_and_the_last_may_be_unfinished
                a_ticket_is_found_by_all_that_its_reader_may_see
                a_search_follows_every_change
                a_search_sees_what_its_own_transaction_wrote
                a_search_stays_within_the_scope
                syntax_is_taken_for_words
                text_without_a_word_finds_nothing
                a_long_search_is_answered
                a_number_finds_its_ticket_in_any_case
                a_session_is_found_by_subject_guest_and_messages
                what_the_host_calls_its_users_is_not_searched
            }
            stats {
                an_empty_desk_has_no_figures
                what_stands_now_is_counted_whatever_its_age
                periods_of_ticket_figures_are_half_open
                first_responses_count_where_they_came_and_never_below_zero
                durations_are_exact_to_the_microsecond
                a_ticket_is_resolved_once_and_its_stretches_count_each
                medians_of_many_are_exact_in_any_period
                satisfaction_is_what_customers_said
                a_scope_decides_which_rows_figures_are_about
                chat_figures_count_everything_of_the_tenant
            }
            chats {
                every_field_is_read_back_exactly
                absent_values_stay_absent
                the_longest_values_are_kept
                every_status_owner_and_rating_is_read_back
                a_taken_id_or_token_is_refused
                sessions_without_a_token_are_many
                a_token_finds_its_session_and_no_other
                a_token_outlives_every_update
                an_update_changes_every_field_and_raises_the_version
                an_update_of_another_version_conflicts
                an_update_of_what_is_not_there_is_not_found
                a_scope_decides_what_is_found
                the_active_session_of_a_user_is_the_last_begun
                of_many_who_find_no_active_session_one_begins_it
                idle_sessions_are_active_and_silent_longest_ago_first
                unanswered_sessions_are_the_bots_with_a_message_it_has_not_dealt_with
            }
            chat_lists {
                without_a_condition_everything_in_scope_is_held
                a_status_or_owner_is_any_of_those_named
                a_category_is_any_of_those_named
                an_assignee_is_any_of_those_named_or_nobody
                a_user_is_any_of_those_named
                unread_is_what_the_viewer_has_not_read
                all_conditions_must_hold
                every_order_is_total
                a_list_holds_whole_sessions_with_the_viewers_unread_count
            }
            cursors {
                a_cursor_moves_forward_only
                everybody_has_a_cursor_of_their_own
                unread_messages_are_the_other_sides_beyond_the_cursor
                what_others_say_elsewhere_is_not_unread_here
            }
            messages {
                every_field_is_read_back_exactly
                what_is_not_there_is_not_found
                a_taken_place_conflicts
                a_taken_id_is_refused
                a_client_key_is_an_authors_within_a_session
                messages_without_a_client_key_are_many
                a_range_is_read_from_the_end_it_names
                a_range_holds_whole_messages
                reading_marks_the_writers_messages_once
                writers_side_by_side_leave_no_gap
            }
            events {
                an_event_is_read_back_exactly
                a_desk_without_events_has_no_position
                events_of_a_transaction_keep_their_order
                events_are_read_on_from_any_position
                events_of_a_rollback_never_happened
                giving_positions_twice_changes_nothing
                whoever_reads_on_never_misses_an_event
                positions_never_fall_when_events_are_pruned
                every_sink_has_a_place_of_its_own
                waiting_for_events_ends
            }
            deliveries {
                a_state_is_read_back_exactly
                every_sink_has_a_state_of_its_own
                of_those_who_ask_at_once_one_goes_first
                a_dead_letter_is_read_back_exactly
                a_dead_letter_is_changed_and_forgotten
                dead_letters_are_listed_last_given_up_first_in_pages
            }
            idempotency {
                a_first_answer_is_read_back_exactly
                a_key_is_an_actors_for_an_operation
                a_second_answer_conflicts
                of_answers_side_by_side_one_is_kept
                a_forgotten_answer_makes_room_for_another
            }
            agents {
                an_agent_is_read_back_exactly
                the_same_id_is_the_same_agent
                agents_are_listed_by_name_and_then_id
                a_load_is_open_tickets_and_active_chats
            }
            bot_log {
                a_trace_is_read_back_exactly
                questions_are_listed_newest_first_in_pages
                a_long_question_is_kept_whole
                questions_that_say_the_same_are_one_group
                a_group_goes_with_its_last_question
            }
            answers {
                an_answer_is_read_back_exactly
                feedback_is_with_the_message_and_what_was_said_last_counts
                figures_are_what_the_answers_of_a_period_say
                figures_forget_who_was_erased
                answers_stay_at_home
            }
            knowledge {
                a_version_is_read_back_exactly
                the_last_version_of_each_language_is_known
                versions_are_listed_newest_first_in_pages
                a_version_that_is_there_is_not_written_again
                who_saved_a_version_is_exported_and_erased
            }
            export {
                a_users_own_tickets_and_sessions_are_exported
                a_guests_export_is_their_session_and_its_ticket
                a_users_session_is_no_guests
                what_staff_wrote_elsewhere_is_exported
            }
            blotting {
                staff_are_blotted_out_of_what_is_others
                a_chat_of_an_erased_agent_waits_for_another
                staff_who_are_customers_too_lose_both
                a_blotted_authors_client_keys_do_not_meet_the_guests
            }
            erasure {
                what_is_a_users_own_goes_and_others_rows_stay_as_they_were
                figures_and_searches_forget_who_was_erased
                a_guest_is_one_session_and_its_ticket
                a_users_session_is_no_guests
                an_erased_token_opens_nothing
                        }
            pruning {
                without_a_moment_everything_is_kept
                every_class_has_its_own_moment_which_is_kept_itself
                one_class_at_a_time_leaves_the_others
                a_limit_holds_for_each_class
                only_archived_sessions_without_a_ticket_go
                a_pruned_session_takes_all_that_belongs_to_it
            }
            oracle {
                r_21_random_operations_are_answered_as_in_memory
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_groups {
    (($with_store:path) $($group:ident { $($test:ident)+ })+) => {
        use $with_store as __with_store;
        $(
            mod $group {
                $(
                    #[test]
                    fn $test() {
                        super::__with_store($crate::conformance::$group::$test);
                    }
                )+
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_test_of_the_suite_is_listed_in_its_group() {
        let list = include_str!("list.rs");
        for (group, source) in SOURCES {
            let (_, listed) = list.split_once(&format!(" {group} {{\n")).unwrap();
            let (listed, _) = listed.split_once('}').unwrap();
            let listed: Vec<_> = listed.split_whitespace().collect();
            let written: Vec<_> = source
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn "))
                .filter_map(|line| line.split_once('('))
                .map(|(name, _)| name)
                .filter(|name| *name != "run")
                .collect();
            assert_eq!(listed, written, "{group}");
        }
    }

    const SOURCES: &[(&str, &str)] = &[
        ("transactions", include_str!("transactions.rs")),
        ("tenants", include_str!("tenants.rs")),
        ("tickets", include_str!("tickets.rs")),
        ("texts", include_str!("texts.rs")),
        ("threads", include_str!("threads.rs")),
        ("numbers", include_str!("numbers.rs")),
        ("ticket_lists", include_str!("ticket_lists.rs")),
        ("paging", include_str!("paging.rs")),
        ("search", include_str!("search.rs")),
        ("stats", include_str!("stats.rs")),
        ("chats", include_str!("chats.rs")),
        ("chat_lists", include_str!("chat_lists.rs")),
        ("cursors", include_str!("cursors.rs")),
        ("messages", include_str!("messages.rs")),
        ("events", include_str!("events.rs")),
        ("deliveries", include_str!("deliveries.rs")),
        ("idempotency", include_str!("idempotency.rs")),
        ("agents", include_str!("agents.rs")),
        ("bot_log", include_str!("bot_log.rs")),
        ("answers", include_str!("answers.rs")),
        ("knowledge", include_str!("knowledge.rs")),
        ("export", include_str!("export.rs")),
        ("blotting", include_str!("blotting.rs")),
        ("erasure", include_str!("erasure.rs")),
        ("pruning", include_str!("pruning.rs")),
        ("oracle", include_str!("oracle/mod.rs")),
    ];
}
