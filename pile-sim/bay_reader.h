/* Bay reader: the feed of a real detector (bay_feed.h) from standard input, a pipe or a file. */
#pragma once

#include <gio/gio.h>

#include "pile-sim/model/bay_feed.h"

typedef struct _BayReader BayReader;

/**
 * bay_reader_new:
 * @path: "-" is standard input; a FIFO is held open, so that a detector may come and go; a plain file is read
 *   to its end, once
 * @said: of every good line
 *
 * A detector whose pipe ends is broken: so is every bay that it has spoken of.
 *
 * Returns: (transfer full) (nullable): free with bay_reader_free(); nothing is read before bay_reader_start()
 */
BayReader *bay_reader_new(const gchar *path, guint n_evses, void (*said)(const SimCommand *, gpointer),
                          gpointer data, GError **error);
void bay_reader_start(BayReader *self);
void bay_reader_free(BayReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BayReader, bay_reader_free)
