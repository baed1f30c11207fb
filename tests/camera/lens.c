/* Lens files and where a code is: against the other direction, written out here. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "camera/vision/lens.h"

#define HEAD "[lens]\nwidth=1280\nheight=720\nf=500\n"
#define DEG (G_PI / 180)

static Lens parsed(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    Lens lens = {0};

    cr_assert(lens_parse(text, strlen(text), &lens, &error), "%s", error ? error->message : "");
    return lens;
}

static gdouble radius(LensModel model, const gdouble k[4], gdouble t)
{
    switch (model) {
    case LENS_PINHOLE:
        return tan(t);
    case LENS_EQUIDISTANT:
        return t;
    case LENS_EQUISOLID:
        return 2 * sin(t / 2);
    default:
        return t + k[0] * pow(t, 3) + k[1] * pow(t, 5) + k[2] * pow(t, 7) + k[3] * pow(t, 9);
    }
}

/* Where @lens sees a point: right, above and behind the camera, metres; level ground. */
static void project(const Lens *lens, gdouble right, gdouble above, gdouble behind, gdouble *x, gdouble *y)
{
    gdouble yaw = lens->yaw_deg * DEG, tilt = lens->tilt_deg * DEG;
    gdouble side = right * cos(yaw) - behind * sin(yaw), along = behind * cos(yaw) + right * sin(yaw);
    gdouble forward = along * cos(tilt) - above * sin(tilt), down = -above * cos(tilt) - along * sin(tilt);
    gdouble angle = atan2(hypot(side, down), forward), r = lens->f_px * radius(lens->model, lens->k, angle);

    *x = lens->centre_px[0] + r * side / hypot(side, down);
    *y = lens->centre_px[1] + r * down / hypot(side, down);
}

static LensPlace place_of_code(const Lens *lens, gdouble right, gdouble above, gdouble behind)
{
    static const gdouble corner[4][2] = {{-1, 1}, {1, 1}, {1, -1}, {-1, -1}};
    gdouble quad[8], half = lens->code_side_m / 2;
    LensPlace place;

    for (guint i = 0; i < 4; i++)
        project(lens, right + corner[i][0] * half, above + corner[i][1] * half, behind, &quad[2 * i],
                &quad[2 * i + 1]);
    lens_place(lens, lens->size_px[0], quad, &place);
    return place;
}

Test(lens, every_model_finds_bearing_and_distance)
{
    static const gchar *const texts[] = {
        HEAD "model=pinhole\nheight-m=0.9\n",
        HEAD "model=equidistant\nheight-m=0.9\ntilt-deg=25\n",
        HEAD "model=equisolid\nheight-m=0.9\ntilt-deg=10\nyaw-deg=6\ncx=652\n",
        HEAD "model=kannala-brandt\nk1=-0.03\nk2=0.01\nk3=-0.002\nk4=0.0001\nheight-m=0.9\ntilt-deg=30\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        Lens lens = parsed(texts[i]);
        for (gint right = -2; right <= 2; right++) {
            LensPlace place = place_of_code(&lens, right, 0.3, 2.5);
            cr_expect_float_eq(place.bearing_deg, atan2(right, 2.5) / DEG, 0.3, "lens %u, %d m aside", i,
                               right);
            cr_expect(place.has_distance);
            cr_expect_float_eq(place.distance_m, hypot(right, 2.5), 0.12, "lens %u, %d m aside", i, right);
        }
    }
}

Test(lens, a_smaller_picture_of_the_same_camera_says_the_same)
{
    Lens lens = parsed(HEAD "model=equidistant\ntilt-deg=20\n");
    gdouble large[3], small[3];

    lens_ray(&lens, 1280, 900, 500, large);
    lens_ray(&lens, 640, 450, 250, small);
    for (guint i = 0; i < 3; i++)
        cr_expect_float_eq(large[i], small[i], 1e-9);
}

Test(lens, without_the_height_there_is_no_distance)
{
    Lens lens = parsed(HEAD "model=equidistant\n");

    cr_expect_not(place_of_code(&lens, 0.5, 0.2, 2).has_distance);
}

Test(lens, a_wrong_file_is_an_error_that_names_the_key)
{
    static const struct {
        const gchar *text, *names;
    } rows[] = {
        {"", "group"},
        {"[lens", "key"},
        {"[lens]\nwidth=1280\nheight=720\nf=1\n", "model"},
        {HEAD "model=cubist\n", "model"},
        {"[lens]\nmodel=pinhole\nwidth=0\nheight=1\nf=1\n", "width"},
        {"[lens]\nmodel=pinhole\nwidth=1\nheight=1\n", "f"},
        {HEAD "model=pinhole\nk1=far\n", "k1"},
        {HEAD "model=pinhole\nheight-m=9\n", "height-m"},
        {HEAD "model=pinhole\nk5=1\n", "unknown"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        Lens lens = {.f_px = 7};
        cr_assert_not(lens_parse(rows[i].text, strlen(rows[i].text), &lens, &error), "%s", rows[i].text);
        cr_expect_eq(lens.f_px, 7);
        cr_expect_not_null(strstr(error->message, rows[i].names), "%s: %s", rows[i].text, error->message);
    }
}
