/* Displays: the messages that the CSMS put on the pile's screen (OCPP 2.0.1 part 2, block O), and which of
 * them are to be seen now. A value with an owned list.
 */
#pragma once

#include "protocol/ocpp_display.h"

#define DISPLAYS_MAX 32

typedef struct {
    GArray *list; /* (element-type OcppDisplayMessage), oldest first */
} Displays;

void displays_init(Displays *self);
void displays_clear(Displays *self);

/* (transfer none) (nullable): valid until the list changes */
const OcppDisplayMessage *displays_find(const Displays *self, gint32 id);

/* Replaces the one of the same id (O06), and of two that must always be in front the older (O01).
 * Returns: FALSE when there is no room */
gboolean displays_put(Displays *self, const OcppDisplayMessage *message);
gboolean displays_remove(Displays *self, gint32 id);

/* Drops what is over at @unix_ms. Returns: TRUE when something was */
gboolean displays_expire(Displays *self, gint64 unix_ms);
/* Drops what belongs to a transaction that is not @is_running any more. Returns: TRUE when something did */
gboolean displays_forget_ended(Displays *self,
                               gboolean (*is_running)(const gchar *transaction_id, gconstpointer data),
                               gconstpointer data);
/* When something begins or ends; G_MAXINT64: never. Unix ms */
gint64 displays_next_ms(const Displays *self, gint64 unix_ms);

/* What one EVSE's front shows. @state: of the EVSE; @transaction_id: running there, "" none.
 * Returns: (transfer full) (element-type OcppDisplayMessage*, borrowed): most important first */
GPtrArray *displays_shown(const Displays *self, gint32 evse_id, OcppMessageState state,
                          const gchar *transaction_id, gint64 unix_ms);

/* (transfer full) */
JsonObject *displays_to_json(const Displays *self);
gboolean displays_from_json(Displays *self, JsonObject *json, GError **error);
