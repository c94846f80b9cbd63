-- Cancelled flights by carrier, with the carrier's name: a join of two inputs, then a count that changes as flights come.
-- The result is a changelog, so it is written as Debezium JSON; files appear when a checkpoint completes.
SET 'pipeline.name' = 'cancellations';
SET 'execution.checkpointing.interval' = '2 s';

CREATE TABLE flights (
  scheduled TIMESTAMP(0),
  carrier STRING,
  flight INT,
  tailnum STRING,
  origin STRING,
  dest STRING,
  dep_delay INT,
  arr_delay INT,
  air_time INT,
  distance INT
) WITH (
  'connector' = 'filesystem',
  'path' = 'swiftwater-data/flights/flights.csv',
  'format' = 'csv',
  'csv.header' = 'true',
  'csv.null-literal' = 'NA',
  'source.rows-per-second' = '20000'
);

CREATE TABLE airlines (
  carrier STRING,
  name STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'swiftwater-data/flights/airlines.csv',
  'format' = 'csv',
  'csv.header' = 'true'
);

CREATE TABLE cancellations (
  name STRING,
  cancelled BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = 'swiftwater-data/results/cancellations',
  'format' = 'debezium-json'
);

INSERT INTO cancellations
SELECT a.name, COUNT(*)
FROM flights AS f
JOIN airlines AS a ON f.carrier = a.carrier
WHERE f.dep_delay IS NULL
GROUP BY a.name;
