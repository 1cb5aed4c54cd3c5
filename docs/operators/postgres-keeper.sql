-- What the role for keeping records may do beyond the role of the service: destroy keys, wrap them anew, take away what is old. Run by
-- the owner of the tables after postgres-role.sql. The commands `keys`, `retain`, `hold`, `rectify`, `export-case`, `end-case` and
-- `tombstones` run as this role; the service does not. It is called nhs111_keeper here:
--   CREATE ROLE nhs111_keeper LOGIN PASSWORD '…' IN ROLE nhs111;
GRANT INSERT ON tombstones TO nhs111_keeper;
GRANT DELETE ON case_keys, match_keys, carry_on_codes, idempotency, outbox, master_keys TO nhs111_keeper;
GRANT UPDATE (wrapped, master_key) ON case_keys TO nhs111_keeper;
