-- User records: lines -> a table with the clean columns, or the code of a rejection, in the order of arrival.
CREATE OR REPLACE TEMP TABLE parsed AS
WITH lines AS (
  SELECT line, json_valid(line) AS valid
  FROM read_csv('${input}', columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
    header = false, auto_detect = false, new_line = '\n', max_line_size = 4194304)
),
records AS (
  SELECT line, valid,
    CASE WHEN valid THEN json_transform(line, '{"ind": "BIGINT", "first_name": "VARCHAR", "last_name": "VARCHAR",
      "age": "INTEGER", "date_joined": "VARCHAR"}') END AS r
  FROM lines
),
texts AS (
  SELECT line, valid,
    r.ind AS ind, r.age AS age,
    CASE WHEN (ascii(r.first_name) > 32 OR trim(r.first_name) <> '') THEN r.first_name END AS first_name,
    CASE WHEN (ascii(r.last_name) > 32 OR trim(r.last_name) <> '') THEN r.last_name END AS last_name,
    CASE WHEN (ascii(r.date_joined) > 32 OR trim(r.date_joined) <> '') THEN r.date_joined END AS time_text
  FROM records
),
timed AS (
  SELECT *,
    CASE WHEN first_name IS NOT NULL AND last_name IS NOT NULL THEN first_name || ' ' || last_name
      ELSE coalesce(first_name, last_name) END AS user_name,
    -- only with a zone it takes the calendars of ICU
    CASE WHEN right(time_text, 1) = 'Z' OR time_text[-6] IN ('+', '-')
      THEN make_timestamp(epoch_us(try_cast(time_text AS TIMESTAMPTZ)))
      ELSE try_cast(time_text AS TIMESTAMP) END AS date_joined
  FROM texts
)
SELECT
  ind, user_name, age, date_joined,
  CASE
    WHEN NOT valid THEN 'MALFORMED_JSON'
    WHEN ind IS NULL THEN
      CASE
        WHEN json_type(line) <> 'OBJECT' THEN 'NOT_AN_OBJECT'
        WHEN json_type(line, '$.ind') <> 'NULL' THEN 'BAD_TYPE'
        WHEN age IS NULL AND coalesce(user_name, time_text) IS NULL THEN 'UNRECOGNISED_RECORD'
        ELSE 'MISSING_KEY'
      END
    WHEN age IS NULL AND json_type(line, '$.age') <> 'NULL' THEN 'BAD_TYPE'
    WHEN age NOT BETWEEN 0 AND 150 THEN 'BAD_AGE'
    WHEN time_text IS NOT NULL AND date_joined IS NULL THEN 'BAD_TIMESTAMP'
  END AS code,
  hash(user_name, age, date_joined) AS content,
  line
FROM timed;
