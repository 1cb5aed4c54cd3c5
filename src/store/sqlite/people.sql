-- The cases that share a key in the time asked for, and all keys of each as they are now: those of its latest event that told any.
-- CROSS JOIN keeps the order: from each key asked for into the index, never from the cases.
WITH asked AS MATERIALIZED (
    SELECT value ->> 'k' AS kind, unhex(value ->> 'd') AS digest FROM json_each(?1)
), found AS MATERIALIZED (
    SELECT shared.case_id, cases.provider, max(shared.kind = 'nhs_number') AS by_number, count(DISTINCT shared.kind) AS kinds,
           max(shared.at) AS latest
    FROM asked CROSS JOIN match_keys AS shared ON shared.digest = asked.digest AND shared.kind = asked.kind AND shared.at >= ?2
    CROSS JOIN cases ON cases.case_id = shared.case_id
    WHERE cases.mark = ?3 AND cases.case_id <> ?4
    GROUP BY shared.case_id ORDER BY by_number DESC, kinds DESC, latest DESC, shared.case_id LIMIT ?5
)
SELECT found.case_id, found.provider, now.kind, now.digest
FROM found CROSS JOIN match_keys AS now ON now.case_id = found.case_id
WHERE now.seq = (SELECT max(seq) FROM match_keys AS last WHERE last.case_id = found.case_id)
ORDER BY found.by_number DESC, found.kinds DESC, found.latest DESC, found.case_id
