WITH banded AS (SELECT key, "case", new, unnest(traits) AS trait FROM rows),
near AS (
  SELECT DISTINCT a.key, b.key AS key_2
  FROM banded a JOIN banded b ON a.trait = b.trait AND a.key < b.key
  WHERE (a."case" <> b."case" OR a."case" = '') AND (a.new OR b.new)
),
counted AS (
  SELECT a.key, b.key AS key_2, a."case", b."case" AS case_2, a.text, b.text AS text_2,
    len(list_intersect(a.runs, b.runs)) AS same, len(a.runs) + len(b.runs) AS together
  FROM near JOIN rows a ON a.key = near.key JOIN rows b ON b.key = near.key_2
)
SELECT * EXCLUDE (together), together - same AS "all"
FROM counted
WHERE same * 100 >= (together - same) * 60
ORDER BY key, key_2
