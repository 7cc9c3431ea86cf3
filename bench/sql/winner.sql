WITH awards AS (SELECT *, moment || chr(31) || "case" AS stamp FROM rows WHERE "group" IN (SELECT "group" FROM rows WHERE new))
SELECT "group", winner, key, second, count(*) OVER a AS awards, sum(amount) OVER a AS spent, count(*) OVER w AS count,
  sum(amount) OVER w AS total, list(stamp) OVER w AS stamps
FROM awards
WINDOW a AS (PARTITION BY "group" ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW),
  w AS (PARTITION BY "group", winner ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW)
QUALIFY count(*) OVER a >= 4 AND count(*) OVER w * 100 >= count(*) OVER a * 75
ORDER BY second, key
