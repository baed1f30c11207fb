/* A stream that tells before it is closed. libsoup drops some connections without a word; this is the last
 * moment to say why. */
#pragma once

#include <gio/gio.h>

/* @base: (transfer none); @closing: called at most once, while @base is still open.
 * Returns: (transfer full) */
GIOStream *web_io_new(GIOStream *base, void (*closing)(gpointer user_data), gpointer user_data);
