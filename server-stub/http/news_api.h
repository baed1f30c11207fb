/* What a car has with the operator besides orders: its subscription, offers, and the answer to a question. */
#pragma once

#include "protocol/api_offer.h"
#include "protocol/api_subscription.h"
#include "protocol/api_vehicle.h"
#include "server-stub/http/web_problem.h"

typedef struct {
    gboolean (*subscribe)(const gchar *vehicle_id, const Subscription *subscription, WebProblem *problem,
                          gpointer data);
    gboolean (*subscription)(const gchar *vehicle_id, Subscription *subscription, WebProblem *problem,
                             gpointer data);
    /* (transfer full) (nullable) (element-type Offer): newest first */
    GArray *(*offers)(const gchar *vehicle_id, WebProblem *problem, gpointer data);
    gboolean (*accept)(const gchar *vehicle_id, const gchar *offer_id, Offer *offer, WebProblem *problem,
                       gpointer data);
    gboolean (*vehicle_state)(const gchar *vehicle_id, const VehicleState *state, WebProblem *problem,
                              gpointer data);
} WebNewsPorts;
