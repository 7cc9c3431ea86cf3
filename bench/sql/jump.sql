WITH marks AS (
  SELECT key, coalesce("case", '') AS name, subject, score, epoch(moment::TIMESTAMP)::BIGINT AS second
  FROM rows
  WHERE subject IS NOT NULL AND score IS NOT NULL AND moment IS NOT NULL
),
middle AS (
  SELECT a.key, a.name, a.subject, a.score, a.second, count(*) AS earlier, median(b.score) AS middle
  FROM marks a JOIN marks b ON a.subject = b.subject AND b.second < a.second
  GROUP BY ALL
  HAVING count(*) >= 4 AND abs(a.score - median(b.score)) >= 5
)
SELECT m.*, median(abs(b.score - m.middle)) AS spread
FROM middle m JOIN marks b ON m.subject = b.subject AND b.second < m.second
GROUP BY ALL
HAVING abs(m.score - m.middle) * 6745 > spread * 35000
ORDER BY m.second, m.key
