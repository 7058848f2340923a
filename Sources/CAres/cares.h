// c-ares, which looks names up in the DNS (libc-ares-dev).
#include <ares.h>
