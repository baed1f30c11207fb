#include "camera/decoder/shared_frames.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOTAL_BYTES ((gsize)SHARED_FRAMES_SLOTS * SHARED_FRAMES_SLOT_BYTES)
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010 /* Linux 5.1 */
#endif

static gboolean map(SharedFrames *self, int protection)
{
    void *memory = mmap(NULL, TOTAL_BYTES, protection, MAP_SHARED, self->fd, 0);

    if (memory == MAP_FAILED)
        return FALSE;
    self->memory = memory;
    return TRUE;
}

gboolean shared_frames_create(SharedFrames *self, GError **error)
{
    /* Mapped for writing before the seal: the seal leaves this mapping alone. */
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;

    self->fd = memfd_create("rearcharge-frames", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (self->fd < 0 || ftruncate(self->fd, (off_t)TOTAL_BYTES) != 0 || !map(self, PROT_READ | PROT_WRITE) ||
        fcntl(self->fd, F_ADD_SEALS, seals) != 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "memory for frames: %s",
                    g_strerror(errno));
        shared_frames_clear(self);
        return FALSE;
    }
    return TRUE;
}

gboolean shared_frames_open(SharedFrames *self, int fd)
{
    struct stat info;

    self->fd = fd;
    if (fstat(fd, &info) != 0)
        return FALSE;
    if (info.st_size != (off_t)TOTAL_BYTES) {
        errno = EINVAL;
        return FALSE;
    }
    return map(self, PROT_READ);
}

void shared_frames_clear(SharedFrames *self)
{
    if (self->memory != NULL)
        munmap(self->memory, TOTAL_BYTES);
    if (self->fd >= 0)
        close(self->fd);
    *self = (SharedFrames)SHARED_FRAMES_INIT;
}

gboolean shared_frames_write(SharedFrames *self, guint slot, const GrayFrame *frame)
{
    guint8 *to = self->memory + (gsize)slot * SHARED_FRAMES_SLOT_BYTES;

    g_return_val_if_fail(slot < SHARED_FRAMES_SLOTS, FALSE);
    if ((gsize)frame->width_px * frame->height_px > SHARED_FRAMES_SLOT_BYTES)
        return FALSE;
    for (guint y = 0; y < frame->height_px; y++)
        memcpy(to + (gsize)y * frame->width_px, frame->pixels + (gsize)y * frame->stride_bytes,
               frame->width_px);
    return TRUE;
}

const guint8 *shared_frames_slot(const SharedFrames *self, guint slot)
{
    return self->memory + (gsize)slot * SHARED_FRAMES_SLOT_BYTES;
}
