/* peer-read: measures one of the other readers on a list of pictures; same output as rearcharge-scan --tsv.
 *   peer-read --readers            their names, one a line
 *   peer-read READER LIST          path<TAB>cpu_ms<TAB>wall_ms<TAB>hex payload[,hex payload...]
 * PEER_LIBRARY names one more reader: a library with a `peer_extra`, as peer_quirc.c.
 */
#include <dlfcn.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/peer.h"
#include "camera/picture_file.h"

static const Peer *peers[] = {&peer_zbar,  &peer_gst_zbar,   &peer_gst_zxing,
                              &peer_zxing, &peer_zxing_fast, NULL};
static guint n_peers = G_N_ELEMENTS(peers) - 1;

static void load_extra(const gchar *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (library != NULL)
        peers[n_peers] = dlsym(library, "peer_extra");
    if (peers[n_peers] == NULL)
        g_printerr("peer-read: %s\n", dlerror());
    else
        n_peers++;
}

static gdouble clock_ms(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (gdouble)t.tv_sec * 1e3 + (gdouble)t.tv_nsec / 1e6;
}

/* Binary PGM straight from the file: hundreds of frames are not worth a pipeline each. FALSE: not such a
 * file. */
static gboolean frame_from_pgm(const gchar *path, GrayFrame *frame, gpointer *pixels)
{
    g_autofree gchar *bytes = NULL;
    gsize n_bytes = 0;
    guint width, height;
    gint header = 0;

    if (!g_str_has_suffix(path, ".pgm") || !g_file_get_contents(path, &bytes, &n_bytes, NULL) ||
        sscanf(bytes, "P5 %u %u 255%n", &width, &height, &header) != 2 || header == 0 ||
        width > GRAY_FRAME_MAX_SIDE_PX || height > GRAY_FRAME_MAX_SIDE_PX ||
        n_bytes - (gsize)header - 1 < (gsize)width * height)
        return FALSE;
    *pixels = g_memdup2(bytes + header + 1, (gsize)width * height);
    *frame = (GrayFrame){.pixels = *pixels, .width_px = width, .height_px = height, .stride_bytes = width};
    return TRUE;
}

/* @pixels: (out) (transfer full). The same loader as rearcharge-scan's: the same gray values. */
static gboolean frame_from_file(const gchar *path, GrayFrame *frame, gpointer *pixels)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PictureFile) file = NULL;

    if (frame_from_pgm(path, frame, pixels))
        return TRUE;
    file = picture_file_open(path, &error);
    if (file == NULL || !picture_file_next(file, frame, &error) || !gray_frame_is_valid(frame)) {
        g_printerr("peer-read: %s: %s\n", path,
                   error == NULL ? "not a picture, or too large" : error->message);
        return FALSE;
    }
    *pixels = g_malloc((gsize)frame->width_px * frame->height_px);
    for (guint y = 0; y < frame->height_px; y++)
        memcpy((guint8 *)*pixels + (gsize)y * frame->width_px, frame->pixels + (gsize)y * frame->stride_bytes,
               frame->width_px);
    frame->pixels = *pixels;
    frame->stride_bytes = frame->width_px;
    return TRUE;
}

static void print_row(const gchar *path, gdouble cpu_ms, gdouble wall_ms, const GPtrArray *payloads)
{
    g_print("%s\t%.3f\t%.3f\t", path, cpu_ms, wall_ms);
    for (guint i = 0; i < payloads->len; i++) {
        gsize n = 0;
        const guint8 *bytes = g_bytes_get_data(payloads->pdata[i], &n);
        if (i > 0)
            g_print(",");
        for (gsize b = 0; b < n; b++)
            g_print("%02x", bytes[b]);
    }
    g_print("\n");
}

static void read_picture(const Peer *peer, gpointer self, const gchar *path)
{
    g_autoptr(GPtrArray) payloads = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autofree gpointer pixels = NULL;
    gdouble cpu_ms, wall_ms;
    GrayFrame frame;

    if (!frame_from_file(path, &frame, &pixels))
        return;
    peer->show(self, &frame);
    cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    wall_ms = clock_ms(CLOCK_MONOTONIC);
    peer->look(self);
    cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_ms;
    wall_ms = clock_ms(CLOCK_MONOTONIC) - wall_ms;
    peer->collect(self, payloads);
    print_row(path, cpu_ms, wall_ms, payloads);
}

static gpointer open_peer(const gchar *name, const Peer **peer)
{
    for (guint i = 0; i < n_peers; i++)
        if (strcmp(peers[i]->name, name) == 0)
            return (*peer = peers[i])->open(name);
    return NULL;
}

static gboolean list_readers(void)
{
    for (guint i = 0; i < n_peers; i++) {
        gpointer self = peers[i]->open(peers[i]->name);
        if (self == NULL)
            continue;
        g_print("%s\n", peers[i]->name);
        peers[i]->close(self);
    }
    return TRUE;
}

static gboolean read_list(const gchar *reader, const gchar *list)
{
    const Peer *peer = NULL;
    gpointer self = open_peer(reader, &peer);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;

    if (self == NULL) {
        g_printerr("peer-read: no reader '%s' here; see --readers\n", reader);
        return FALSE;
    }
    if (!g_file_get_contents(list, &text, NULL, &error)) {
        g_printerr("peer-read: %s\n", error->message);
    } else {
        g_auto(GStrv) paths = g_strsplit(text, "\n", -1);
        for (guint i = 0; paths[i] != NULL; i++)
            if (*paths[i] != '\0')
                read_picture(peer, self, paths[i]);
    }
    peer->close(self);
    return error == NULL;
}

int main(int argc, char **argv)
{
    gboolean ok = FALSE;

    gst_init(&argc, &argv);
    if (g_getenv("PEER_LIBRARY") != NULL)
        load_extra(g_getenv("PEER_LIBRARY"));
    if (argc == 2 && strcmp(argv[1], "--readers") == 0)
        ok = list_readers();
    else if (argc == 3)
        ok = read_list(argv[1], argv[2]);
    else
        g_printerr("usage: peer-read --readers | READER LIST\n");
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
