-- Median follower count of each age group
SELECT
  age_group,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count
FROM posts
WHERE age_group IS NOT NULL AND follower_count IS NOT NULL
GROUP BY age_group
ORDER BY age_group
