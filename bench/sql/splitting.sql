(
  SELECT 0 AS nth, "group", list(stamp) OVER w AS cases, count(*) OVER w AS count, sum(spent) OVER w AS total, second
  FROM (
    SELECT unit || chr(31) || payee AS "group", "case", sum(amount) AS spent,
      epoch(min(moment)::TIMESTAMP)::BIGINT AS second, min(moment) || chr(31) || "case" AS stamp
    FROM rows
    WHERE unit IS NOT NULL AND payee IS NOT NULL
    GROUP BY 1, "case"
    HAVING sum(amount) <= 1000000
  )
  WINDOW w AS (PARTITION BY "group" ORDER BY second RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW)
  QUALIFY count(*) OVER w >= 3 AND sum(spent) OVER w > 1000000
)
UNION ALL
(
  SELECT 1 AS nth, "group", list(stamp) OVER w AS cases, count(*) OVER w AS count, sum(spent) OVER w AS total, second
  FROM (
    SELECT unit || chr(31) || seller AS "group", "case", sum(amount) AS spent,
      epoch(min(moment)::TIMESTAMP)::BIGINT AS second, min(moment) || chr(31) || "case" AS stamp
    FROM rows
    WHERE unit IS NOT NULL AND seller IS NOT NULL
    GROUP BY 1, "case"
    HAVING sum(amount) <= 1000000
  )
  WINDOW w AS (PARTITION BY "group" ORDER BY second RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW)
  QUALIFY count(*) OVER w >= 3 AND sum(spent) OVER w > 1000000
)
ORDER BY second, nth
