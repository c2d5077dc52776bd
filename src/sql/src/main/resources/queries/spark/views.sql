-- For Spark SQL and Databricks.
--
-- Run this once in a session; the questions ask the views that it makes. A post is a pin with what
-- is known of where, when and by whom; years are in UTC. A null is in no group, so a question
-- leaves out the posts that lack what it asks about.
--
-- It needs the clean tables as silver.pin, silver.geo and silver.user, such as
--   CREATE DATABASE silver;
--   CREATE TABLE silver.pin USING DELTA LOCATION 's3://my-bucket/lake/silver/pin';

CREATE OR REPLACE TEMPORARY VIEW users AS
SELECT
  ind,
  user_name,
  age,
  date_joined,
  CAST(year(to_utc_timestamp(date_joined, current_timezone())) AS INT) AS join_year,
  CASE
    WHEN age BETWEEN 18 AND 24 THEN '18-24'
    WHEN age BETWEEN 25 AND 35 THEN '25-35'
    WHEN age BETWEEN 36 AND 50 THEN '36-50'
    WHEN age > 50 THEN '50+'
  END AS age_group
FROM silver.user;

CREATE OR REPLACE TEMPORARY VIEW posts AS
SELECT
  pin.ind,
  pin.category,
  pin.poster_name,
  pin.follower_count,
  geo.country,
  CAST(year(to_utc_timestamp(geo.timestamp, current_timezone())) AS INT) AS post_year,
  users.join_year,
  users.age_group
FROM silver.pin AS pin
LEFT JOIN silver.geo AS geo ON geo.ind = pin.ind
LEFT JOIN users ON users.ind = pin.ind;
