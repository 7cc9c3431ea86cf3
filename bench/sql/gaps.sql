WITH places AS (
  SELECT series, place, min("case") AS name
  FROM rows
  WHERE series IN (SELECT series FROM rows WHERE new)
  GROUP BY series, place
),
seen AS (
  SELECT series, place, lead(place) OVER w AS following, name, lead(name) OVER w AS after,
    count(*) OVER (PARTITION BY series ORDER BY place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS later
  FROM places
  WINDOW w AS (PARTITION BY series ORDER BY place)
)
SELECT series, place, following, name, after
FROM seen
WHERE following - place > 1 AND later >= 3
ORDER BY series, place
