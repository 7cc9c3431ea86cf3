WITH seen AS (
  SELECT rater AS hand, epoch(moment::TIMESTAMP)::BIGINT AS second, count(*) OVER w AS own, count(*) FILTER (score >= "full") OVER w AS hits
  FROM rows
  WHERE rater IS NOT NULL AND score IS NOT NULL AND "full" IS NOT NULL AND moment IS NOT NULL
  WINDOW w AS (
    PARTITION BY rater ORDER BY epoch(moment::TIMESTAMP)::BIGINT RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW
  )
)
SELECT DISTINCT hand, second, own, hits AS "full"
FROM seen
WHERE own >= 20 AND hits * 100 >= own * 95
ORDER BY second, hand
