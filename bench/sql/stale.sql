WITH things AS (
  SELECT key, coalesce("case", '') AS name, coalesce(thing, '') AS thing, kind AS "like",
    epoch(moment::TIMESTAMP)::BIGINT AS second, epoch(ended::TIMESTAMP)::BIGINT AS until
  FROM rows
  WHERE kind IS NOT NULL AND moment IS NOT NULL
),
over AS (SELECT "like", until, until - second AS took FROM things WHERE until IS NOT NULL),
middle AS (
  SELECT t.key, t.name, t.thing, t."like", t.second, count(o.took) AS ended, median(o.took) AS middle
  FROM things t LEFT JOIN over o ON o."like" = t."like" AND o.until <= t.second
  WHERE t.until IS NULL
  GROUP BY ALL
)
SELECT m.*, median(abs(o.took - m.middle)) AS spread
FROM middle m LEFT JOIN over o ON o."like" = m."like" AND o.until <= m.second
GROUP BY ALL
ORDER BY m.second, m.key
