WITH ranked AS (
  SELECT *,
    row_number() OVER w - 1 AS place,
    amount - lag(amount) OVER w AS step,
    amount / lag(amount) OVER w AS ratio
  FROM rows
  WHERE tender IN (SELECT tender FROM rows WHERE new)
  WINDOW w AS (PARTITION BY tender ORDER BY amount, key)
),
held AS (
  SELECT tender,
    count(*) AS bids, avg(amount) AS mean, stddev_samp(amount) AS deviation,
    stddev_samp(amount) FILTER (place > 0) AS others, min(step) FILTER (place = 1) AS gap,
    min(step) AS low_step, max(step) AS high_step, min(ratio) AS low_ratio, max(ratio) AS high_ratio,
    count(DISTINCT amount) < count(*) AS equal,
    bool_and(amount % 1000000 = 0) AS whole,
    count(*) FILTER (place > 0 AND estimate > 0 AND amount > estimate) AS above,
    bool_or(place = 0 AND amount <= estimate) AS within,
    list(amount) AS amounts, list("case") AS cases
  FROM ranked
  GROUP BY tender
),
signed AS (
  SELECT *,
    low_step > 0 AND bids >= 3 AND (
      1000 * (high_step - low_step) < 10 * high_step OR 1000 * (high_ratio - low_ratio) < 10 * (high_ratio - 1)
    ) AS steps,
    deviation * 1000 < mean * 60 AS close,
    gap > 0 AND others > 0 AND gap * 100 > others * 150 AS apart,
    within AND above = bids - 1 AS cover
  FROM held
)
SELECT tender, amounts, cases, equal::BIGINT + steps::BIGINT + close::BIGINT + apart::BIGINT + whole::BIGINT + cover::BIGINT AS signs,
  mean, deviation, equal, steps, close, apart, whole, cover, equal OR (steps AND bids >= 4) AS alone
FROM signed
WHERE bids >= 3 AND (alone OR signs >= 2)
ORDER BY tender
