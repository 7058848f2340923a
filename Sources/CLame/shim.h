#include <stddef.h>
#include <stdio.h>
#include <lame/lame.h>
