-- Most popular category of each age group
SELECT age_group, category, category_count
FROM (
  SELECT
    age_group,
    category,
    count(*) AS category_count,
    rank() OVER (PARTITION BY age_group ORDER BY count(*) DESC) AS place
  FROM posts
  WHERE age_group IS NOT NULL AND category IS NOT NULL
  GROUP BY age_group, category
) AS ranked
WHERE place = 1
ORDER BY age_group, category
