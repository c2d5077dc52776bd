-- Geo records: records -> clean rows and rejections, told apart by the column rejected.
WITH texts AS (
  SELECT
    monotonically_increasing_id() AS position,
    _corrupt, ind, latitude, longitude,
    if(trim(country) = '', NULL, country) AS country,
    if(trim(timestamp) = '', NULL, timestamp) AS time_text
  FROM records
),
timed AS (
  SELECT *, cast(time_text AS TIMESTAMP) AS timestamp FROM texts
),
coded AS (
  SELECT
    position, ind, country, latitude, longitude, timestamp,
    CASE
      WHEN _corrupt IS NOT NULL THEN
        CASE
          WHEN NOT startswith(_corrupt, '{') THEN 'NOT_AN_OBJECT'
          WHEN ind IS NULL AND latitude IS NULL AND longitude IS NULL AND coalesce(country, time_text) IS NULL THEN 'MALFORMED_JSON'
          ELSE 'BAD_TYPE'
        END
      WHEN ind IS NULL THEN
        if(latitude IS NULL AND longitude IS NULL AND coalesce(country, time_text) IS NULL, 'UNRECOGNISED_RECORD', 'MISSING_KEY')
      WHEN latitude NOT BETWEEN -90 AND 90 OR longitude NOT BETWEEN -180 AND 180 THEN 'BAD_COORDINATE'
      WHEN time_text IS NOT NULL AND timestamp IS NULL THEN 'BAD_TIMESTAMP'
    END AS code,
    xxhash64(country, latitude, longitude, timestamp) AS content
  FROM timed
),
arrived AS (
  SELECT *, row_number() OVER arrival AS nth, first_value(content) OVER arrival AS first_content
  FROM coded
  -- what is rejected takes no part: each is alone
  WINDOW arrival AS (PARTITION BY ind, if(code IS NULL, NULL, position) ORDER BY position)
)
SELECT
  ind, country,
  if(latitude IS NULL AND longitude IS NULL, NULL,
    named_struct('latitude', latitude, 'longitude', longitude)) AS coordinates,
  timestamp,
  if(code IS NULL AND nth = 1, NULL, position) AS position,
  if(code IS NULL AND nth > 1, 'CONFLICTING_DUPLICATE', code) AS code,
  code IS NOT NULL OR nth > 1 AS rejected
FROM arrived
WHERE code IS NOT NULL OR nth = 1 OR content <> first_content
