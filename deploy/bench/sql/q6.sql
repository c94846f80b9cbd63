-- The public text averages with OVER (... ROWS BETWEEN 10 PRECEDING AND CURRENT ROW), which Flink refuses over rows that change; here the
-- last ten closed auctions of a seller are those of a Top-N.
CREATE TABLE s (seller BIGINT, avg_price BIGINT) WITH ('connector'='blackhole');
INSERT INTO s SELECT seller, AVG(price) AS avg_price FROM (
  SELECT seller, price, ROW_NUMBER() OVER (PARTITION BY seller ORDER BY `dateTime` DESC) AS newest FROM (
    SELECT A.id, A.seller, B.price, B.`dateTime`, ROW_NUMBER() OVER (PARTITION BY A.id, A.seller ORDER BY B.price DESC, B.`dateTime`) AS rownum
    FROM auction AS A, bid AS B
    WHERE A.id = B.auction AND B.`dateTime` BETWEEN A.`dateTime` AND A.expires)
  WHERE rownum <= 1)
WHERE newest <= 10
GROUP BY seller;
