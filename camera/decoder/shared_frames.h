/* Shared frames: the memory through which the decoder child sees pictures. The camera process alone can
 * write; a child can only map it for reading (F_SEAL_FUTURE_WRITE) and nobody can resize it. Never on disk: a
 * memfd. */
#pragma once

#include "base/gray_frame.h"

#define SHARED_FRAMES_SLOTS 2                  /* one being decoded, one being written */
#define SHARED_FRAMES_SLOT_BYTES (4096 * 2304) /* 4K; pages that no picture touches cost nothing */

typedef struct {
    int fd;         /* owned; -1: none */
    guint8 *memory; /* owned mapping of all slots */
} SharedFrames;
#define SHARED_FRAMES_INIT                                                                                   \
    {                                                                                                        \
        .fd = -1                                                                                             \
    }

/* The camera process's side: create, map, seal. */
gboolean shared_frames_create(SharedFrames *self, GError **error);
/* The child's side: takes over @fd, maps it for reading. Returns: FALSE when it is not such a memory; see
 * errno */
gboolean shared_frames_open(SharedFrames *self, int fd);
void shared_frames_clear(SharedFrames *self);

/* Copies @frame into @slot, rows packed. FALSE: larger than a slot. */
gboolean shared_frames_write(SharedFrames *self, guint slot, const GrayFrame *frame);
const guint8 *shared_frames_slot(const SharedFrames *self, guint slot);
