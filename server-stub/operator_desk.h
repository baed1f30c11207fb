/* Operator desk: what the server keeps for the operator's page: sessions and the last OCPP messages; and one
 * station, order or transaction as the page is told of it.
 */
#pragma once

#include "server-stub/http/web_front.h"
#include "server-stub/operator_views.h"

typedef struct _OperatorDesk OperatorDesk;

/* @token_hash: (nullable): of the operator token; without one nobody gets in */
OperatorDesk *operator_desk_new(const gchar *token_hash);
void operator_desk_free(OperatorDesk *self);

/* What it shows of; copied. Before the first request. */
void operator_desk_look(OperatorDesk *self, const OperatorContext *context);

/* For the web front; their data is the OperatorDesk. */
extern const WebOperatorPorts operator_desk_ports;

void operator_desk_message(OperatorDesk *self, const gchar *station_id, gboolean received, const gchar *text,
                           gsize len);
