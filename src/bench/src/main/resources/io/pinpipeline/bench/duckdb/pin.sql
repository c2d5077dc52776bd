-- Pins: lines -> a table with the clean columns, or the code of a rejection, in the order of arrival.
CREATE OR REPLACE TEMP TABLE parsed AS
WITH lines AS (
  SELECT line, json_valid(line) AS valid
  FROM read_csv('${input}', columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
    header = false, auto_detect = false, new_line = '\n', max_line_size = 4194304)
),
records AS (
  SELECT line, valid,
    CASE WHEN valid THEN json_transform(line, '{"index": "BIGINT", "unique_id": "VARCHAR", "title": "VARCHAR",
      "description": "VARCHAR", "poster_name": "VARCHAR", "follower_count": "VARCHAR", "tag_list": "VARCHAR",
      "is_image_or_video": "VARCHAR", "image_src": "VARCHAR", "save_location": "VARCHAR", "category": "VARCHAR"}') END AS r
  FROM lines
),
texts AS (
  SELECT line, valid,
    r.index AS ind,
    CASE WHEN (ascii(r.unique_id) > 32 OR trim(r.unique_id) <> '') THEN r.unique_id END AS unique_id,
    CASE WHEN (ascii(r.title) > 32 OR trim(r.title) <> '') AND r.title <> 'No Title Data Available' THEN r.title END AS title,
    CASE WHEN (ascii(r.description) > 32 OR trim(r.description) <> '')
        AND r.description NOT IN ('No description available Story format', 'No description available', 'Untitled')
      THEN r.description END AS description,
    CASE WHEN (ascii(r.follower_count) > 32 OR trim(r.follower_count) <> '') AND r.follower_count <> 'User Info Error' THEN r.follower_count END AS count_text,
    CASE WHEN (ascii(r.poster_name) > 32 OR trim(r.poster_name) <> '') AND r.poster_name <> 'User Info Error' THEN r.poster_name END AS poster_name,
    CASE WHEN (ascii(r.tag_list) > 32 OR trim(r.tag_list) <> '') AND r.tag_list <> 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e' THEN r.tag_list END AS tag_list,
    CASE WHEN (ascii(r.is_image_or_video) > 32 OR trim(r.is_image_or_video) <> '') THEN r.is_image_or_video END AS is_image_or_video,
    CASE WHEN (ascii(r.image_src) > 32 OR trim(r.image_src) <> '') AND r.image_src NOT IN ('Image src error.', 'Image src error') THEN r.image_src END AS image_src,
    CASE WHEN starts_with(r.save_location, 'Local save in ') THEN substring(r.save_location, 15) ELSE r.save_location END AS place,
    CASE WHEN (ascii(r.category) > 32 OR trim(r.category) <> '') THEN r.category END AS category
  FROM records
),
counted AS (
  SELECT *,
    CASE WHEN (ascii(place) > 32 OR trim(place) <> '') THEN place END AS save_location,
    CASE right(count_text, 1)
      WHEN 'k' THEN 1000 WHEN 'K' THEN 1000
      WHEN 'm' THEN 1000000 WHEN 'M' THEN 1000000
      WHEN 'b' THEN 1000000000 WHEN 'B' THEN 1000000000
      ELSE 1
    END AS unit
  FROM texts
),
numbered AS (
  SELECT *,
    CASE
      WHEN unit = 1 AND contains(count_text, '.') THEN -1
      WHEN unit = 1 THEN try_cast(count_text AS BIGINT)
      ELSE try_cast(count_text[:-2] AS DECIMAL(18, 6)) * unit
    END AS number
  FROM counted
)
SELECT
  ind, unique_id, title, description,
  try_cast(number AS INTEGER) AS follower_count,
  poster_name, tag_list, is_image_or_video, image_src, save_location, category,
  CASE
    WHEN NOT valid THEN 'MALFORMED_JSON'
    WHEN ind IS NULL THEN
      CASE
        WHEN json_type(line) <> 'OBJECT' THEN 'NOT_AN_OBJECT'
        WHEN json_type(line, '$.index') <> 'NULL' THEN 'BAD_TYPE'
        WHEN coalesce(unique_id, title, description, count_text, poster_name, tag_list, is_image_or_video, image_src,
          save_location, category) IS NULL THEN 'UNRECOGNISED_RECORD'
        ELSE 'MISSING_KEY'
      END
    WHEN count_text IS NOT NULL
      AND (number IS NULL OR number < 0 OR number > 2147483647 OR number <> floor(number)) THEN 'BAD_FOLLOWER_COUNT'
  END AS code,
  hash(unique_id, title, description, number, poster_name, tag_list, is_image_or_video, image_src, save_location,
    category) AS content,
  line
FROM numbered;
