//  Memory for large state: on huge pages where the system has them, since state is read at random and a page table that
//  covers it in small pages misses at almost every row.

#ifndef SWIFTWATER_MEMORY_H
#define SWIFTWATER_MEMORY_H

#include <stddef.h>

/// Never NULL: without memory the process ends, as with any allocation. Aligned to 16 bytes, to 2 MiB from that size on; not zeroed.
void *_Nonnull memory_allocate(size_t byte_count);

/// Gives back what `memory_allocate` gave.
void memory_free(void *_Nonnull memory);

#endif
