-- Median follower count by the year of joining
SELECT
  join_year,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count
FROM posts
WHERE join_year IS NOT NULL AND follower_count IS NOT NULL
GROUP BY join_year
ORDER BY join_year
