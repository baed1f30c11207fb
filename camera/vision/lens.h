/* Lens: from a pixel to the direction it looks in, and so from a code's corners to where the code is. Read
 * from a file (docs/camera.md); without one everything else works the same. Pure. */
#pragma once

#include <glib.h>

typedef enum { LENS_ERROR_SYNTAX, LENS_ERROR_VALUE } LensError;
#define LENS_ERROR (lens_error_quark())
GQuark lens_error_quark(void);

/* r: pixels from the centre; t: angle from the axis. */
typedef enum {
    LENS_PINHOLE,        /* r = f tan t */
    LENS_EQUIDISTANT,    /* r = f t */
    LENS_EQUISOLID,      /* r = 2 f sin(t/2) */
    LENS_KANNALA_BRANDT, /* r = f (t + k1 t^3 + k2 t^5 + k3 t^7 + k4 t^9): OpenCV's fisheye */
    LENS_N_MODELS
} LensModel;

typedef struct {
    LensModel model;
    guint size_px[2]; /* of the picture that f and the centre are for; others are scaled */
    gdouble f_px, centre_px[2], k[4];
    gdouble tilt_deg, yaw_deg; /* below the horizon; right of straight backwards as the picture shows it */
    gdouble height_m;          /* above the ground; 0: not known, and so is the distance */
    gdouble code_height_m;     /* what is expected: the middle of a code above the ground ... */
    gdouble code_side_m;       /* ... and its side without the quiet zone */
} Lens;

/* Where a code is from the car. */
typedef struct {
    gdouble bearing_deg; /* from straight backwards, along the ground; right of the picture is positive */
    gboolean has_distance;
    gdouble distance_m; /* along the ground; an estimate */
} LensPlace;

/**
 * lens_parse:
 * @text: (array length=len): a key file with one group, [lens]
 * @self: (out caller-allocates): untouched on failure
 */
gboolean lens_parse(const gchar *text, gsize len, Lens *self, GError **error);

/* Direction of the pixel (@x, @y) of a @width_px wide picture: right, down, forward of the camera; unit
 * length. */
void lens_ray(const Lens *self, guint width_px, gdouble x, gdouble y, gdouble ray[3]);

/* @quad_px: corners as in detection.h */
void lens_place(const Lens *self, guint width_px, const gdouble quad_px[8], LensPlace *place);
