-- The original lines of what was rejected. Lines are numbered as records were: the same file is cut the same way.
SELECT /*+ BROADCAST(rejections) */ '${dataset}' AS dataset, code, value AS raw
FROM (SELECT value, monotonically_increasing_id() AS position FROM text.`${input}`)
JOIN rejections USING (position)
