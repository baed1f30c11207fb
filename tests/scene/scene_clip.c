#include "tests/scene/scene_clip.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <png.h>

/* MJPEG: every frame stands alone, costs the player little, and its losses are those of real cameras (UVC).
 */
#define CHAIN "appsrc name=source ! jpegenc quality=90 ! matroskamux ! filesink name=sink"
#define FINISH_TIMEOUT (60 * GST_SECOND)
#define POLL (5 * GST_MSECOND)

/* Waits until the encoder has room. Not appsrc's own blocking: that waits for ever once the file fails.
 * Returns: (transfer full) (nullable): the error that ended the pipeline */
static GstMessage *wait_for_room(GstAppSrc *source, GstBus *bus, gsize max_bytes)
{
    GstMessage *failure = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);

    while (failure == NULL && gst_app_src_get_current_level_bytes(source) > max_bytes)
        failure = gst_bus_timed_pop_filtered(bus, POLL, GST_MESSAGE_ERROR);
    return failure;
}

/* Returns: (transfer full) (nullable): end of stream or an error; NULL when neither comes */
static GstMessage *push_frames(SceneRender *render, GstAppSrc *source, GstBus *bus)
{
    const Scene *scene = scene_render_scene(render);
    gsize bytes = scene_render_frame_bytes(render);

    for (guint i = 0; i < scene_render_n_frames(render); i++) {
        GstMessage *failure = wait_for_room(source, bus, 4 * bytes);
        GstBuffer *buffer;
        GstMapInfo map;
        if (failure != NULL)
            return failure;
        buffer = gst_buffer_new_allocate(NULL, bytes, NULL);
        gst_buffer_map(buffer, &map, GST_MAP_WRITE);
        scene_render_frame(render, i, map.data);
        gst_buffer_unmap(buffer, &map);
        GST_BUFFER_PTS(buffer) = gst_util_uint64_scale(i, GST_SECOND, scene->fps);
        GST_BUFFER_DURATION(buffer) = gst_util_uint64_scale(1, GST_SECOND, scene->fps);
        gst_app_src_push_buffer(source, buffer); /* takes the buffer; a refusal comes with an error message */
    }
    gst_app_src_end_of_stream(source);
    return gst_bus_timed_pop_filtered(bus, FINISH_TIMEOUT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
}

gboolean scene_clip_write(SceneRender *render, const gchar *path, GError **error)
{
    const Scene *scene = scene_render_scene(render);
    g_autoptr(GstElement) pipeline = gst_parse_launch(CHAIN, error);

    if (pipeline == NULL)
        return FALSE;
    g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline), "source");
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstCaps) caps = gst_caps_new_simple(
        "video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, (gint)scene->width_px, "height",
        G_TYPE_INT, (gint)scene->height_px, "framerate", GST_TYPE_FRACTION, (gint)scene->fps, 1,
        "colorimetry", G_TYPE_STRING, "1:4:0:0", NULL);

    g_object_set(sink, "location", path, NULL);
    g_object_set(source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", G_GUINT64_CONSTANT(0), NULL);
    gst_element_set_state(pipeline, GST_STATE_PLAYING); /* a failure comes as a message, too */
    g_autoptr(GstMessage) end = push_frames(render, GST_APP_SRC(source), bus);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    if (end == NULL) {
        g_set_error(error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, "%s: the encoder does not finish",
                    path);
        return FALSE;
    }
    if (GST_MESSAGE_TYPE(end) == GST_MESSAGE_ERROR)
        gst_message_parse_error(end, error, NULL);
    return GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS;
}

gboolean scene_clip_write_truth(SceneRender *render, const gchar *path, GError **error)
{
    const Scene *scene = scene_render_scene(render);
    g_autoptr(GString) text = g_string_new("frame\tpts_ms\tpile\tvisible\tdistance_m\tpx_per_module"
                                           "\tx0\ty0\tx1\ty1\tx2\ty2\tx3\ty3\n");

    for (guint i = 0; i < scene_render_n_frames(render); i++) {
        ScenePose pose = scene_render_pose(render, i);
        for (guint pile = 0; pile < scene->n_piles; pile++) {
            guint n_modules = scene_render_n_modules(render, pile);
            if (n_modules == 0)
                continue;
            SceneTruth truth = scene_truth(scene, &pose, pile, n_modules);
            g_string_append_printf(text, "%u\t%u\t%u\t%d\t%.3f\t%.3f", i, i * 1000 / scene->fps, pile,
                                   truth.visible, truth.distance_m, truth.px_per_module);
            for (guint k = 0; k < 8; k++)
                g_string_append_printf(text, "\t%.2f", truth.quad_px[k]);
            g_string_append_c(text, '\n');
        }
    }
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

static guint8 clamp_byte(gdouble value)
{
    return (guint8)CLAMP(value + 0.5, 0.0, 255.0);
}

gboolean scene_clip_write_png(SceneRender *render, guint frame, const gchar *path, GError **error)
{
    const Scene *scene = scene_render_scene(render);
    guint width = scene->width_px, height = scene->height_px;
    g_autofree guint8 *i420 = g_malloc(scene_render_frame_bytes(render));
    g_autofree guint8 *rgb = g_malloc((gsize)width * height * 3);
    const guint8 *u = i420 + (gsize)width * height, *v = u + (gsize)width * height / 4;
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};

    scene_render_frame(render, frame, i420);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            gsize half = (gsize)(y / 2) * (width / 2) + x / 2;
            gdouble luma = i420[(gsize)y * width + x], cb = u[half] - 128.0, cr = v[half] - 128.0;
            guint8 *pixel = rgb + ((gsize)y * width + x) * 3;
            pixel[0] = clamp_byte(luma + 1.402 * cr);
            pixel[1] = clamp_byte(luma - 0.344136 * cb - 0.714136 * cr);
            pixel[2] = clamp_byte(luma + 1.772 * cb);
        }
    if (!png_image_write_to_file(&image, path, 0, rgb, 0, NULL)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, image.message);
        return FALSE;
    }
    return TRUE;
}

static gboolean write_pgm(const gchar *path, const Scene *scene, const guint8 *luma, GError **error)
{
    gsize pixels = (gsize)scene->width_px * scene->height_px;
    g_autoptr(GString) file = g_string_sized_new(pixels + 32);

    g_string_printf(file, "P5\n%u %u\n255\n", scene->width_px, scene->height_px);
    g_string_append_len(file, (const gchar *)luma, (gssize)pixels);
    return g_file_set_contents_full(path, file->str, (gssize)file->len, G_FILE_SET_CONTENTS_NONE, 0644,
                                    error);
}

gboolean scene_clip_write_frames(SceneRender *render, const gchar *folder, GError **error)
{
    const Scene *scene = scene_render_scene(render);
    g_autofree guint8 *i420 = g_malloc(scene_render_frame_bytes(render));
    g_autofree gchar *truth = g_build_filename(folder, "truth.tsv", NULL);
    guint until_standing = (guint)ceil(scene_standstill_s(scene) * scene->fps) + 1;

    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", folder,
                    g_strerror(errno));
        return FALSE;
    }
    for (guint i = 0; i < MIN(until_standing, scene_render_n_frames(render)); i++) {
        g_autofree gchar *name = g_strdup_printf("%04u.pgm", i);
        g_autofree gchar *path = g_build_filename(folder, name, NULL);
        scene_render_frame(render, i, i420);
        if (!write_pgm(path, scene, i420, error))
            return FALSE;
    }
    return scene_clip_write_truth(render, truth, error);
}
