-- Nothing reads it, and it was written twice with each answer. On PostgreSQL there never was one.
DROP INDEX cases_by_change;
