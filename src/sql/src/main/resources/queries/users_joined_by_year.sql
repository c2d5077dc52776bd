-- Users who joined in each year. A user has a row with each post: name, age and time of joining tell
-- one from another.
SELECT join_year, count(*) AS number_users_joined
FROM (
  SELECT DISTINCT user_name, age, date_joined, join_year
  FROM users
  WHERE join_year IS NOT NULL
) AS different
GROUP BY join_year
ORDER BY join_year
