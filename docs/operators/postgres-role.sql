-- What the role of the service may do: read everything, add to the record, move on the head of a case and the state of an item of the inbox,
-- keep tokens, codes and counts. It can neither change nor delete an event, nor let in a client or an organisation. Run by the owner of
-- the tables after each `nhs111 migrate`; the role is called nhs111 here.
GRANT USAGE ON SCHEMA public TO nhs111;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO nhs111;
GRANT INSERT ON releases, activations, cases, case_keys, events, outbox, idempotency, match_keys, matching_keys, master_keys, inbox_items, inbox_states TO nhs111;
GRANT UPDATE (seq, head, changed_at, contacts, channel, release, disposition, ended) ON cases TO nhs111;
GRANT INSERT, DELETE ON access_tokens TO nhs111;
GRANT INSERT, UPDATE (proof, made_at, expires_at, used_at), DELETE ON carry_on_codes TO nhs111;
GRANT INSERT ON case_secrets TO nhs111;
GRANT INSERT, UPDATE (tried), DELETE ON attempts TO nhs111;
-- A directory of services is imported beside the one that is searched; the one before it is then swept away.
GRANT INSERT ON directory_editions, directory_services, directory_places TO nhs111;
GRANT DELETE ON directory_services, directory_places TO nhs111;
GRANT UPDATE (state, who, at) ON inbox_states TO nhs111;
-- Checkpoints: add to them, and take over whose turn it is.
GRANT INSERT ON checkpoints, checkpoint_leaves, checkpoint_runs TO nhs111;
GRANT UPDATE (run) ON checkpoint_runs TO nhs111;
-- What was proven of a release, and proven again.
GRANT INSERT, UPDATE (made_at, report) ON release_proofs TO nhs111;
