/* Scene: which screen the car's state allows, and the one thing that may be touched on it. Pure.
 * NHTSA 2013-09883 and the driving states of Android Automotive (CarUxRestrictions): reversing shows the
 * picture and a badge; only in P may something be ordered or set; unknown counts as moving. A lost bay is the
 * one exception: one tap takes the free one next to it, since it is lost on the way there and costs nothing.
 */
#pragma once

#include <glib.h>

typedef enum { SCENE_ABSENT, SCENE_REVERSING, SCENE_PARKED, SCENE_MOVING } SceneScreen;

typedef enum {
    SCENE_ACTION_NONE,
    SCENE_ACTION_ORDER,  /* hold to start */
    SCENE_ACTION_LIMITS, /* no consent yet: set the most a charge may cost */
    SCENE_ACTION_CANCEL,
    SCENE_ACTION_STOP,
    SCENE_ACTION_RECEIPT,  /* show it to print */
    SCENE_ACTION_DISMISS,  /* of a failure: read, go on */
    SCENE_ACTION_GET_CODE, /* for a pile without network; hold, for it costs */
    SCENE_ACTION_UNRESERVE,
    SCENE_ACTION_MOVE, /* a reservation whose bay is taken: one tap, on the way there too */
} SceneAction;

/* @snapshot: (nullable): a{sv}; NULL: no daemon */
SceneScreen scene_screen(GVariant *snapshot);
SceneAction scene_action(GVariant *snapshot);
/* Limits and consent are set in P only, whatever the speed says. */
gboolean scene_may_set(GVariant *snapshot);

/* Not over yet: asked for, held, or taken by somebody. */
gboolean scene_reservation_is_open(GVariant *snapshot);
/* Something stands in the reserved bay, and it is not this car. */
gboolean scene_reservation_is_taken(GVariant *snapshot);

const gchar *scene_screen_name(SceneScreen screen); /* "parked" */
const gchar *scene_action_name(SceneAction action); /* "order"; "" for none */
