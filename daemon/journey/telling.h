/* Telling: what this car tells the operator besides its orders, and what it wants to be told. All of it is
 * off until the driver says otherwise. Pure, and a plain value that is stored as one JSON text.
 */
#pragma once

#include "protocol/api_subscription.h"
#include "protocol/api_vehicle.h"

#define TELLING_RESEND_US (60 * G_USEC_PER_SEC) /* no position more often than this */

typedef enum { TELLING_OFF, TELLING_VEHICLE, TELLING_FIXED } TellingSource;
extern const gchar *const telling_source_names[]; /* "off", "vehicle", "fixed", NULL */

typedef struct {
    guint kinds; /* NewsKinds */
    gint64 radius_m;
    TellingSource source;
    ApiPosition place; /* for FIXED */
    guint sharing;     /* VehicleItems that a question may learn */
} Telling;
#define TELLING_INIT                                                                                         \
    {                                                                                                        \
        .radius_m = 5000                                                                                     \
    }

/* (transfer full) */
gchar *telling_print(const Telling *self);
/* FALSE and @error: @self is untouched */
gboolean telling_read(Telling *self, const gchar *text, GError **error);

/* What the server is to know; @here: the car's position now, rounded, may be unknown. */
Subscription telling_subscription(const Telling *self, const ApiPosition *here);

/* Must @wanted be sent although @sent was answered? A position that moved less than a tenth of the radius is
 * the same: every message wakes a server and says where the car is. */
gboolean telling_differs(const Subscription *sent, const Subscription *wanted);

/**
 * telling_answer:
 * @known: what the vehicle says of itself now; query_id, denied and unknown are not read
 *
 * The answer to @query: nothing that the driver did not allow, whatever was asked.
 */
VehicleState telling_answer(const Telling *self, const VehicleQuery *query, const VehicleState *known);
