/* rearcharge-scan: reads the codes in picture and video files, for people and for measuring.
 * The same vision as in the car, but in this process: no deadline, no sandbox; do not feed it hostile files.
 */
#include <gst/gst.h>
#include <string.h>
#include <time.h>

#include "base/program.h"
#include "base/redact.h"
#include "camera/explain.h"
#include "camera/frame_clock.h"
#include "camera/lens_file.h"
#include "camera/picture_file.h"
#include "camera/vision/vision.h"

#define FRAME_NS (G_GINT64_CONSTANT(100) * 1000 * 1000) /* between frames of a --sequence */

static gdouble clock_ms(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (gdouble)t.tv_sec * 1e3 + (gdouble)t.tv_nsec / 1e6;
}

/* One line a code: corners, module size, payload (printable ASCII as it is, the rest as \xNN). */
static void print_for_people(const gchar *path, guint number, const Detections *found, const Lens *lens,
                             guint width_px)
{
    for (guint i = 0; i < found->n; i++) {
        const Detection *d = &found->item[i];
        g_autofree gchar *text = redact_for_log((const gchar *)d->bytes, d->n_bytes);
        g_print("%s #%u: %.1f px/module at (%.0f,%.0f) (%.0f,%.0f) (%.0f,%.0f) (%.0f,%.0f): %s\n", path,
                number, d->px_per_module, d->quad_px[0], d->quad_px[1], d->quad_px[2], d->quad_px[3],
                d->quad_px[4], d->quad_px[5], d->quad_px[6], d->quad_px[7], text);
        if (lens == NULL)
            continue;
        LensPlace place;
        lens_place(lens, width_px, d->quad_px, &place);
        g_print("%s #%u: bearing %.1f degrees", path, number, place.bearing_deg);
        if (place.has_distance)
            g_print(", about %.2f m", place.distance_m);
        g_print("\n");
    }
}

/* @lens, @explain: (nullable); of a video @explain is of its last frame */
static gboolean scan_file(const gchar *path, const Lens *lens, const gchar *explain)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PictureFile) file = picture_file_open(path, &error);
    g_autoptr(Vision) vision = vision_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    g_autofree VisionTrace *trace = g_new0(VisionTrace, 1);
    guint n_frames = 0, n_found = 0;
    GrayFrame frame;

    if (explain != NULL)
        vision_trace(vision, trace);
    while (file != NULL && picture_file_next(file, &frame, &error)) {
        if (!gray_frame_is_valid(&frame)) {
            g_printerr("%s: larger than %d pixels a side\n", path, GRAY_FRAME_MAX_SIDE_PX);
            return FALSE;
        }
        n_found += vision_look(vision, &frame, found, NULL);
        print_for_people(path, ++n_frames, found, lens, frame.width_px);
        if (explain == NULL)
            continue;
        explain_print(path, trace);
        if (!explain_write(explain, &frame, trace, &error))
            break;
    }
    if (error != NULL)
        g_printerr("%s: %s\n", path, error->message);
    else if (n_found == 0)
        g_print("%s: no code in %u frame%s\n", path, n_frames, n_frames == 1 ? "" : "s");
    return error == NULL;
}

static void print_tsv(const gchar *path, gdouble cpu_ms, gdouble wall_ms, const Detections *found)
{
    g_print("%s\t%.3f\t%.3f\t", path, cpu_ms, wall_ms);
    for (guint i = 0; i < found->n; i++) {
        if (i > 0)
            g_print(",");
        for (gsize b = 0; b < found->item[i].n_bytes; b++)
            g_print("%02x", found->item[i].bytes[b]);
    }
    g_print("\n");
}

static void enter_folder(VisionTracker *tracker, FrameBudget *budget, gint64 budget_us, const gchar *path,
                         gchar **folder)
{
    gchar *now = g_path_get_dirname(path);

    if (g_strcmp0(now, *folder) != 0) {
        vision_tracker_reset(tracker);
        frame_budget_init(budget, budget_us);
    }
    g_free(*folder);
    *folder = now;
}

/* Loading is not timed. @tracker: (nullable): NULL for independent images; else they are frames of one
 * camera, a tenth of a second apart, and each folder is a drive of its own.
 * @budget_us: as in the car; an independent image may take all that can be saved. 0: no limit */
static gboolean scan_list(const gchar *list_path, VisionTracker *tracker, gint64 budget_us)
{
    g_autofree gchar *folder = NULL;
    g_autofree gchar *text = NULL;
    g_auto(GStrv) paths = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Vision) vision = vision_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    FrameClock clock = {0};
    gboolean ok = TRUE;

    vision_limit(vision, budget_us > 0 ? frame_clock_left : NULL, &clock);
    if (!g_file_get_contents(list_path, &text, NULL, &error)) {
        g_printerr("%s\n", error->message);
        return FALSE;
    }
    paths = g_strsplit(text, "\n", -1);
    for (guint i = 0; paths[i] != NULL; i++) {
        g_autoptr(GError) unreadable = NULL;
        g_autoptr(PictureFile) file = *g_strchomp(paths[i]) ? picture_file_open(paths[i], &unreadable) : NULL;
        GrayFrame frame;
        if (*paths[i] == '\0')
            continue;
        if (file == NULL || !picture_file_next(file, &frame, &unreadable) || !gray_frame_is_valid(&frame)) {
            g_printerr("%s: %s\n", paths[i],
                       unreadable ? unreadable->message : "not a picture, or too large");
            ok = FALSE;
            continue;
        }
        if (tracker != NULL)
            enter_folder(tracker, &clock.budget, budget_us, paths[i], &folder);
        else
            frame_budget_init(&clock.budget, budget_us);
        frame.pts_ns = (gint64)i * FRAME_NS;
        gdouble cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID), wall_ms = clock_ms(CLOCK_MONOTONIC);
        frame_clock_begin(&clock, budget_us);
        vision_follow(vision, tracker, &frame, found, NULL);
        frame_clock_end(&clock);
        cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_ms;
        print_tsv(paths[i], cpu_ms, clock_ms(CLOCK_MONOTONIC) - wall_ms, found);
    }
    return ok;
}

int main(int argc, char **argv)
{
    g_autofree gchar *list = NULL, *lens_path = NULL, *explain = NULL;
    Lens lens;
    gboolean sequence = FALSE;
    gint budget_ms = FRAME_BUDGET_DEFAULT_US / 1000;
    g_autoptr(VisionTracker) tracker = NULL;
    g_auto(GStrv) files = NULL;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        PROGRAM_VERSION_OPTION,
        {"tsv", 0, 0, G_OPTION_ARG_FILENAME, &list,
         "Measure: path, cpu_ms, wall_ms, hex payloads per line of LIST", "LIST"},
        {"sequence", 0, 0, G_OPTION_ARG_NONE, &sequence,
         "The images of LIST are consecutive frames of one camera; each folder is a drive of its own", NULL},
        {"budget-ms", 0, 0, G_OPTION_ARG_INT, &budget_ms,
         "Of --tsv: processor time that the mean of many frames is held to, as in the car (8); 0: no limit",
         "MS"},
        {"lens", 0, 0, G_OPTION_ARG_FILENAME, &lens_path,
         "Lens and place of the camera: says bearing and distance too", "FILE"},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &explain,
         "Draw what was looked at in FILE, and say what became of it", "OUT.png"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "FILE..."},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- read QR codes in pictures and videos");
    gboolean ok = TRUE;

    program_begin("rearcharge-scan");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_group(context, gst_init_get_option_group());
    if (!g_option_context_parse(context, &argc, &argv, &error) || (list == NULL) == (files == NULL) ||
        (sequence && list == NULL) || budget_ms < 0 ||
        (explain != NULL && (list != NULL || g_strv_length(files) > 1)) ||
        (lens_path != NULL && !lens_load(lens_path, &lens, &error))) {
        g_printerr("rearcharge-scan: %s\n",
                   error ? error->message
                         : "want FILE..., --explain OUT.png FILE, or [--sequence] --tsv LIST");
        return 2;
    }
    if (list != NULL)
        ok = scan_list(list, sequence ? (tracker = vision_tracker_new()) : NULL, (gint64)budget_ms * 1000);
    for (guint i = 0; files != NULL && files[i] != NULL; i++)
        ok = scan_file(files[i], lens_path != NULL ? &lens : NULL, explain) && ok;
    return ok ? 0 : 1;
}
