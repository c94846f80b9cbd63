//  The index of CSV, and where its quotes stand.
//  Source of the bit-mask technique: Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019.

#include "CScan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Adds the marks of one 64-byte block to the index. Returns non-zero when the index ends within it.
#define CSCAN_INDEX_BLOCK(MARKS, NEWLINES)                                                                          \
  do {                                                                                                              \
    uint64_t marks = (MARKS), newlines = (NEWLINES);                                                                \
    uint32_t *target = positions + count;                                                                           \
    size_t added = (size_t)__builtin_popcountll(marks);                                                             \
    uint64_t left = marks;                                                                                          \
    for (size_t done = 0; done < added; done += 4) {                                                                \
      for (int lane = 0; lane < 4; lane++) {                                                                        \
        target[done + (size_t)lane] = (uint32_t)at + (uint32_t)(left ? __builtin_ctzll(left) : 0);                  \
        left &= left - 1;                                                                                           \
      }                                                                                                             \
    }                                                                                                               \
    while (newlines) {                                                                                              \
      uint64_t before = (newlines & (0 - newlines)) - 1;                                                            \
      size_t fields = count + (size_t)__builtin_popcountll(marks & before) + 1 - row_first;                         \
      if (fields != field_count) {                                                                                  \
        result.is_interrupted = 1;                                                                                  \
        return result;                                                                                              \
      }                                                                                                             \
      row_first += field_count;                                                                                     \
      result.row_count++;                                                                                           \
      if (result.row_count == max_rows) return result;                                                              \
      newlines &= newlines - 1;                                                                                     \
    }                                                                                                               \
    count += added;                                                                                                 \
    if (count - row_first > field_count) {                                                                          \
      result.is_interrupted = 1;                                                                                    \
      return result;                                                                                                \
    }                                                                                                               \
  } while (0)

/// The bits of a mask that stand before the end of the buffer.
static inline uint64_t within(size_t at, size_t length) {
  return length - at >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (length - at)) - 1;
}

#if defined(__x86_64__)

__attribute__((target("avx2,bmi,popcnt"))) static inline uint64_t equal64(__m256i low, __m256i high, __m256i wanted) {
  uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
  uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
  return (uint64_t)first | (uint64_t)second << 32;
}

__attribute__((target("avx2,bmi,popcnt"))) static cscan_csv_index_result index_avx2(
    const uint8_t *data, size_t length, uint8_t delimiter, int quote, size_t field_count, uint32_t *positions,
    size_t max_rows) {
  cscan_csv_index_result result = {0, 0};
  size_t count = 0, row_first = 0;
  const __m256i delimiters = _mm256_set1_epi8((char)delimiter), newline = _mm256_set1_epi8('\n');
  const __m256i quotes = _mm256_set1_epi8((char)quote);
  for (size_t at = 0; at < length; at += 64) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(data + at));
    __m256i high = _mm256_loadu_si256((const __m256i *)(data + at + 32));
    uint64_t valid = within(at, length);
    uint64_t line_ends = equal64(low, high, newline);
    uint64_t quoted = quote < 0 ? 0 : equal64(low, high, quotes) & valid;
    if (quoted) valid &= (quoted & (0 - quoted)) - 1;
    CSCAN_INDEX_BLOCK((equal64(low, high, delimiters) | line_ends) & valid, line_ends & valid);
    if (quoted) {
      result.is_interrupted = 1;
      return result;
    }
  }
  return result;
}

#endif

cscan_csv_index_result cscan_csv_index_portable(
    const uint8_t *data, size_t length, uint8_t delimiter, int quote, size_t field_count, uint32_t *positions,
    size_t max_rows) {
  cscan_csv_index_result result = {0, 0};
  size_t count = 0, row_first = 0;
  for (size_t at = 0; at < length; at += 64) {
    uint64_t valid = within(at, length), line_ends = 0, delimiters = 0, quoted = 0;
    for (unsigned place = 0; place < 64; place++) {
      uint8_t byte = data[at + place];
      line_ends |= (uint64_t)(byte == '\n') << place;
      delimiters |= (uint64_t)(byte == delimiter) << place;
      quoted |= (uint64_t)(quote >= 0 && byte == (uint8_t)quote) << place;
    }
    quoted &= valid;
    if (quoted) valid &= (quoted & (0 - quoted)) - 1;
    CSCAN_INDEX_BLOCK((delimiters | line_ends) & valid, line_ends & valid);
    if (quoted) {
      result.is_interrupted = 1;
      return result;
    }
  }
  return result;
}

cscan_csv_index_result cscan_csv_index(
    const uint8_t *data, size_t length, uint8_t delimiter, int quote, size_t field_count, uint32_t *positions,
    size_t max_rows) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
    return index_avx2(data, length, delimiter, quote, field_count, positions, max_rows);
#endif
  return cscan_csv_index_portable(data, length, delimiter, quote, field_count, positions, max_rows);
}

void cscan_csv_follow_quotes(
    cscan_csv_quotes *quotes, const uint8_t *data, size_t length, uint8_t delimiter, uint8_t quote, int escape) {
  int state = quotes->state;
  for (size_t at = 0; at < length; at++) {
    uint8_t byte = data[at];
    int is_escape = escape >= 0 && byte == (uint8_t)escape;
    switch (state) {
      case 2:
        if (byte == quote) state = 3;
        else if (is_escape) state = 4;
        else if (byte == '\n') quotes->has_quoted_newline = 1;
        break;
      case 4:
        if (byte == '\n') quotes->has_quoted_newline = 1;
        state = 2;
        break;
      case 5:
        if (byte == '\n') quotes->has_quoted_newline = 1;
        state = 1;
        break;
      case 3:
        if (byte == quote) {
          state = 2;
          break;
        }
        state = 1;
        // What follows a closing quote is read as in a plain field.
        __attribute__((fallthrough));
      case 1:
        if (byte == delimiter || byte == '\n') state = 0;
        else if (is_escape) state = 5;
        break;
      default:
        if (byte == quote) state = 2;
        else if (is_escape) state = 5;
        else if (byte != delimiter && byte != '\n') state = 1;
    }
  }
  quotes->state = state;
}
