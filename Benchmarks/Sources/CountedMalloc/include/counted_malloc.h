#pragma once

/// How often this program has asked for memory so far: calls of malloc, calloc, realloc, aligned_alloc and
/// posix_memalign, on all threads.
unsigned long counted_malloc_calls(void);
