-- Poster with the most followers in each country
SELECT DISTINCT country, poster_name, follower_count
FROM (
  SELECT
    country,
    poster_name,
    follower_count,
    rank() OVER (PARTITION BY country ORDER BY follower_count DESC) AS place
  FROM posts
  WHERE country IS NOT NULL AND poster_name IS NOT NULL AND follower_count IS NOT NULL
) AS ranked
WHERE place = 1
ORDER BY country, poster_name
