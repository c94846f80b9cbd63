//  The job graphs of Nexmark's queries at parallelism 2, a line a vertex: what a change of the planner changes shows here.

enum NexmarkPlans {
  static let all: [String: String] = [
    "q0": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, dateTime, b_extra AS \
    extra], where=[event_type = 2]) -> Sink: s x2
    """,
    "q1": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, b_bidder AS bidder, 0.908 * CAST(b_price AS DECIMAL(19, 0)) \
    AS price, dateTime, b_extra AS extra], where=[event_type = 2]) -> Sink: s x2
    """,
    "q2": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, b_price AS price], where=[(event_type = 2) AND \
    (MOD(b_auction, 123) = 0)]) -> Sink: s x2
    """,
    "q3": """
    1: Source: datagen[1] x2
    2: Calc(select=[a_id AS id, a_seller AS seller], where=[(event_type = 1) AND (a_category = 10)]) x2  forward<-1#0
    3: Calc(select=[p_id AS id, p_name AS name, p_city AS city, p_state AS state], where=[(event_type = 0) AND ((p_state = \
    'OR') OR (p_state = 'ID') OR (p_state = 'CA'))]) x2  forward<-1#0
    4: Join(joinType=[InnerJoin], where=[seller = id], select=[id, seller, id, name, city, state]) -> Calc(select=[name, city, \
    state, id]) -> Sink: s x2  hash([1])<-2#0 hash([0])<-3#1
    """,
    "q4": """
    1: Source: datagen[1] x2
    2: Calc(select=[a_id AS id, dateTime, a_expires AS expires, a_category AS category], where=[event_type = 1]) x2  \
    forward<-1#0
    3: Calc(select=[b_auction AS auction, b_price AS price, dateTime], where=[event_type = 2]) x2  forward<-1#0
    4: Join(joinType=[InnerJoin], where=[(id = auction) AND (dateTime >= dateTime) AND (dateTime <= expires)], select=[id, \
    dateTime, expires, category, auction, price, dateTime]) -> Calc(select=[id, category, price]) -> \
    LocalGroupAggregate(groupBy=[id, category], select=[id, category, partial MAX(price)]) x2  hash([0])<-2#0 hash([0])<-3#1
    5: GlobalGroupAggregate(groupBy=[id, category], select=[id, category, MAX(price) AS final]) -> Calc(select=[category, \
    final]) x2  hash([0, 1])<-4#0
    6: GroupAggregate(groupBy=[category], select=[category, AVG(final) AS EXPR$1]) -> Sink: s x2  hash([0])<-5#0
    """,
    "q5": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, dateTime], where=[event_type = 2]) -> \
    LocalWindowAggregate(groupBy=[auction], window=[HOP(time_col=[dateTime], size=[10 s], slide=[2 s])], select=[auction, \
    partial COUNT(*), slice_end('w$') AS $slice_end]) x2
    2: GlobalWindowAggregate(groupBy=[auction], window=[HOP(slice_end=[$slice_end], size=[10 s], slide=[2 s])], \
    select=[auction, COUNT(*) AS num, end('w$') AS window_end]) x2  hash([0])<-1#0
    3: Calc(select=[window_end AS endtime, num]) -> LocalWindowAggregate(window=[HOP(win_end=[endtime], size=[10 s], \
    slide=[2 s])], select=[partial MAX(num), slice_end('w$') AS $slice_end]) x2  forward<-2#0
    4: GlobalWindowAggregate(window=[HOP(slice_end=[$slice_end], size=[10 s], slide=[2 s])], select=[MAX(num) AS maxn, \
    end('w$') AS endtime])  global<-3#0
    5: WindowJoin(leftWindow=[HOP(win_end=[window_end], size=[10 s], slide=[2 s])], rightWindow=[HOP(win_end=[endtime], \
    size=[10 s], slide=[2 s])], joinType=[InnerJoin], where=[num >= maxn], select=[auction, num, window_end, maxn, endtime]) \
    -> Calc(select=[auction, num]) -> Sink: s x2  hash([2])<-2#0 hash([1])<-4#1
    """,
    "q7": """
    1: Source: datagen[1] x2
    2: Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, dateTime, b_extra AS extra], where=[event_type \
    = 2]) x2  forward<-1#0
    3: Calc(select=[b_price AS price, dateTime], where=[event_type = 2]) -> \
    LocalWindowAggregate(window=[TUMBLE(time_col=[dateTime], size=[10 s])], select=[partial MAX(price), slice_end('w$') AS \
    $slice_end]) x2  forward<-1#0
    4: GlobalWindowAggregate(window=[TUMBLE(slice_end=[$slice_end], size=[10 s])], select=[MAX(price) AS maxprice, end('w$') \
    AS window_end])  global<-3#0
    5: Join(joinType=[InnerJoin], where=[(price = maxprice) AND (dateTime >= (window_end - 10 s)) AND (dateTime <= \
    window_end)], select=[auction, bidder, price, dateTime, extra, maxprice, window_end]) -> Calc(select=[auction, price, \
    bidder, dateTime, extra]) -> Sink: s x2  hash([2])<-2#0 hash([0])<-4#1
    """,
    "q8": """
    1: Source: datagen[1] x2
    2: Calc(select=[p_id AS id, p_name AS name, dateTime], where=[event_type = 0]) -> LocalWindowAggregate(groupBy=[id, name], \
    window=[TUMBLE(time_col=[dateTime], size=[10 s])], select=[id, name, slice_end('w$') AS $slice_end]) x2  forward<-1#0
    3: GlobalWindowAggregate(groupBy=[id, name], window=[TUMBLE(slice_end=[$slice_end], size=[10 s])], select=[id, name, \
    start('w$') AS window_start, end('w$') AS window_end]) x2  hash([0, 1])<-2#0
    4: Calc(select=[a_seller AS seller, dateTime], where=[event_type = 1]) -> LocalWindowAggregate(groupBy=[seller], \
    window=[TUMBLE(time_col=[dateTime], size=[10 s])], select=[seller, slice_end('w$') AS $slice_end]) x2  forward<-1#0
    5: GlobalWindowAggregate(groupBy=[seller], window=[TUMBLE(slice_end=[$slice_end], size=[10 s])], select=[seller, end('w$') \
    AS window_end]) x2  hash([0])<-4#0
    6: WindowJoin(leftWindow=[TUMBLE(win_end=[window_end], size=[10 s])], rightWindow=[TUMBLE(win_end=[window_end], size=[10 \
    s])], joinType=[InnerJoin], where=[id = seller], select=[id, name, window_start, window_end, seller, window_end]) -> \
    Calc(select=[id, name, starttime AS stime]) -> Sink: s x2  hash([0])<-3#0 hash([0])<-5#1
    """,
    "q15": """
    1: Source: datagen[1] -> Calc(select=[DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS day, b_price < 10000 AS $filter1, (b_price \
    >= 10000) AND (b_price < 1000000) AS $filter2, b_price >= 1000000 AS $filter3, b_bidder AS bidder, b_auction AS \
    auction], where=[event_type = 2]) x2
    2: GroupAggregate(groupBy=[day], select=[day, COUNT(*) AS total_bids, COUNT(*) FILTER $filter1 AS rank1_bids, COUNT(*) \
    FILTER $filter2 AS rank2_bids, COUNT(*) FILTER $filter3 AS rank3_bids, COUNT(DISTINCT bidder) AS total_bidders, \
    COUNT(DISTINCT bidder) FILTER $filter1 AS rank1_bidders, COUNT(DISTINCT bidder) FILTER $filter2 AS rank2_bidders, \
    COUNT(DISTINCT bidder) FILTER $filter3 AS rank3_bidders, COUNT(DISTINCT auction) AS total_auctio...]) -> Sink: s x2  \
    hash([0])<-1#0
    """,
    "q16": """
    1: Source: datagen[1] -> Calc(select=[b_channel AS channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS day, \
    DATE_FORMAT(dateTime, 'HH:mm') AS $f0, b_price < 10000 AS $filter2, (b_price >= 10000) AND (b_price < 1000000) AS \
    $filter3, b_price >= 1000000 AS $filter4, b_bidder AS bidder, b_auction AS auction], where=[event_type = 2]) x2
    2: GroupAggregate(groupBy=[channel, day], select=[channel, day, MAX($f0) AS minute, COUNT(*) AS total_bids, COUNT(*) \
    FILTER $filter2 AS rank1_bids, COUNT(*) FILTER $filter3 AS rank2_bids, COUNT(*) FILTER $filter4 AS rank3_bids, \
    COUNT(DISTINCT bidder) AS total_bidders, COUNT(DISTINCT bidder) FILTER $filter2 AS rank1_bidders, COUNT(DISTINCT \
    bidder) FILTER $filter3 AS rank2_bidders, COUNT(DISTINCT bidder) FILTER $filter4 AS rank3_bidders, COUNT(DIST...]) -> \
    Sink: s x2  hash([0, 1])<-1#0
    """,
    "q17": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS day, b_price < 10000 \
    AS $filter1, (b_price >= 10000) AND (b_price < 1000000) AS $filter2, b_price >= 1000000 AS $filter3, b_price AS price], \
    where=[event_type = 2]) -> LocalGroupAggregate(groupBy=[auction, day], select=[auction, day, partial COUNT(*), partial \
    COUNT(*) FILTER $filter1, partial COUNT(*) FILTER $filter2, partial COUNT(*) FILTER $filter3, partial MIN(price), \
    partial MAX(price), partial AVG(price), partial SUM(price)]) x2
    2: GlobalGroupAggregate(groupBy=[auction, day], select=[auction, day, COUNT(*) AS total_bids, COUNT(*) FILTER $filter1 \
    AS rank1_bids, COUNT(*) FILTER $filter2 AS rank2_bids, COUNT(*) FILTER $filter3 AS rank3_bids, MIN(price) AS min_price, \
    MAX(price) AS max_price, AVG(price) AS avg_price, SUM(price) AS sum_price]) -> Sink: s x2  hash([0, 1])<-1#0
    """,
    "q20": """
    1: Source: datagen[1] x2
    2: Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, b_channel AS channel, b_url AS url, dateTime, \
    b_extra AS extra], where=[event_type = 2]) x2  forward<-1#0
    3: Calc(select=[a_id AS id, a_item AS itemName, a_descr AS description, a_initial AS initialBid, a_reserve AS reserve, \
    dateTime, a_expires AS expires, a_seller AS seller, a_category AS category, a_extra AS extra], where=[(event_type = 1) AND \
    (a_category = 10)]) x2  forward<-1#0
    4: Join(joinType=[InnerJoin], where=[auction = id], select=[auction, bidder, price, channel, url, dateTime, extra, id, \
    itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]) -> Calc(select=[auction, bidder, \
    price, channel, url, dateTime AS bid_dateTime, extra AS bid_extra, itemName, description, initialBid, reserve, dateTime AS \
    auction_dateTime, expires, seller, category, extra AS auction_extra]) -> Sink: s x2  hash([0])<-2#0 hash([0])<-3#1
    """,
    "q9": """
    1: Source: datagen[1] x2
    2: Calc(select=[a_id AS id, a_item AS itemName, a_descr AS description, a_initial AS initialBid, a_reserve AS reserve, \
    dateTime, a_expires AS expires, a_seller AS seller, a_category AS category, a_extra AS extra], where=[event_type = 1]) x2  \
    forward<-1#0
    3: Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, dateTime, b_extra AS extra], where=[event_type \
    = 2]) x2  forward<-1#0
    4: Join(joinType=[InnerJoin], where=[(id = auction) AND (dateTime >= dateTime) AND (dateTime <= expires)], select=[id, \
    itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra, auction, bidder, price, dateTime, \
    extra]) x2  hash([0])<-2#0 hash([0])<-3#1
    5: Rank(strategy=[AppendFastStrategy], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=1], partitionBy=[id], \
    orderBy=[price DESC, dateTime ASC], select=[id, itemName, description, initialBid, reserve, dateTime, expires, seller, \
    category, extra, auction, bidder, price, dateTime, extra]) -> Sink: s x2  hash([0])<-4#0
    """,
    "q18": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, b_channel AS \
    channel, b_url AS url, dateTime, b_extra AS extra], where=[event_type = 2]) x2
    2: Deduplicate(keep=[LastRow], key=[bidder, auction], order=[ROWTIME]) -> Sink: s x2  hash([1, 0])<-1#0
    """,
    "q19": """
    1: Source: datagen[1] -> Calc(select=[b_auction AS auction, b_bidder AS bidder, b_price AS price, b_channel AS \
    channel, b_url AS url, dateTime, b_extra AS extra], where=[event_type = 2]) x2
    2: Rank(strategy=[AppendFastStrategy], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=10], \
    partitionBy=[auction], orderBy=[price DESC], select=[auction, bidder, price, channel, url, dateTime, extra, \
    rank_number]) -> Sink: s x2  hash([0])<-1#0
    """,
  ]
}
