#define _GNU_SOURCE
#include "CMemory.h"

#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

void *memory_allocate(size_t byte_count) {
  void *memory = NULL;
  size_t alignment = byte_count >= HUGE_PAGE ? HUGE_PAGE : 16;
  if (posix_memalign(&memory, alignment, byte_count) != 0) abort();
  // A hint: where there are no huge pages, small ones do.
  if (byte_count >= HUGE_PAGE) madvise(memory, byte_count, MADV_HUGEPAGE);
  return memory;
}

void memory_free(void *memory) { free(memory); }
