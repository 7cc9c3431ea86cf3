WITH fills AS (
  SELECT *,
    row_number() OVER w AS nth,
    lag(odometer) OVER w AS before,
    odometer - lag(odometer) OVER w AS km,
    sum(litres) OVER (w ROWS UNBOUNDED PRECEDING)::BIGINT AS filled
  FROM rows
  WHERE car IN (SELECT car FROM rows WHERE new)
  WINDOW w AS (PARTITION BY car ORDER BY second, key)
),
runs AS (
  SELECT a.*, b."case" AS first, a.filled - b.filled + b.litres AS total, greatest(a.odometer - b.odometer, 0) AS driven,
    (a.filled - b.filled + b.litres) * 100 - greatest(a.odometer - b.odometer, 0) * 30 - 7000 AS over,
    row_number() OVER (PARTITION BY a.key ORDER BY over DESC, b.nth DESC) AS place
  FROM fills a JOIN fills b ON a.car = b.car AND b.nth <= a.nth AND b.second >= a.second - 259200
),
rated AS (
  SELECT *, litres * 100.0::DOUBLE / km AS rate, row_number() OVER (PARTITION BY car ORDER BY second, key) AS at
  FROM fills
  WHERE km > 0
),
earlier AS (
  SELECT a.key, list(b.rate) AS rates
  FROM rated a JOIN rated b ON a.car = b.car AND b.at < a.at AND b.at >= a.at - 20
  GROUP BY a.key
  HAVING count(*) >= 5
),
usual AS (
  SELECT key, list_median(rates) AS usual, list_median([abs(x - list_median(rates)) for x in rates]) AS mad
  FROM earlier
)
SELECT car, key, "case", second, litres, odometer, km, 'full' AS what, first, total::DOUBLE AS total, driven::DOUBLE AS usual
FROM runs
WHERE over > 0 AND place = 1
UNION ALL
SELECT car, key, "case", second, litres, odometer, km, 'back', "case", before::DOUBLE, NULL
FROM fills
WHERE km < 0
UNION ALL
SELECT car, key, "case", second, litres, odometer, km, 'rate', "case", rate, usual
FROM rated JOIN usual USING (key)
WHERE rate - usual > mad * 3 AND rate * 100 >= usual * 130
ORDER BY car, second, key, what
