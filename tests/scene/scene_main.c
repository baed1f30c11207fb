/* rearcharge-scene: renders a reversing approach to a charging pile into a clip, for demo, tests and benches.
 *   rearcharge-scene --qr TEXT --out approach.mkv     (and approach.mkv.tsv, the truth)
 *   rearcharge-scene --qr TEXT --png 120 --out picture.png
 *   rearcharge-scene --qr TEXT --fps 10 --frames DIR  (DIR/0000.pgm ... and DIR/truth.tsv)
 */
#include <glib.h>
#include <gst/gst.h>
#include <stdlib.h>

#include "tests/scene/scene_clip.h"

typedef struct {
    gchar *qr, *qr2, *out, *frames, *preset;
    gint width, height, fps, seed, png;
    gdouble seconds, start, card;
    gboolean list;
} Options;

static gboolean read_options(Options *options, gint *argc, gchar ***argv, GError **error)
{
    GOptionEntry entries[] = {
        {"qr", 0, 0, G_OPTION_ARG_STRING, &options->qr, "Text of the code on the pile (none: no code)",
         "TEXT"},
        {"qr2", 0, 0, G_OPTION_ARG_STRING, &options->qr2, "Text of the code on the second pile", "TEXT"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Clip (.mkv) or picture to write", "FILE"},
        {"frames", 0, 0, G_OPTION_ARG_FILENAME, &options->frames,
         "Folder for uncompressed PGM frames and their truth, until the car stands", "DIR"},
        {"profile", 'p', 0, G_OPTION_ARG_STRING, &options->preset, "Approach to render (default: day)",
         "NAME"},
        {"list", 0, 0, G_OPTION_ARG_NONE, &options->list, "List the approaches", NULL},
        {"width", 0, 0, G_OPTION_ARG_INT, &options->width, "Pixels (default: 1280)", "N"},
        {"height", 0, 0, G_OPTION_ARG_INT, &options->height, "Pixels (default: 720)", "N"},
        {"fps", 0, 0, G_OPTION_ARG_INT, &options->fps, "Frames per second (default: 30)", "N"},
        {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Length of the clip (default: 8)", "S"},
        {"start", 0, 0, G_OPTION_ARG_DOUBLE, &options->start, "Distance at the beginning (default: 4.5)",
         "M"},
        {"card", 0, 0, G_OPTION_ARG_DOUBLE, &options->card, "Side of the code with quiet zone (default: 0.2)",
         "M"},
        {"seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "Of noise and textures (default: 1)", "N"},
        {"png", 0, 0, G_OPTION_ARG_INT, &options->png, "Write only this frame, as a PNG picture", "FRAME"},
        {NULL},
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- render a reversing approach to a charging pile");

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_group(context, gst_init_get_option_group());
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1)
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "unexpected argument '%s'", (*argv)[1]);
    return *argc <= 1;
}

static gboolean scene_from(const Options *options, Scene *scene, GError **error)
{
    const Scene *preset = scene_preset(options->preset == NULL ? "day" : options->preset);

    if (preset == NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no profile '%s'; see --list",
                    options->preset);
        return FALSE;
    }
    *scene = *preset;
    scene->width_px = options->width != 0 ? (guint)options->width : preset->width_px;
    scene->height_px = options->height != 0 ? (guint)options->height : preset->height_px;
    scene->fps = options->fps != 0 ? (guint)options->fps : preset->fps;
    scene->seconds = options->seconds != 0 ? options->seconds : preset->seconds;
    scene->start_m = options->start != 0 ? options->start : preset->start_m;
    scene->card_m = options->card != 0 ? options->card : preset->card_m;
    scene->seed = options->seed != 0 ? (guint)options->seed : preset->seed;
    scene->piles[0].qr = options->qr;
    if (options->qr2 != NULL && scene->n_piles < 2)
        scene->piles[scene->n_piles++].x_m = preset->piles[0].x_m + 0.8;
    scene->piles[1].qr = options->qr2;
    return TRUE;
}

static gboolean run(const Options *options, GError **error)
{
    Scene scene;
    g_autoptr(SceneRender) render = NULL;
    g_autofree gchar *truth = NULL;

    if (options->out == NULL && options->frames == NULL) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                            "--out FILE or --frames DIR is missing");
        return FALSE;
    }
    if (!scene_from(options, &scene, error))
        return FALSE;
    render = scene_render_new(&scene, error);
    if (render == NULL)
        return FALSE;
    if (options->frames != NULL)
        return scene_clip_write_frames(render, options->frames, error);
    if (options->png >= 0)
        return scene_clip_write_png(render, (guint)options->png, options->out, error);
    truth = g_strconcat(options->out, ".tsv", NULL);
    return scene_clip_write(render, options->out, error) && scene_clip_write_truth(render, truth, error);
}

int main(int argc, char **argv)
{
    Options options = {.png = -1};
    g_autoptr(GError) error = NULL;
    gboolean ok = read_options(&options, &argc, &argv, &error);

    if (ok && options.list) {
        for (const Scene *const *scene = scene_presets(); *scene != NULL; scene++)
            g_print("%s\n", (*scene)->name);
    } else if (ok) {
        ok = run(&options, &error);
    }
    if (!ok)
        g_printerr("rearcharge-scene: %s\n", error->message);
    g_free(options.qr);
    g_free(options.qr2);
    g_free(options.out);
    g_free(options.frames);
    g_free(options.preset);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
