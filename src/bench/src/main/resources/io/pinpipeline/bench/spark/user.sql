-- User records: records -> clean rows and rejections, told apart by the column rejected.
WITH texts AS (
  SELECT
    monotonically_increasing_id() AS position,
    _corrupt, ind, age,
    if(trim(first_name) = '', NULL, first_name) AS first_name,
    if(trim(last_name) = '', NULL, last_name) AS last_name,
    if(trim(date_joined) = '', NULL, date_joined) AS time_text
  FROM records
),
timed AS (
  SELECT *, nullif(concat_ws(' ', first_name, last_name), '') AS user_name, cast(time_text AS TIMESTAMP) AS date_joined
  FROM texts
),
coded AS (
  SELECT
    position, ind, user_name, age, date_joined,
    CASE
      WHEN _corrupt IS NOT NULL THEN
        CASE
          WHEN NOT startswith(_corrupt, '{') THEN 'NOT_AN_OBJECT'
          WHEN ind IS NULL AND age IS NULL AND coalesce(user_name, time_text) IS NULL THEN 'MALFORMED_JSON'
          ELSE 'BAD_TYPE'
        END
      WHEN ind IS NULL THEN
        if(age IS NULL AND coalesce(user_name, time_text) IS NULL, 'UNRECOGNISED_RECORD', 'MISSING_KEY')
      WHEN age NOT BETWEEN 0 AND 150 THEN 'BAD_AGE'
      WHEN time_text IS NOT NULL AND date_joined IS NULL THEN 'BAD_TIMESTAMP'
    END AS code,
    xxhash64(user_name, age, date_joined) AS content
  FROM timed
),
arrived AS (
  SELECT *, row_number() OVER arrival AS nth, first_value(content) OVER arrival AS first_content
  FROM coded
  -- what is rejected takes no part: each is alone
  WINDOW arrival AS (PARTITION BY ind, if(code IS NULL, NULL, position) ORDER BY position)
)
SELECT
  ind, user_name, age, date_joined,
  if(code IS NULL AND nth = 1, NULL, position) AS position,
  if(code IS NULL AND nth > 1, 'CONFLICTING_DUPLICATE', code) AS code,
  code IS NOT NULL OR nth > 1 AS rejected
FROM arrived
WHERE code IS NOT NULL OR nth = 1 OR content <> first_content
