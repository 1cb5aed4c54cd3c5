//! What every store must do, whatever database is behind it. Each contract runs on SQLite and on PostgreSQL.

use access::*;
use appends::*;
use at_hand::*;
use case_keys::*;
use checkpoints::*;
use damage::*;
use directory::*;
use endings::*;
use evidence::*;
use heads::*;
use inbox::*;
use nodes::*;
use people::*;
use proofs::*;
use walks::*;

mod access;
mod appends;
mod at_hand;
mod case_keys;
mod checkpoints;
pub mod cut;
mod damage;
pub mod database;
mod directory;
mod endings;
mod evidence;
mod heads;
mod inbox;
mod nodes;
mod people;
mod postgres;
mod proofs;
mod said;
mod sqlite;
mod walks;

/// Runs each contract on every database.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        const CONTRACTS: usize = [$(stringify!($name)),*].len();

        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&super::database::sqlite().await).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(fresh) = super::database::postgres().await {
                    super::$name(&fresh).await;
                }
            })*
        }
    };
}

contract![
    what_was_appended_is_read_back_whole,
    a_second_writer_of_the_same_event_gets_a_conflict,
    a_conflict_in_a_batch_fails_nobody_else,
    a_key_that_was_used_has_no_second_effect,
    a_key_used_twice_at_once_has_one_effect,
    another_provider_does_not_see_the_case,
    every_case_is_named_once_in_order_of_its_id,
    a_new_case_cannot_take_the_place_of_another,
    an_errand_is_recorded_with_its_event,
    a_release_is_kept_whole_and_activated,
    a_release_that_was_never_kept_cannot_be_activated,
    what_is_waiting_is_recorded_before_the_store_closes,
    many_writers_lose_nothing,
    two_nodes_lose_and_double_nothing,
    two_nodes_that_follow_the_same_event_agree_who_was_first,
    a_key_used_on_two_nodes_at_once_has_one_effect,
    what_one_node_acknowledged_another_reads,
    a_case_opened_on_two_nodes_at_once_is_opened_once,
    a_release_kept_on_two_nodes_at_once_is_kept_once,
    a_case_that_goes_on_in_the_batch_that_opens_it_is_whole,
    a_store_that_is_closed_takes_nothing,
    a_recorded_event_can_be_neither_changed_nor_deleted,
    a_head_is_that_of_the_last_append,
    a_case_whose_key_was_destroyed_takes_nothing_more,
    a_batch_with_one_that_is_too_late_records_the_others,
    with_cases_at_hand_two_nodes_reply_as_one_that_has_none,
    what_is_at_hand_and_old_neither_loses_nor_doubles_an_answer,
    a_case_at_hand_whose_key_was_destroyed_is_closed,
    a_changed_event_is_named_and_everything_is_served,
    a_row_that_cannot_be_read_is_named_and_holds_up_nobody_else,
    a_client_is_known_on_every_node_with_two_secrets_at_most,
    a_client_added_twice_keeps_its_first_secret,
    a_token_allows_what_it_was_given_until_it_is_ended,
    a_client_that_is_disabled_has_no_tokens,
    every_token_and_every_code_can_be_ended_at_once,
    a_code_is_used_once_on_whichever_node,
    a_code_takes_the_place_of_the_one_before_it,
    a_code_of_another_provider_or_after_its_time_opens_nothing,
    redeeming_again_for_the_same_secret_changes_nothing,
    attempts_on_two_nodes_are_counted_together,
    every_table_names_its_provider,
    a_case_is_opened_under_a_known_master_key_only,
    a_master_key_is_forgotten_only_when_nothing_is_wrapped_under_it,
    keys_of_cases_are_replaced_only_as_they_were_found,
    a_destroyed_key_is_gone_with_its_match_keys_and_leaves_a_tombstone,
    a_tombstone_of_a_case_that_is_not_here_is_kept,
    cases_with_a_key_are_listed_by_age_and_mark,
    old_keys_of_requests_and_done_errands_go_and_others_stay,
    a_directory_is_imported_whole_and_takes_the_place_of_the_one_before,
    an_edition_that_is_not_whole_is_not_searched,
    a_directory_of_another_provider_is_not_seen,
    a_service_that_cannot_be_read_is_left_out,
    another_node_searches_the_new_edition_at_once,
    an_item_of_the_inbox_is_there_with_its_event,
    the_inbox_gives_what_is_asked_for_the_latest_first,
    how_far_an_item_is_is_kept_with_who_and_when,
    an_item_outlives_the_key_of_its_case,
    a_checkpoint_notes_every_new_head_once,
    who_begins_last_makes_the_checkpoint,
    a_checkpoint_that_was_begun_and_left_is_taken_up,
    two_nodes_that_make_checkpoints_at_once_give_each_number_once,
    checkpoints_are_made_while_cases_go_on,
    what_a_checkpoint_noted_can_be_neither_changed_nor_deleted,
    an_untouched_record_verifies,
    a_destroyed_key_breaks_nothing,
    every_attack_on_a_case_is_found_and_named,
    every_attack_on_a_checkpoint_is_found_and_named,
    a_record_that_was_signed_anew_is_found,
    what_was_kept_elsewhere_and_changed_is_named,
    a_case_is_found_by_what_it_shares_in_the_time_asked_for,
    those_that_share_most_come_first,
    a_case_is_compared_by_what_is_known_now,
    practice_and_test_never_count_for_a_real_case,
    people_are_found_over_all_providers,
    looking_for_people_reads_nothing_but_what_is_asked_for,
    the_matching_key_of_the_first_node_is_that_of_the_record,
    of_two_nodes_that_prove_a_release_one_report_stands,
    a_report_is_replaced_when_that_is_asked_for,
    a_report_may_be_there_before_its_release,
    nothing_that_identifies_a_person_stands_in_the_clear,
    cases_are_read_whole_page_by_page_in_order_and_by_mark,
];
