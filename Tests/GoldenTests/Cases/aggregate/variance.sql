-- VAR and STDDEV of a population and of a sample: of integers an integer, of one value no sample.
CREATE TABLE t (k INT, x INT, d DOUBLE, m DECIMAL(10, 2)) WITH ('connector' = 'rows');
--| 1 | 1    | 1.5  | 1.10
--| 1 | 2    | 2.5  | 2.25
--| 1 | NULL | NULL | NULL
--| 2 | 7    | 0.25 | 3.00

SELECT k, VAR_POP(x), VAR_SAMP(d), STDDEV_POP(d), STDDEV_SAMP(m), STDDEV(x), VARIANCE(d) FROM t GROUP BY k;
--| 1 | 0 | 0.5 | 0.5 | 0.813173 | 0 | 0.5
--| 2 | 0 | NULL | 0.0 | NULL | NULL | NULL
