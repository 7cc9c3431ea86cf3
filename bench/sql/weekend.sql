WITH seen AS (
  SELECT payee || chr(31) || seller AS "group", epoch(date::DATE)::BIGINT AS second, date AS "on",
    isodow(date::DATE) >= 6 AS free, count(*) OVER w AS own, count(*) FILTER (isodow(date::DATE) >= 6) OVER w AS hits
  FROM rows
  WHERE payee IS NOT NULL AND seller IS NOT NULL AND date IS NOT NULL
  WINDOW w AS (
    PARTITION BY payee, seller ORDER BY epoch(date::DATE)::BIGINT RANGE BETWEEN 7776000 PRECEDING AND CURRENT ROW
  )
)
SELECT DISTINCT "group", second, "on", own, hits
FROM seen
WHERE free AND hits >= 3 AND hits * 100 >= own * 50
ORDER BY second, "group"
