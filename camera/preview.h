/* Preview: the rear picture for whoever opened one, as a stream of JPEGs over pipes.
 * Stream: each picture is 4 bytes of length (big endian), then so many bytes of JPEG; nothing else. At most
 * 10 a second, at most 640 pixels wide, while the camera runs. A reader that is slow misses pictures, never
 * parts of one; it cannot hold up anything. The stream ends when the reader closes its end.
 */
#pragma once

#include <glib.h>

#define PREVIEW_READERS_MAX 4

typedef struct Preview Preview;

/* @wanted_changed: called when the first reader comes or the last one goes */
Preview *preview_new(void (*wanted_changed)(gboolean wanted, gpointer data), gpointer data);
void preview_free(Preview *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preview, preview_free)

/* @fd: (transfer full): write end of a pipe or a stream socket. Beyond %PREVIEW_READERS_MAX the oldest is
 * closed. */
void preview_add(Preview *self, int fd);

/* One picture for all readers. Never blocks. */
void preview_push(Preview *self, const guint8 *jpeg, gsize n_bytes);
