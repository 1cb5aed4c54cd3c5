-- What the role of the service may do: read everything, add to the record, move on the head of a case. It can neither change nor
-- delete an event. Run by the owner of the tables after each `nhs111 migrate`; the role is called nhs111 here.
GRANT USAGE ON SCHEMA public TO nhs111;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO nhs111;
GRANT INSERT ON releases, activations, cases, case_keys, events, outbox, idempotency, match_keys, inbox_items TO nhs111;
GRANT INSERT ON master_keys TO nhs111;
GRANT UPDATE (seq, head, changed_at, contacts, channel, release, disposition, ended) ON cases TO nhs111;
