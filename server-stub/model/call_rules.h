/* Call rules: which OCPP calls an operator may make to a pile, and whether a payload is one that OCPP allows.
 * Pure. Calls that belong to an order, a reservation or a local list are not among them: those have their own
 * desks, which must know what the pile was told.
 */
#pragma once

#include "protocol/ocpp_action.h"

#include <json-glib/json-glib.h>

typedef struct {
    OcppAction action;
    /* The pile sends what was asked for in messages of its own, under the requestId: */
    gboolean has_report;
    OcppAction report_action;
    const gchar *report_member; /* the array in each of them */
} CallRule;

/* Returns: (transfer none) (nullable): NULL: not one that an operator may make */
const CallRule *call_rules_find(const gchar *action_name);
/* (transfer none) (nullable): the rule whose report @action is a part of */
const CallRule *call_rules_reported_by(OcppAction action);

/**
 * call_rules_prepare:
 * @payload: (inout): requestId or remoteStartId is set to @new_id where it is needed and absent
 *
 * Returns: FALSE with an #OcppErrorCode and a text that names the field: it must not go out
 */
gboolean call_rules_prepare(const CallRule *rule, JsonObject *payload, gint new_id, GError **error);
