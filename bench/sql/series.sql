WITH gaps AS (
  SELECT *, place - lag(place) OVER (PARTITION BY who, series ORDER BY place, key) AS gap
  FROM rows
),
runs AS (
  SELECT *, count(*) FILTER (gap IS NULL OR gap > 3) OVER (PARTITION BY who, series ORDER BY place, key ROWS UNBOUNDED PRECEDING) AS run
  FROM gaps
)
SELECT who, series, run, count(DISTINCT place) AS numbers, max(day) - min(day) AS days, min(place) AS first, bool_or(new) AS new,
  list("case") AS cases, list(date || ' ' || number) AS told, min(seller) AS seller
FROM runs
GROUP BY who, series, run
HAVING count(DISTINCT place) >= 3 AND max(day) - min(day) >= 14 AND bool_or(new)
ORDER BY who, series, first
