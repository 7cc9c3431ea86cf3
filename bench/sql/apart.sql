WITH marks AS (
  SELECT coalesce("case", '') AS name, rater AS hand, item AS thing, party, score, epoch(moment::TIMESTAMP)::BIGINT AS second
  FROM rows
),
held AS (
  SELECT a.name, a.hand, a.thing, a.party, a.score, a.second, count(DISTINCT b.hand) AS others, median(b.score) AS middle
  FROM marks a JOIN marks b ON a.thing = b.thing AND a.party = b.party AND a.hand <> b.hand
  GROUP BY ALL
  HAVING count(DISTINCT b.hand) >= 2 AND abs(a.score - median(b.score)) * 100 > median(b.score) * 30
)
SELECT hand, party, score > middle AS over, second, count(*) OVER w AS times, list(name) OVER w AS cases, score, middle
FROM held
WINDOW w AS (PARTITION BY hand, party, score > middle ORDER BY second RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW)
QUALIFY times >= 3
ORDER BY second, hand, party, score
