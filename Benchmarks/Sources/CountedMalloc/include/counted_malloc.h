#pragma once

/// How often this program has asked for memory so far: calls of malloc, calloc, realloc, aligned_alloc and
/// posix_memalign, on all threads.
unsigned long counted_malloc_calls(void);

/// How many bytes this program has in use now, as the C library counts them.
unsigned long counted_malloc_bytes(void);
