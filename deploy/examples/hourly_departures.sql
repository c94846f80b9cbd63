-- Departures from New York's airports, hour by hour: how many, how late on average and at worst.
-- Event time is the scheduled departure. The feed has flights in the order in which they became known, so a flight that
-- leaves more than six hours behind schedule comes too late for its hour; the job's page counts those.
SET 'pipeline.name' = 'hourly departures';
SET 'execution.checkpointing.interval' = '2 s';

CREATE TABLE flights (
  scheduled TIMESTAMP(0),
  carrier STRING,
  flight INT,
  tailnum STRING,
  origin STRING,
  dest STRING,
  dep_delay INT,   -- minutes; NULL where the flight was cancelled
  arr_delay INT,
  air_time INT,
  distance INT,
  WATERMARK FOR scheduled AS scheduled - INTERVAL '6' HOUR
) WITH (
  'connector' = 'filesystem',
  'path' = 'swiftwater-data/flights/flights.csv',
  'format' = 'csv',
  'csv.header' = 'true',
  'csv.null-literal' = 'NA',
  'source.rows-per-second' = '20000'
);

CREATE TABLE departures (
  window_start TIMESTAMP(3),
  origin STRING,
  flights BIGINT,
  late BIGINT,
  cancelled BIGINT,
  mean_delay DECIMAL(10, 1),
  worst_delay INT
) WITH ('connector' = 'print');

INSERT INTO departures
SELECT
  window_start,
  origin,
  COUNT(*),
  COUNT(*) FILTER (WHERE dep_delay > 15),
  COUNT(*) - COUNT(dep_delay),
  CAST(AVG(CAST(dep_delay AS DOUBLE)) AS DECIMAL(10, 1)),
  MAX(dep_delay)
FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(scheduled), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, origin;
