WITH cases AS (
  SELECT kind AS "like", handler AS hand, outcome AS outcome, "case" AS name, epoch(moment::TIMESTAMP)::BIGINT AS second
  FROM rows
  WHERE kind IS NOT NULL AND handler IS NOT NULL AND outcome IS NOT NULL AND moment IS NOT NULL
),
seen AS (
  SELECT "like", hand, outcome, second,
    count(*) OVER (PARTITION BY "like", hand ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW) AS own,
    count(*) OVER (PARTITION BY "like", hand, outcome ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW) AS hits,
    count(*) OVER (PARTITION BY "like" ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW) AS everybody,
    count(*) OVER (PARTITION BY "like", outcome ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW) AS all_hits
  FROM cases
),
held AS (
  SELECT DISTINCT *
  FROM seen
  WHERE own >= 8 AND everybody - own >= 12
    AND (hits * (everybody - own) - (all_hits - hits) * own) * 100 >= own * (everybody - own) * 30
)
SELECT h."like", h.hand, h.outcome, h.second, own, hits, everybody, all_hits,
  count(DISTINCT c.hand) AS hands, count(DISTINCT c.outcome) AS outcomes,
  list(c.name) FILTER (c.hand = h.hand AND c.outcome = h.outcome) AS cases
FROM held h JOIN cases c ON c."like" = h."like" AND c.second BETWEEN h.second - 31536000 AND h.second
GROUP BY ALL
ORDER BY h.second, h."like", h.hand, h.outcome
