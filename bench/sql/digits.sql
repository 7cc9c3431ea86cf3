WITH amounts AS (
  SELECT unit AS "group", CAST(left(amount::VARCHAR, 1) AS BIGINT) AS figure, length(amount::VARCHAR) AS signs,
    epoch(moment::TIMESTAMP)::BIGINT AS second
  FROM rows
  WHERE unit IS NOT NULL AND amount > 0 AND moment IS NOT NULL
),
counted AS (
  SELECT *,
    count(*) OVER w AS own,
    count(*) OVER (PARTITION BY "group", figure ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW) AS hits
  FROM amounts
  WINDOW w AS (PARTITION BY "group" ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW)
),
often AS (
  SELECT *, own >= 100 AND hits * 10000 >= own * ([3010, 1761, 1249, 969, 792, 669, 580, 512, 458][figure] + 1000) AS often
  FROM counted
),
likely AS (SELECT * FROM often WHERE "group" IN (SELECT "group" FROM often WHERE often)),
spread AS (
  SELECT *, (sum((signs = 1)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 2)::BIGINT) OVER w * 10 >= own)::INT
    + (sum((signs = 3)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 4)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 5)::BIGINT) OVER w * 10 >= own)::INT
    + (sum((signs = 6)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 7)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 8)::BIGINT) OVER w * 10 >= own)::INT
    + (sum((signs = 9)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 10)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 11)::BIGINT) OVER w * 10 >= own)::INT
    + (sum((signs = 12)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 13)::BIGINT) OVER w * 10 >= own)::INT
    + (sum((signs = 14)::BIGINT) OVER w * 10 >= own)::INT + (sum((signs = 15)::BIGINT) OVER w * 10 >= own)::INT AS sizes
  FROM likely
  WINDOW w AS (PARTITION BY "group" ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW)
)
SELECT DISTINCT "group", figure, second, own, hits
FROM spread
WHERE often AND sizes >= 3
ORDER BY second, "group", figure
