//! What every store must do, whatever database is behind it. Each contract runs on SQLite and on PostgreSQL.

use appends::*;
use case_keys::*;
use damage::*;
use endings::*;
use nodes::*;

mod appends;
mod case_keys;
mod cut;
mod damage;
pub mod database;
mod endings;
mod nodes;
mod postgres;
mod said;
mod sqlite;

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
    a_changed_event_is_named_and_everything_is_served,
    a_row_that_cannot_be_read_is_named_and_holds_up_nobody_else,
    a_case_is_opened_under_a_known_master_key_only,
    a_master_key_is_forgotten_only_when_nothing_is_wrapped_under_it,
    keys_of_cases_are_replaced_only_as_they_were_found,
    a_destroyed_key_is_gone_with_its_match_keys_and_leaves_a_tombstone,
    a_tombstone_of_a_case_that_is_not_here_is_kept,
    cases_with_a_key_are_listed_by_age_and_mark,
    old_keys_of_requests_and_done_errands_go_and_others_stay,
];
