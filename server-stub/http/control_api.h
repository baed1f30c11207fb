/* What an operator writes and asks: offers, rules, calls to piles, questions to vehicles. */
#pragma once

#include "server-stub/http/web_problem.h"
#include "weblink/web_request.h"

#include <json-glib/json-glib.h>

typedef struct {
    /* @what: "offers", "offer-rules" or "vehicles"; (transfer full) (nullable) */
    JsonNode *(*list)(const gchar *what, WebProblem *problem, gpointer data);
    /* @what: "offers" or "offer-rules"; @id: (nullable): NULL: a new one. (transfer full) (nullable) */
    JsonNode *(*write)(const gchar *what, const gchar *id, JsonObject *input, WebProblem *problem,
                       gpointer data);
    gboolean (*remove)(const gchar *what, const gchar *id, WebProblem *problem, gpointer data);
    /* Both answer @request, now or later. */
    void (*call)(WebRequest *request, const gchar *station_id, JsonObject *input, gpointer data);
    void (*query)(WebRequest *request, const gchar *vehicle_id, JsonObject *input, gpointer data);
} WebControlPorts;
