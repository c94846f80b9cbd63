//  Nexmark's tables and queries, as Flink's users write them, in both layouts.
//  Source: the public Nexmark benchmark.

enum NexmarkScripts {
  /// One wide row for all kinds of events.
  static let flat = """
    -- flat layout of the same events (no nested ROWs)
    CREATE TABLE datagen (
      event_type INT,
      p_id BIGINT, p_name VARCHAR, p_email VARCHAR, p_card VARCHAR, p_city VARCHAR, p_state VARCHAR, p_extra VARCHAR,
      a_id BIGINT, a_item VARCHAR, a_descr VARCHAR, a_initial BIGINT, a_reserve BIGINT, a_expires TIMESTAMP(3), a_seller BIGINT, a_category BIGINT, a_extra VARCHAR,
      b_auction BIGINT, b_bidder BIGINT, b_price BIGINT, b_channel VARCHAR, b_url VARCHAR, b_extra VARCHAR,
      `dateTime` TIMESTAMP(3),
      WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
    ) WITH ('connector' = 'nexmark', 'flat' = 'true', 'events.num' = '1000', 'event-rate' = '100', 'throttle' = '0');
    CREATE VIEW person AS SELECT p_id AS id, p_name AS name, p_email AS emailAddress, p_card AS creditCard, p_city AS city, p_state AS state, `dateTime`, p_extra AS extra FROM datagen WHERE event_type = 0;
    CREATE VIEW auction AS SELECT a_id AS id, a_item AS itemName, a_descr AS description, a_initial AS initialBid, a_reserve AS reserve, `dateTime`, a_expires AS expires, a_seller AS seller, a_category AS category, a_extra AS extra FROM datagen WHERE event_type = 1;
    CREATE VIEW bid AS SELECT b_auction AS auction, b_bidder AS bidder, b_price AS price, b_channel AS channel, b_url AS url, `dateTime`, b_extra AS extra FROM datagen WHERE event_type = 2;

    """

  /// A ROW column for each kind of event.
  static let nested = """
    CREATE TABLE datagen (
      event_type INT,
      person ROW<id BIGINT, name VARCHAR, emailAddress VARCHAR, creditCard VARCHAR, city VARCHAR, state VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
      auction ROW<id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra VARCHAR>,
      bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
      `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
      WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
    ) WITH ('connector' = 'nexmark', 'events.num' = '1000', 'event-rate' = '100', 'throttle' = '0');
    CREATE VIEW person AS SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, `dateTime`, person.extra FROM datagen WHERE event_type = 0;
    CREATE VIEW auction AS SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, `dateTime`, auction.expires, auction.seller, auction.category, auction.extra FROM datagen WHERE event_type = 1;
    CREATE VIEW bid AS SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, `dateTime`, bid.extra FROM datagen WHERE event_type = 2;

    """

  /// What follows the tables, by name; the same in both layouts.
  static let queries: [String: String] = [
    "q0": """
    CREATE TABLE s (auction BIGINT, bidder BIGINT, price BIGINT, `dateTime` TIMESTAMP(3), extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, bidder, price, `dateTime`, extra FROM bid;
    """,
    "q1": """
    CREATE TABLE s (auction BIGINT, bidder BIGINT, price DECIMAL(23,3), `dateTime` TIMESTAMP(3), extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid;
    """,
    "q2": """
    CREATE TABLE s (auction BIGINT, price BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0;
    """,
    "q3": """
    CREATE TABLE s (name VARCHAR, city VARCHAR, state VARCHAR, id BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT P.name, P.city, P.state, A.id FROM auction AS A INNER JOIN person AS P ON A.seller = P.id
    WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA');
    """,
    "q4": """
    CREATE TABLE s (id BIGINT, final BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT Q.category, AVG(Q.final) FROM (
      SELECT MAX(B.price) AS final, A.category FROM auction A, bid B
      WHERE A.id = B.auction AND B.`dateTime` BETWEEN A.`dateTime` AND A.expires
      GROUP BY A.id, A.category) Q
    GROUP BY Q.category;
    """,
    "q5": """
    CREATE TABLE s (auction BIGINT, num BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT AuctionBids.auction, AuctionBids.num FROM (
      SELECT auction, count(*) AS num, window_start AS starttime, window_end AS endtime
      FROM TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
      GROUP BY auction, window_start, window_end) AS AuctionBids
    JOIN (
      SELECT max(CountBids.num) AS maxn, CountBids.starttime, CountBids.endtime FROM (
        SELECT count(*) AS num, window_start AS starttime, window_end AS endtime
        FROM TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
        GROUP BY auction, window_start, window_end) AS CountBids
      GROUP BY CountBids.starttime, CountBids.endtime) AS MaxBids
    ON AuctionBids.starttime = MaxBids.starttime AND AuctionBids.endtime = MaxBids.endtime AND AuctionBids.num >= MaxBids.maxn;
    """,
    "q7": """
    CREATE TABLE s (auction BIGINT, price BIGINT, bidder BIGINT, `dateTime` TIMESTAMP(3), extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT B.auction, B.price, B.bidder, B.`dateTime`, B.extra FROM bid B
    JOIN (SELECT MAX(price) AS maxprice, window_end AS `dateTime`
      FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end) B1
    ON B.price = B1.maxprice
    WHERE B.`dateTime` BETWEEN B1.`dateTime` - INTERVAL '10' SECOND AND B1.`dateTime`;
    """,
    "q8": """
    CREATE TABLE s (id BIGINT, name VARCHAR, stime TIMESTAMP(3)) WITH ('connector'='blackhole');
    INSERT INTO s SELECT P.id, P.name, P.starttime FROM (
      SELECT id, name, window_start AS starttime, window_end AS endtime
      FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
      GROUP BY id, name, window_start, window_end) P
    JOIN (
      SELECT seller, window_start AS starttime, window_end AS endtime
      FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
      GROUP BY seller, window_start, window_end) A
    ON P.id = A.seller AND P.starttime = A.starttime AND P.endtime = A.endtime;
    """,
    "q15": """
    CREATE TABLE s (`day` VARCHAR, total_bids BIGINT, rank1_bids BIGINT, rank2_bids BIGINT, rank3_bids BIGINT, total_bidders BIGINT, rank1_bidders BIGINT, rank2_bidders BIGINT, rank3_bidders BIGINT, total_auctions BIGINT, rank1_auctions BIGINT, rank2_auctions BIGINT, rank3_auctions BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT DATE_FORMAT(`dateTime`, 'yyyy-MM-dd') AS `day`,
      count(*) AS total_bids,
      count(*) filter (where price < 10000) AS rank1_bids,
      count(*) filter (where price >= 10000 and price < 1000000) AS rank2_bids,
      count(*) filter (where price >= 1000000) AS rank3_bids,
      count(distinct bidder) AS total_bidders,
      count(distinct bidder) filter (where price < 10000) AS rank1_bidders,
      count(distinct bidder) filter (where price >= 10000 and price < 1000000) AS rank2_bidders,
      count(distinct bidder) filter (where price >= 1000000) AS rank3_bidders,
      count(distinct auction) AS total_auctions,
      count(distinct auction) filter (where price < 10000) AS rank1_auctions,
      count(distinct auction) filter (where price >= 10000 and price < 1000000) AS rank2_auctions,
      count(distinct auction) filter (where price >= 1000000) AS rank3_auctions
    FROM bid GROUP BY DATE_FORMAT(`dateTime`, 'yyyy-MM-dd');
    """,
    "q17": """
    CREATE TABLE s (auction BIGINT, `day` VARCHAR, total_bids BIGINT, rank1_bids BIGINT, rank2_bids BIGINT, rank3_bids BIGINT, min_price BIGINT, max_price BIGINT, avg_price BIGINT, sum_price BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd') AS `day`,
      count(*) AS total_bids,
      count(*) filter (where price < 10000) AS rank1_bids,
      count(*) filter (where price >= 10000 and price < 1000000) AS rank2_bids,
      count(*) filter (where price >= 1000000) AS rank3_bids,
      min(price) AS min_price, max(price) AS max_price, avg(price) AS avg_price, sum(price) AS sum_price
    FROM bid GROUP BY auction, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd');
    """,
    "q20": """
    CREATE TABLE s (auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, bid_dateTime TIMESTAMP(3), bid_extra VARCHAR,
      itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, auction_dateTime TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, auction_extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, bidder, price, channel, url, B.`dateTime`, B.extra, itemName, description, initialBid, reserve, A.`dateTime`, expires, seller, category, A.extra
    FROM bid AS B INNER JOIN auction AS A ON B.auction = A.id WHERE A.category = 10;
    """,
    "q9": """
    CREATE TABLE s (id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra VARCHAR,
      auction BIGINT, bidder BIGINT, price BIGINT, bid_dateTime TIMESTAMP(3), bid_extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT id, itemName, description, initialBid, reserve, `dateTime`, expires, seller, category, extra, auction, bidder, price, bid_dateTime, bid_extra FROM (
      SELECT A.*, B.auction, B.bidder, B.price, B.`dateTime` AS bid_dateTime, B.extra AS bid_extra,
        ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.`dateTime` ASC) AS rownum
      FROM auction A, bid B
      WHERE A.id = B.auction AND B.`dateTime` BETWEEN A.`dateTime` AND A.expires)
    WHERE rownum <= 1;
    """,
    "q11": """
    CREATE TABLE s (bidder BIGINT, bid_count BIGINT, starttime TIMESTAMP(3), endtime TIMESTAMP(3)) WITH ('connector'='blackhole');
    INSERT INTO s SELECT bidder, count(*) AS bid_count, window_start AS starttime, window_end AS endtime
    FROM TABLE(SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
    GROUP BY bidder, window_start, window_end;
    """,
    "q12": """
    CREATE TABLE s (bidder BIGINT, bid_count BIGINT, starttime TIMESTAMP(3), endtime TIMESTAMP(3)) WITH ('connector'='blackhole');
    CREATE VIEW B AS SELECT *, PROCTIME() AS p_time FROM bid;
    INSERT INTO s SELECT bidder, count(*) AS bid_count, window_start AS starttime, window_end AS endtime
    FROM TABLE(TUMBLE(TABLE B, DESCRIPTOR(p_time), INTERVAL '10' SECOND))
    GROUP BY bidder, window_start, window_end;
    """,
    "q16": """
    CREATE TABLE s (channel VARCHAR, `day` VARCHAR, `minute` VARCHAR, total_bids BIGINT, rank1_bids BIGINT, rank2_bids BIGINT, rank3_bids BIGINT, total_bidders BIGINT, rank1_bidders BIGINT, rank2_bidders BIGINT, rank3_bidders BIGINT, total_auctions BIGINT, rank1_auctions BIGINT, rank2_auctions BIGINT, rank3_auctions BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT channel, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd') AS `day`, max(DATE_FORMAT(`dateTime`, 'HH:mm')) AS `minute`,
      count(*) AS total_bids,
      count(*) filter (where price < 10000) AS rank1_bids,
      count(*) filter (where price >= 10000 and price < 1000000) AS rank2_bids,
      count(*) filter (where price >= 1000000) AS rank3_bids,
      count(distinct bidder) AS total_bidders,
      count(distinct bidder) filter (where price < 10000) AS rank1_bidders,
      count(distinct bidder) filter (where price >= 10000 and price < 1000000) AS rank2_bidders,
      count(distinct bidder) filter (where price >= 1000000) AS rank3_bidders,
      count(distinct auction) AS total_auctions,
      count(distinct auction) filter (where price < 10000) AS rank1_auctions,
      count(distinct auction) filter (where price >= 10000 and price < 1000000) AS rank2_auctions,
      count(distinct auction) filter (where price >= 1000000) AS rank3_auctions
    FROM bid GROUP BY channel, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd');
    """,
    "q18": """
    CREATE TABLE s (auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR) WITH ('connector'='blackhole');
    INSERT INTO s SELECT auction, bidder, price, channel, url, `dateTime`, extra FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY `dateTime` DESC) AS rank_number FROM bid)
    WHERE rank_number <= 1;
    """,
    "q19": """
    CREATE TABLE s (auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR, rank_number BIGINT) WITH ('connector'='blackhole');
    INSERT INTO s SELECT * FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rank_number FROM bid)
    WHERE rank_number <= 10;
    """,
  ]
}
