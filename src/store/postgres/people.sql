-- The cases that share a key in the time asked for, and all keys of each as they are now: those of its latest event that told any.
WITH found AS MATERIALIZED (
    SELECT shared.case_id, cases.provider, max((shared.kind = 'nhs_number')::int) AS by_number, count(DISTINCT shared.kind) AS kinds,
           max(shared.at) AS latest
    FROM unnest($1::text[], $2::bytea[]) AS asked (kind, digest)
    JOIN match_keys AS shared ON shared.digest = asked.digest AND shared.kind = asked.kind AND shared.at >= $3
    JOIN cases ON cases.case_id = shared.case_id
    WHERE cases.mark = $4 AND cases.case_id <> $5
    GROUP BY shared.case_id, cases.provider ORDER BY by_number DESC, kinds DESC, latest DESC, shared.case_id LIMIT $6
)
SELECT found.case_id, found.provider, now.kind, now.digest
FROM found CROSS JOIN LATERAL (
    SELECT kind, digest FROM match_keys AS current
    WHERE current.case_id = found.case_id
      AND current.seq = (SELECT max(seq) FROM match_keys AS last WHERE last.case_id = found.case_id)) AS now
ORDER BY found.by_number DESC, found.kinds DESC, found.latest DESC, found.case_id
