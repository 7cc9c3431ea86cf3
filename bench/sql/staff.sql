WITH here AS (SELECT * FROM rows WHERE who IN (SELECT who FROM rows WHERE new))
SELECT a.who, a.key, a.person, a.begins, sum(b.share) AS share, count(DISTINCT b.project) AS projects,
  list(b.project || chr(31) || b.begins || chr(31) || b."case") AS places
FROM here a JOIN here b
  ON a.who = b.who AND (b.begins < a.begins OR (b.begins = a.begins AND b.key <= a.key)) AND b.ends > a.begins
GROUP BY ALL
HAVING count(DISTINCT b.project) > 1 AND sum(b.share) > 100
ORDER BY a.begins, a.key
