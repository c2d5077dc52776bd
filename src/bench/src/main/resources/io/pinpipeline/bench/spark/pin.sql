-- Pins: records -> clean rows and rejections, told apart by the column rejected.
WITH texts AS (
  SELECT
    monotonically_increasing_id() AS position,
    _corrupt,
    index AS ind,
    if(trim(unique_id) = '', NULL, unique_id) AS unique_id,
    if(trim(title) IN ('', 'No Title Data Available'), NULL, title) AS title,
    if(trim(description) = ''
        OR description IN ('No description available Story format', 'No description available', 'Untitled'),
      NULL, description) AS description,
    if(trim(follower_count) = '' OR follower_count = 'User Info Error', NULL, follower_count) AS count_text,
    if(trim(poster_name) = '' OR poster_name = 'User Info Error', NULL, poster_name) AS poster_name,
    if(trim(tag_list) = '' OR tag_list = 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e', NULL, tag_list) AS tag_list,
    if(trim(is_image_or_video) = '', NULL, is_image_or_video) AS is_image_or_video,
    if(trim(image_src) = '' OR image_src IN ('Image src error.', 'Image src error'), NULL, image_src) AS image_src,
    if(startswith(save_location, 'Local save in '), substring(save_location, 15), save_location) AS place,
    if(trim(category) = '', NULL, category) AS category
  FROM records
),
counted AS (
  SELECT
    *,
    if(trim(place) = '', NULL, place) AS save_location,
    CASE
      WHEN count_text IS NULL THEN NULL
      WHEN right(count_text, 1) IN ('k', 'K') THEN
        if(contains(count_text, '.'),
          cast(left(count_text, length(count_text) - 1) AS DECIMAL(18, 6)) * 1000,
          cast(left(count_text, length(count_text) - 1) AS BIGINT) * 1000)
      WHEN right(count_text, 1) IN ('m', 'M') THEN
        if(contains(count_text, '.'),
          cast(left(count_text, length(count_text) - 1) AS DECIMAL(18, 6)) * 1000000,
          cast(left(count_text, length(count_text) - 1) AS BIGINT) * 1000000)
      WHEN right(count_text, 1) IN ('b', 'B') THEN
        cast(left(count_text, length(count_text) - 1) AS DECIMAL(18, 6)) * 1000000000
      WHEN contains(count_text, '.') THEN -1
      ELSE cast(count_text AS BIGINT)
    END AS number
  FROM texts
),
coded AS (
  SELECT
    position, ind, unique_id, title, description,
    cast(number AS INT) AS follower_count,
    poster_name, tag_list, is_image_or_video, image_src, save_location, category,
    CASE
      WHEN _corrupt IS NOT NULL THEN
        CASE
          WHEN NOT startswith(_corrupt, '{') THEN 'NOT_AN_OBJECT'
          WHEN ind IS NULL AND coalesce(unique_id, title, description, count_text, poster_name, tag_list,
              is_image_or_video, image_src, save_location, category) IS NULL THEN 'MALFORMED_JSON'
          ELSE 'BAD_TYPE'
        END
      WHEN ind IS NULL THEN
        if(coalesce(unique_id, title, description, count_text, poster_name, tag_list, is_image_or_video,
            image_src, save_location, category) IS NULL, 'UNRECOGNISED_RECORD', 'MISSING_KEY')
      WHEN count_text IS NOT NULL
          AND (number IS NULL OR number < 0 OR number > 2147483647 OR number <> floor(number)) THEN 'BAD_FOLLOWER_COUNT'
    END AS code,
    xxhash64(unique_id, title, description, number, poster_name, tag_list, is_image_or_video, image_src,
      save_location, category) AS content
  FROM counted
),
arrived AS (
  SELECT *, row_number() OVER arrival AS nth, first_value(content) OVER arrival AS first_content
  FROM coded
  -- what is rejected takes no part: each is alone
  WINDOW arrival AS (PARTITION BY ind, if(code IS NULL, NULL, position) ORDER BY position)
)
SELECT
  ind, unique_id, title, description, follower_count, poster_name, tag_list, is_image_or_video, image_src,
  save_location, category,
  if(code IS NULL AND nth = 1, NULL, position) AS position,
  if(code IS NULL AND nth > 1, 'CONFLICTING_DUPLICATE', code) AS code,
  code IS NOT NULL OR nth > 1 AS rejected
FROM arrived
WHERE code IS NOT NULL OR nth = 1 OR content <> first_content
