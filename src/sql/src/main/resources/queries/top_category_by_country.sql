-- Most popular category in each country
SELECT country, category, category_count
FROM (
  SELECT
    country,
    category,
    count(*) AS category_count,
    rank() OVER (PARTITION BY country ORDER BY count(*) DESC) AS place
  FROM posts
  WHERE country IS NOT NULL AND category IS NOT NULL
  GROUP BY country, category
) AS ranked
WHERE place = 1
ORDER BY country, category
