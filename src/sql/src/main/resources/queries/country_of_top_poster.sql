-- Country of the poster with the most followers
SELECT DISTINCT country, follower_count
FROM (
  SELECT country, follower_count, rank() OVER (ORDER BY follower_count DESC) AS place
  FROM posts
  WHERE country IS NOT NULL AND poster_name IS NOT NULL AND follower_count IS NOT NULL
) AS ranked
WHERE place = 1
ORDER BY country
