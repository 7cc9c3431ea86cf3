WITH shared AS (SELECT key, unnest(traits) AS trait FROM rows),
near AS (SELECT DISTINCT a.key, b.key AS other FROM shared a JOIN shared b ON a.trait = b.trait AND a.key < b.key),
pairs AS (
  SELECT a."key", a."case", a."seller", a."number", a."amount", a."date", a."who", a."mark", a."signs", a."new",
    b."key" AS key_2, b."case" AS case_2, b."seller" AS seller_2, b."number" AS number_2, b."amount" AS amount_2, b."date" AS date_2, b."who" AS who_2, b."mark" AS mark_2, b."signs" AS signs_2, b."new" AS new_2,
    abs(a.day - b.day) AS days,
    CASE WHEN a.series = b.series THEN abs(a.place - b.place) ELSE 1000000000000000 END AS gap,
    a.amount = b.amount AND days = 0 AND gap <= 3 AS following
  FROM near JOIN rows a ON a.key = near.key JOIN rows b ON b.key = near.other
)
SELECT *
FROM pairs
WHERE mark = mark_2 OR (
  length(mark) >= 6 AND length(mark_2) >= 6 AND days <= 30 AND abs(amount - amount_2) * 100 <= greatest(amount, amount_2)
  AND (following OR levenshtein(mark, mark_2) = 1 OR (length(mark) = length(mark_2) AND levenshtein(mark, mark_2) = 2))
)
ORDER BY key, key_2
