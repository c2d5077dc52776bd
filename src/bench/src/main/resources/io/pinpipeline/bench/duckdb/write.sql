-- Finds which rows are repeats, and writes the others and the dead letters.
CREATE OR REPLACE TEMP TABLE firsts AS
SELECT ind, min(rowid) AS first, arg_min(content, rowid) AS first_content
FROM parsed WHERE code IS NULL GROUP BY ind HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE repeats AS
SELECT parsed.rowid AS position, content <> first_content AS conflict
FROM parsed JOIN firsts USING (ind)
WHERE code IS NULL AND parsed.rowid <> first;

COPY (
  SELECT * EXCLUDE (code, content, line) FROM parsed ANTI JOIN repeats ON parsed.rowid = repeats.position WHERE code IS NULL
) TO '${clean}/part.parquet' (FORMAT parquet, COMPRESSION snappy);

COPY (
  SELECT '${dataset}' AS dataset, code, line AS raw FROM parsed WHERE code IS NOT NULL
  UNION ALL
  SELECT '${dataset}', 'CONFLICTING_DUPLICATE', line
  FROM parsed SEMI JOIN (FROM repeats WHERE conflict) AS conflicts ON parsed.rowid = conflicts.position
) TO '${dead}' (FORMAT parquet, COMPRESSION snappy);

DROP TABLE parsed;
