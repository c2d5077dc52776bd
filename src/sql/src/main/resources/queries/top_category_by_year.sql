-- Most popular category of each year of posting
SELECT post_year, category, category_count
FROM (
  SELECT
    post_year,
    category,
    count(*) AS category_count,
    rank() OVER (PARTITION BY post_year ORDER BY count(*) DESC) AS place
  FROM posts
  WHERE post_year IS NOT NULL AND category IS NOT NULL
  GROUP BY post_year, category
) AS ranked
WHERE place = 1
ORDER BY post_year, category
