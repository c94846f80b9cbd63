-- What stands before every query: the events as tables, in the flat layout.
-- flat layout of the same events (no nested ROWs)
CREATE TABLE datagen (
  event_type INT,
  p_id BIGINT, p_name VARCHAR, p_email VARCHAR, p_card VARCHAR, p_city VARCHAR, p_state VARCHAR, p_extra VARCHAR,
  a_id BIGINT, a_item VARCHAR, a_descr VARCHAR, a_initial BIGINT, a_reserve BIGINT, a_expires TIMESTAMP(3), a_seller BIGINT, a_category BIGINT, a_extra VARCHAR,
  b_auction BIGINT, b_bidder BIGINT, b_price BIGINT, b_channel VARCHAR, b_url VARCHAR, b_extra VARCHAR,
  `dateTime` TIMESTAMP(3),
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH ('connector' = 'nexmark', 'flat' = 'true', 'events.num' = '${EVENTS}', 'event-rate' = '${ERATE}', 'throttle' = '${THROTTLE}');
CREATE VIEW person AS SELECT p_id AS id, p_name AS name, p_email AS emailAddress, p_card AS creditCard, p_city AS city, p_state AS state, `dateTime`, p_extra AS extra FROM datagen WHERE event_type = 0;
CREATE VIEW auction AS SELECT a_id AS id, a_item AS itemName, a_descr AS description, a_initial AS initialBid, a_reserve AS reserve, `dateTime`, a_expires AS expires, a_seller AS seller, a_category AS category, a_extra AS extra FROM datagen WHERE event_type = 1;
CREATE VIEW bid AS SELECT b_auction AS auction, b_bidder AS bidder, b_price AS price, b_channel AS channel, b_url AS url, `dateTime`, b_extra AS extra FROM datagen WHERE event_type = 2;
