/* What bad_decoder.c does, by the first pixel of the frame. */
#pragma once

enum {
    BAD_NOT = 0,
    BAD_HOG,
    BAD_SOCKET,
    BAD_FORK,
    BAD_EXECUTABLE_MEMORY,
    BAD_CRASH,
    BAD_EXIT,
    BAD_NONSENSE,
    BAD_WRITE_FRAME,
    BAD_OPEN,
};
