#include "tests/scene/scene_reach.h"

/* One of 27 places of a box: its corners, middles of edges and faces; the lens bends what is between them. */
static SceneVec place_of(const SceneBox *box, guint number)
{
    const guint half_steps[3] = {number % 3, number / 3 % 3, number / 9};
    gfloat own[3], world[3];

    for (guint i = 0; i < 3; i++)
        own[i] = box->min[i] + (box->max[i] - box->min[i]) * (gfloat)half_steps[i] / 2;
    scene_box_to_world(box, own, world);
    return (SceneVec){world[0], world[1], world[2]};
}

/* The rectangle around these places, widened. One of them beside or behind the camera: anywhere. */
void scene_reach_find(SceneReach *self, const Scene *scene, const ScenePose *pose, const SceneWorld *world,
                      gfloat slack_px)
{
    const SceneBox *boxes = scene_world_boxes(world, &self->n_boxes);

    for (guint i = 0; i < self->n_boxes; i++) {
        gfloat x0 = G_MAXFLOAT, y0 = G_MAXFLOAT, x1 = -G_MAXFLOAT, y1 = -G_MAXFLOAT;
        gboolean anywhere = FALSE;
        for (guint number = 0; number < 27 && !anywhere; number++) {
            gdouble x, y;
            SceneVec p = place_of(&boxes[i], number);
            if (p.z - pose->at.z < 0.05 || !scene_project(scene, pose, p, &x, &y)) {
                anywhere = TRUE;
                continue;
            }
            x0 = MIN(x0, (gfloat)x);
            x1 = MAX(x1, (gfloat)x);
            y0 = MIN(y0, (gfloat)y);
            y1 = MAX(y1, (gfloat)y);
        }
        gfloat room_x = 8 + slack_px + 0.1F * (x1 - x0), room_y = 8 + slack_px + 0.1F * (y1 - y0);
        self->box[i].x0 = anywhere ? -1 : x0 - room_x;
        self->box[i].y0 = anywhere ? -1 : y0 - room_y;
        self->box[i].x1 = anywhere ? (gfloat)scene->width_px : x1 + room_x;
        self->box[i].y1 = anywhere ? (gfloat)scene->height_px : y1 + room_y;
    }
}

guint scene_reach_row(const SceneReach *self, guint y)
{
    guint bits = 0;

    for (guint i = 0; i < self->n_boxes; i++)
        bits |= (guint)((gfloat)y >= self->box[i].y0 && (gfloat)y <= self->box[i].y1) << i;
    return bits;
}

guint scene_reach_pixel(const SceneReach *self, guint in_row, guint x)
{
    guint bits = 0;

    for (guint i = 0, left = in_row; left != 0; i++, left >>= 1)
        if (left & 1)
            bits |= (guint)((gfloat)x >= self->box[i].x0 && (gfloat)x <= self->box[i].x1) << i;
    return bits;
}
