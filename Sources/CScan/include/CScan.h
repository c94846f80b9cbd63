//  Finds bytes fast: the places that structure a buffer of CSV, and the ends of JSON strings.
//  Pure functions over memory that the caller owns. 16 bytes at a time with SSE2, which every x86-64 has; where the
//  processor has AVX2, the CSV index takes 64 bytes at a time; elsewhere plain loops give the same results.

#ifndef CSCAN_H
#define CSCAN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Bytes past its end that a scanned buffer must have, readable and of any value.
#define CSCAN_PADDING 64

/// What an index of CSV holds.
typedef struct {
  /// Whole rows, each with exactly the wanted number of fields.
  size_t row_count;
  /// Non-zero if a quote, or a row with another number of fields, ended the index before the buffer did.
  int is_interrupted;
} cscan_csv_index_result;

/// Writes the positions of field delimiters and newlines to `positions`, `field_count` for each row, so that field `k`
/// of row `r` ends at `positions[r * field_count + k]`. Stops at the end of the buffer, after `max_rows`, at a quote,
/// or at a row with another number of fields; the rows before that are whole.
///
/// `data` has CSCAN_PADDING bytes past `length`; `positions` has room for `max_rows * field_count + 128`. A `quote` below
/// zero stands for none. `length` is below 2^32.
cscan_csv_index_result cscan_csv_index(
    const uint8_t *data, size_t length, uint8_t delimiter, int quote, size_t field_count, uint32_t *positions,
    size_t max_rows);

/// The same without any instruction that not every processor has.
cscan_csv_index_result cscan_csv_index_portable(
    const uint8_t *data, size_t length, uint8_t delimiter, int quote, size_t field_count, uint32_t *positions,
    size_t max_rows);

/// What is known after some bytes of a CSV file about where quotes stand.
typedef struct {
  /// 0: at the start of a field, 1: in a plain field, 2: between quotes, 3: after a quote between quotes,
  /// 4: after an escape between quotes, 5: after an escape in a plain field.
  int state;
  /// Non-zero once a newline has stood between quotes.
  int has_quoted_newline;
} cscan_csv_quotes;

/// Goes on with the next `length` bytes of a file. An `escape` below zero stands for none.
void cscan_csv_follow_quotes(
    cscan_csv_quotes *quotes, const uint8_t *data, size_t length, uint8_t delimiter, uint8_t quote, int escape);

/// The first position from `start` on of a quote, a backslash or a control character; `end` if there is none.
/// Sets `*is_ascii` to 0 if a byte above 127 stands before it. Reads up to 15 bytes past `end`.
static inline size_t cscan_json_string_end(const uint8_t *data, size_t start, size_t end, int *is_ascii) {
  size_t at = start;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x1f);
  __m128i seen = _mm_setzero_si128();
  while (at < end) {
    __m128i block = _mm_loadu_si128((const __m128i *)(data + at));
    __m128i hit = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
        _mm_cmpeq_epi8(_mm_min_epu8(block, space), block));
    unsigned found = (unsigned)_mm_movemask_epi8(hit);
    if (found || end - at < 16) {
      // The last block: what counts are the bytes before the hit, or before the end.
      size_t place = found ? (size_t)__builtin_ctz(found) : 16;
      if (place > end - at) place = end - at;
      unsigned high = (unsigned)_mm_movemask_epi8(block) & ((1u << place) - 1);
      if (high | (unsigned)_mm_movemask_epi8(seen)) *is_ascii = 0;
      return at + place;
    }
    seen = _mm_or_si128(seen, block);
    at += 16;
  }
  if (_mm_movemask_epi8(seen)) *is_ascii = 0;
  return end;
#else
  for (; at < end; at++) {
    uint8_t byte = data[at];
    if (byte == '"' || byte == '\\' || byte < 0x20) return at;
    if (byte > 127) *is_ascii = 0;
  }
  return end;
#endif
}

/// The first position from `start` on of any of three bytes; `end` if there is none. Reads up to 15 bytes past `end`.
static inline size_t cscan_find3(const uint8_t *data, size_t start, size_t end, uint8_t a, uint8_t b, uint8_t c) {
  size_t at = start;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8((char)a), second = _mm_set1_epi8((char)b), third = _mm_set1_epi8((char)c);
  while (at < end) {
    __m128i block = _mm_loadu_si128((const __m128i *)(data + at));
    __m128i hit = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second)), _mm_cmpeq_epi8(block, third));
    unsigned found = (unsigned)_mm_movemask_epi8(hit);
    if (found) {
      at += (size_t)__builtin_ctz(found);
      return at < end ? at : end;
    }
    at += 16;
  }
  return end;
#else
  for (; at < end; at++)
    if (data[at] == a || data[at] == b || data[at] == c) return at;
  return end;
#endif
}

#endif
