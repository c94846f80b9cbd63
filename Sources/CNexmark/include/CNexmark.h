//  The draws behind the columns of Nexmark bids, many at a time: what decides how fast the benchmark's source is.
//  Pure functions over memory that the caller owns. Where the processor has AVX-512, eight bids at a time; elsewhere plain loops
//  give the same results, bit for bit. The model itself, and what the draws mean, stands in `NexmarkModel.swift`.

#ifndef CNEXMARK_H
#define CNEXMARK_H

#include <stddef.h>
#include <stdint.h>

/// Steps of the table of powers for one unit of the exponent; the table holds the 6 * 128 + 1 of the exponents 0 ... 6.
#define CNEXMARK_STEPS_PER_UNIT 128
#define CNEXMARK_STEP_COUNT 769

/// What is the same for all bids of a group of 50 events. Both bounds are below 2^32.
typedef struct {
  int64_t hot_auction;
  /// Other auctions are `first_auction` + 0 ..< `auction_bound`.
  int64_t first_auction;
  uint64_t auction_bound;
  int64_t hot_bidder;
  int64_t first_bidder;
  uint64_t bidder_bound;
} cnexmark_group;

/// Auction and bidder of the bids `number`, `number` + 1, ..., and the state after their draws, which are two to four.
void cnexmark_parties(
    int64_t number, size_t count, const cnexmark_group *group, int64_t *auctions, int64_t *bidders, uint64_t *states);

/// The price of each bid, from draw 1 of its state. `powers[i]` is `100 * 10^(i / CNEXMARK_STEPS_PER_UNIT)`.
void cnexmark_prices(const uint64_t *states, size_t count, const double *powers, int64_t *prices);

/// The channel of each bid, from draws 2 and 3: one of the 4 hot ones half of the time, else one of the 10,000 behind them.
void cnexmark_channels(const uint64_t *states, size_t count, uint32_t *channels);

/// The extra of each bid, from draws 4 and 5, as the two words of a view of `pool` (2^20 bytes and as many as a view is long).
void cnexmark_extras(const uint64_t *states, size_t count, const uint8_t *pool, uint64_t *views);

/// The same without any instruction that not every processor has.
void cnexmark_parties_portable(
    int64_t number, size_t count, const cnexmark_group *group, int64_t *auctions, int64_t *bidders, uint64_t *states);
void cnexmark_prices_portable(const uint64_t *states, size_t count, const double *powers, int64_t *prices);
void cnexmark_channels_portable(const uint64_t *states, size_t count, uint32_t *channels);
void cnexmark_extras_portable(const uint64_t *states, size_t count, const uint8_t *pool, uint64_t *views);

/// The price of one draw.
int64_t cnexmark_price(uint64_t draw, const double *powers);

/// `round_half_up(pow(10, exponent) * 100)` by the definition.
int64_t cnexmark_exact_price(double exponent);

#endif
