WITH came AS (
  SELECT key, coalesce("case", '') AS name, hand, size, second,
    lag(second) OVER (PARTITION BY thing ORDER BY second, key) AS came,
    coalesce(lag(second) OVER (PARTITION BY hand ORDER BY second, key), 0) AS free
  FROM (
    SELECT *, epoch(moment::TIMESTAMP)::BIGINT AS second
    FROM rows
    WHERE thing IS NOT NULL AND hand IS NOT NULL AND size IS NOT NULL AND moment IS NOT NULL
  )
),
read AS (
  SELECT key, hand, second, second - greatest(came, free) AS took, 30 AS need, took < need AS hit,
    (second + 28800) // 86400 || chr(31) || name AS stamp
  FROM came
  WHERE size > 0 AND came IS NOT NULL
)
SELECT hand, key, second, took, need, count(*) OVER w AS own, count(*) FILTER (hit) OVER w AS fast,
  list(CASE WHEN hit THEN stamp ELSE '' END) OVER w AS stamps
FROM read
WINDOW w AS (PARTITION BY hand ORDER BY second RANGE BETWEEN 7776000 PRECEDING AND CURRENT ROW)
QUALIFY hit AND fast >= 3 AND fast * 100 >= own * 50
ORDER BY second, key
