-- Geo records: lines -> a table with the clean columns, or the code of a rejection, in the order of arrival.
CREATE OR REPLACE TEMP TABLE parsed AS
WITH lines AS (
  SELECT line, json_valid(line) AS valid
  FROM read_csv('${input}', columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
    header = false, auto_detect = false, new_line = '\n', max_line_size = 4194304)
),
records AS (
  SELECT line, valid,
    CASE WHEN valid THEN json_transform(line, '{"ind": "BIGINT", "timestamp": "VARCHAR", "latitude": "DOUBLE",
      "longitude": "DOUBLE", "country": "VARCHAR"}') END AS r
  FROM lines
),
texts AS (
  SELECT line, valid,
    r.ind AS ind, r.latitude AS latitude, r.longitude AS longitude,
    CASE WHEN (ascii(r.country) > 32 OR trim(r.country) <> '') THEN r.country END AS country,
    CASE WHEN (ascii(r.timestamp) > 32 OR trim(r.timestamp) <> '') THEN r.timestamp END AS time_text
  FROM records
),
timed AS (
  SELECT *,
    -- only with a zone it takes the calendars of ICU
    CASE WHEN right(time_text, 1) = 'Z' OR time_text[-6] IN ('+', '-')
      THEN make_timestamp(epoch_us(try_cast(time_text AS TIMESTAMPTZ)))
      ELSE try_cast(time_text AS TIMESTAMP) END AS timestamp
  FROM texts
)
SELECT
  ind, country,
  CASE WHEN latitude IS NOT NULL OR longitude IS NOT NULL
    THEN {'latitude': latitude, 'longitude': longitude} END AS coordinates,
  timestamp,
  CASE
    WHEN NOT valid THEN 'MALFORMED_JSON'
    WHEN ind IS NULL THEN
      CASE
        WHEN json_type(line) <> 'OBJECT' THEN 'NOT_AN_OBJECT'
        WHEN json_type(line, '$.ind') <> 'NULL' THEN 'BAD_TYPE'
        WHEN latitude IS NULL AND longitude IS NULL AND coalesce(country, time_text) IS NULL THEN 'UNRECOGNISED_RECORD'
        ELSE 'MISSING_KEY'
      END
    WHEN latitude IS NULL AND json_type(line, '$.latitude') <> 'NULL' THEN 'BAD_TYPE'
    WHEN longitude IS NULL AND json_type(line, '$.longitude') <> 'NULL' THEN 'BAD_TYPE'
    WHEN latitude NOT BETWEEN -90 AND 90 OR longitude NOT BETWEEN -180 AND 180 THEN 'BAD_COORDINATE'
    WHEN time_text IS NOT NULL AND timestamp IS NULL THEN 'BAD_TIMESTAMP'
  END AS code,
  hash(country, latitude, longitude, timestamp) AS content,
  line
FROM timed;
