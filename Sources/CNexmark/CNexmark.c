//  SplitMix64 with random access, eight lanes wide.
//  Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.

#include "CNexmark.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// A product and a sum are rounded one after the other, as everywhere else.
#pragma STDC FP_CONTRACT OFF

#define GAMMA UINT64_C(0x9E3779B97F4A7C15)
#define FIRST_FACTOR UINT64_C(0xBF58476D1CE4E5B9)
#define SECOND_FACTOR UINT64_C(0x94D049BB133111EB)
#define SEED UINT64_C(0x5DEECE66D)
#define LN_10 2.302585092994045684
/// Further from a half than this, the rounded price is that of `pow`: see `NexmarkPrices`.
#define DOUBT 1e-6

static inline uint64_t mix(uint64_t word) {
  word = (word ^ (word >> 30)) * FIRST_FACTOR;
  word = (word ^ (word >> 27)) * SECOND_FACTOR;
  return word ^ (word >> 31);
}

static inline uint64_t draw(uint64_t state, uint64_t index) { return mix(state + index * GAMMA); }

static inline uint64_t bounded(uint64_t drawn, uint64_t bound) { return (drawn >> 32) * bound >> 32; }

int64_t cnexmark_exact_price(double exponent) {
  double value = pow(10.0, exponent) * 100.0;
  double whole = floor(value);
  return (int64_t)whole + (value - whole >= 0.5 ? 1 : 0);
}

int64_t cnexmark_price(uint64_t drawn, const double *powers) {
  double exponent = (double)(int64_t)(drawn >> 11) * 0x1.0p-53 * 6.0;
  int64_t step = (int64_t)(exponent * CNEXMARK_STEPS_PER_UNIT + 0.5);
  double rest = (exponent - (double)step * (1.0 / CNEXMARK_STEPS_PER_UNIT)) * LN_10;
  double even = rest * rest;
  double series = (1.0 + rest) + even * ((0.5 + rest * (1.0 / 6)) + even * ((1.0 / 24) + rest * (1.0 / 120)));
  double value = powers[step] * series;
  int64_t rounded = (int64_t)(value + 0.5);
  double to_half = value - (double)rounded - 0.5;
  return to_half > -DOUBT || to_half < -1 + DOUBT ? cnexmark_exact_price(exponent) : rounded;
}

void cnexmark_parties_portable(
    int64_t number, size_t count, const cnexmark_group *group, int64_t *auctions, int64_t *bidders, uint64_t *states) {
  uint64_t seed = (uint64_t)number * GAMMA + SEED;
  for (size_t row = 0; row < count; row++, seed += GAMMA) {
    uint64_t state = mix(seed);
    // Both outcomes are computed and one is chosen by a mask: a coin's branch is mispredicted half the time.
    uint64_t hot = (uint64_t)((int64_t)draw(state, 1) >> 63);
    int64_t other = group->first_auction + (int64_t)bounded(draw(state, 2), group->auction_bound);
    auctions[row] = other ^ ((other ^ group->hot_auction) & (int64_t)hot);
    state += GAMMA + (GAMMA & ~hot);
    hot = draw(state, 1) >> 62 ? ~UINT64_C(0) : 0;
    other = group->first_bidder + (int64_t)bounded(draw(state, 2), group->bidder_bound);
    bidders[row] = other ^ ((other ^ group->hot_bidder) & (int64_t)hot);
    states[row] = state + GAMMA + (GAMMA & ~hot);
  }
}

void cnexmark_prices_portable(const uint64_t *states, size_t count, const double *powers, int64_t *prices) {
  for (size_t row = 0; row < count; row++) prices[row] = cnexmark_price(draw(states[row], 1), powers);
}

void cnexmark_channels_portable(const uint64_t *states, size_t count, uint32_t *channels) {
  for (size_t row = 0; row < count; row++) {
    uint64_t place = draw(states[row], 3);
    channels[row] = (uint32_t)((int64_t)draw(states[row], 2) < 0 ? bounded(place, 4) : 4 + bounded(place, 10000));
  }
}

void cnexmark_extras_portable(const uint64_t *states, size_t count, const uint8_t *pool, uint64_t *views) {
  for (size_t row = 0; row < count; row++) {
    uint64_t offset = draw(states[row], 5) >> 44;
    uint32_t prefix;
    memcpy(&prefix, pool + offset, sizeof prefix);
    views[row * 2] = (54 + bounded(draw(states[row], 4), 28)) | (uint64_t)prefix << 32;
    views[row * 2 + 1] = offset << 32;
  }
}

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl")))

static inline int has_wide(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/// The lanes from `row` on that are rows.
static inline WIDE __mmask8 live_lanes(size_t row, size_t count) {
  return count - row >= 8 ? 0xFF : (__mmask8)((1u << (count - row)) - 1);
}

static inline WIDE __m512i mix_wide(__m512i word) {
  word = _mm512_mullo_epi64(_mm512_xor_si512(word, _mm512_srli_epi64(word, 30)), _mm512_set1_epi64((long long)FIRST_FACTOR));
  word = _mm512_mullo_epi64(_mm512_xor_si512(word, _mm512_srli_epi64(word, 27)), _mm512_set1_epi64((long long)SECOND_FACTOR));
  return _mm512_xor_si512(word, _mm512_srli_epi64(word, 31));
}

static inline WIDE __m512i draw_wide(__m512i state, uint64_t index) {
  return mix_wide(_mm512_add_epi64(state, _mm512_set1_epi64((long long)(index * GAMMA))));
}

static inline WIDE __m512i bounded_wide(__m512i drawn, uint64_t bound) {
  return _mm512_srli_epi64(_mm512_mul_epu32(_mm512_srli_epi64(drawn, 32), _mm512_set1_epi64((long long)bound)), 32);
}

static WIDE void parties_wide(
    int64_t number, size_t count, const cnexmark_group *group, int64_t *auctions, int64_t *bidders, uint64_t *states) {
  const __m512i gamma = _mm512_set1_epi64((long long)GAMMA);
  __m512i seed = _mm512_add_epi64(
      _mm512_set1_epi64((long long)((uint64_t)number * GAMMA + SEED)),
      _mm512_mullo_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), gamma));
  for (size_t row = 0; row < count; row += 8) {
    __mmask8 live = live_lanes(row, count);
    __m512i state = mix_wide(seed);
    seed = _mm512_add_epi64(seed, _mm512_set1_epi64((long long)(8 * GAMMA)));
    __mmask8 hot = _mm512_movepi64_mask(draw_wide(state, 1));
    __m512i other = _mm512_add_epi64(bounded_wide(draw_wide(state, 2), group->auction_bound), _mm512_set1_epi64(group->first_auction));
    _mm512_mask_storeu_epi64(auctions + row, live, _mm512_mask_mov_epi64(other, hot, _mm512_set1_epi64(group->hot_auction)));
    state = _mm512_add_epi64(state, gamma);
    state = _mm512_mask_add_epi64(state, (__mmask8)~hot, state, gamma);
    hot = _mm512_test_epi64_mask(draw_wide(state, 1), _mm512_set1_epi64((long long)(UINT64_C(3) << 62)));
    other = _mm512_add_epi64(bounded_wide(draw_wide(state, 2), group->bidder_bound), _mm512_set1_epi64(group->first_bidder));
    _mm512_mask_storeu_epi64(bidders + row, live, _mm512_mask_mov_epi64(other, hot, _mm512_set1_epi64(group->hot_bidder)));
    state = _mm512_add_epi64(state, gamma);
    _mm512_mask_storeu_epi64(states + row, live, _mm512_mask_add_epi64(state, (__mmask8)~hot, state, gamma));
  }
}

static WIDE void prices_wide(const uint64_t *states, size_t count, const double *powers, int64_t *prices) {
  const __m512d one = _mm512_set1_pd(1.0), half = _mm512_set1_pd(0.5);
  for (size_t row = 0; row < count; row += 8) {
    __mmask8 live = live_lanes(row, count);
    __m512i drawn = _mm512_srli_epi64(draw_wide(_mm512_maskz_loadu_epi64(live, states + row), 1), 11);
    __m512d exponent = _mm512_mul_pd(_mm512_mul_pd(_mm512_cvtepi64_pd(drawn), _mm512_set1_pd(0x1.0p-53)), _mm512_set1_pd(6.0));
    __m512i step = _mm512_cvttpd_epi64(_mm512_add_pd(_mm512_mul_pd(exponent, _mm512_set1_pd(CNEXMARK_STEPS_PER_UNIT)), half));
    __m512d start = _mm512_mul_pd(_mm512_cvtepi64_pd(step), _mm512_set1_pd(1.0 / CNEXMARK_STEPS_PER_UNIT));
    __m512d rest = _mm512_mul_pd(_mm512_sub_pd(exponent, start), _mm512_set1_pd(LN_10));
    __m512d even = _mm512_mul_pd(rest, rest);
    __m512d high = _mm512_add_pd(_mm512_set1_pd(1.0 / 24), _mm512_mul_pd(rest, _mm512_set1_pd(1.0 / 120)));
    __m512d low = _mm512_add_pd(half, _mm512_mul_pd(rest, _mm512_set1_pd(1.0 / 6)));
    __m512d series = _mm512_add_pd(
        _mm512_add_pd(one, rest), _mm512_mul_pd(even, _mm512_add_pd(low, _mm512_mul_pd(even, high))));
    __m512d value = _mm512_mul_pd(_mm512_i64gather_pd(step, powers, 8), series);
    __m512i rounded = _mm512_cvttpd_epi64(_mm512_add_pd(value, half));
    _mm512_mask_storeu_epi64(prices + row, live, rounded);
    __m512d to_half = _mm512_sub_pd(_mm512_sub_pd(value, _mm512_cvtepi64_pd(rounded)), half);
    unsigned doubtful = live & (unsigned)(_mm512_cmp_pd_mask(to_half, _mm512_set1_pd(-DOUBT), _CMP_GT_OQ) |
                                          _mm512_cmp_pd_mask(to_half, _mm512_set1_pd(-1 + DOUBT), _CMP_LT_OQ));
    while (doubtful) {
      size_t lane = (size_t)__builtin_ctz(doubtful);
      prices[row + lane] = cnexmark_price(draw(states[row + lane], 1), powers);
      doubtful &= doubtful - 1;
    }
  }
}

static WIDE void channels_wide(const uint64_t *states, size_t count, uint32_t *channels) {
  for (size_t row = 0; row < count; row += 8) {
    __mmask8 live = live_lanes(row, count);
    __m512i state = _mm512_maskz_loadu_epi64(live, states + row);
    __m512i place = draw_wide(state, 3);
    __mmask8 hot = _mm512_movepi64_mask(draw_wide(state, 2));
    __m512i cold = _mm512_add_epi64(bounded_wide(place, 10000), _mm512_set1_epi64(4));
    __m512i channel = _mm512_mask_mov_epi64(cold, hot, bounded_wide(place, 4));
    _mm256_mask_storeu_epi32(channels + row, live, _mm512_cvtepi64_epi32(channel));
  }
}

static WIDE void extras_wide(const uint64_t *states, size_t count, const uint8_t *pool, uint64_t *views) {
  const __m512i first = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0), second = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  for (size_t row = 0; row < count; row += 8) {
    size_t rest = count - row;
    unsigned live = rest >= 8 ? 0xFFFF : (1u << (rest * 2)) - 1;
    __m512i state = _mm512_maskz_loadu_epi64(live_lanes(row, count), states + row);
    __m512i offset = _mm512_srli_epi64(draw_wide(state, 5), 44);
    __m512i prefix = _mm512_cvtepu32_epi64(_mm512_i64gather_epi32(offset, pool, 1));
    __m512i length = _mm512_add_epi64(bounded_wide(draw_wide(state, 4), 28), _mm512_set1_epi64(54));
    __m512i low = _mm512_or_si512(length, _mm512_slli_epi64(prefix, 32)), high = _mm512_slli_epi64(offset, 32);
    _mm512_mask_storeu_epi64(views + row * 2, (__mmask8)live, _mm512_permutex2var_epi64(low, first, high));
    _mm512_mask_storeu_epi64(views + row * 2 + 8, (__mmask8)(live >> 8), _mm512_permutex2var_epi64(low, second, high));
  }
}

#else

static inline int has_wide(void) { return 0; }
#define parties_wide cnexmark_parties_portable
#define prices_wide cnexmark_prices_portable
#define channels_wide cnexmark_channels_portable
#define extras_wide cnexmark_extras_portable

#endif

void cnexmark_parties(
    int64_t number, size_t count, const cnexmark_group *group, int64_t *auctions, int64_t *bidders, uint64_t *states) {
  (has_wide() ? parties_wide : cnexmark_parties_portable)(number, count, group, auctions, bidders, states);
}

void cnexmark_prices(const uint64_t *states, size_t count, const double *powers, int64_t *prices) {
  (has_wide() ? prices_wide : cnexmark_prices_portable)(states, count, powers, prices);
}

void cnexmark_channels(const uint64_t *states, size_t count, uint32_t *channels) {
  (has_wide() ? channels_wide : cnexmark_channels_portable)(states, count, channels);
}

void cnexmark_extras(const uint64_t *states, size_t count, const uint8_t *pool, uint64_t *views) {
  (has_wide() ? extras_wide : cnexmark_extras_portable)(states, count, pool, views);
}
