WITH run AS (
  SELECT *,
    sum(paid) OVER w AS total,
    max(CASE WHEN pays = 0 THEN second * 1000 + progress ELSE 0 END) OVER w % 1000 AS level
  FROM rows
  WHERE thing IN (SELECT thing FROM rows WHERE new)
  WINDOW w AS (PARTITION BY thing ORDER BY second, pays, key ROWS UNBOUNDED PRECEDING)
)
SELECT thing, key, "case", second, total, whole, level
FROM run
WHERE pays = 1 AND total * 100 > whole * (level + 30)
ORDER BY second, key
