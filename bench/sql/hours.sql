WITH late AS (
  SELECT who, key, second, shown || chr(31) || "case" || chr(31) || CASE WHEN "case" = '' THEN key ELSE '' END AS stamp
  FROM rows
  WHERE who IN (SELECT who FROM rows WHERE new) AND NOT (worked AND hour >= 9 AND hour < 18)
)
SELECT who, key, second, count(*) OVER w AS count, list(stamp) OVER w AS stamps
FROM late
WINDOW w AS (PARTITION BY who ORDER BY second RANGE BETWEEN 2592000 PRECEDING AND CURRENT ROW)
QUALIFY count(*) OVER w >= 3
ORDER BY second, key
