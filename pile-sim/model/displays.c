#include "pile-sim/model/displays.h"

#include "protocol/json_read.h"

void displays_init(Displays *self)
{
    self->list = g_array_new(FALSE, TRUE, sizeof(OcppDisplayMessage));
}

void displays_clear(Displays *self)
{
    g_clear_pointer(&self->list, g_array_unref);
}

static const OcppDisplayMessage *at(const Displays *self, guint i)
{
    return &g_array_index(self->list, OcppDisplayMessage, i);
}

const OcppDisplayMessage *displays_find(const Displays *self, gint32 id)
{
    for (guint i = 0; i < self->list->len; i++)
        if (at(self, i)->id == id)
            return at(self, i);
    return NULL;
}

gboolean displays_remove(Displays *self, gint32 id)
{
    for (guint i = 0; i < self->list->len; i++) {
        if (at(self, i)->id != id)
            continue;
        g_array_remove_index(self->list, i);
        return TRUE;
    }
    return FALSE;
}

gboolean displays_put(Displays *self, const OcppDisplayMessage *message)
{
    displays_remove(self, message->id);
    for (guint i = self->list->len; i > 0; i--)
        if (message->priority == OCPP_PRIORITY_ALWAYS_FRONT &&
            at(self, i - 1)->priority == OCPP_PRIORITY_ALWAYS_FRONT)
            g_array_remove_index(self->list, i - 1);
    if (self->list->len >= DISPLAYS_MAX)
        return FALSE;
    g_array_append_val(self->list, *message);
    return TRUE;
}

gboolean displays_expire(Displays *self, gint64 unix_ms)
{
    guint n = self->list->len;

    for (guint i = n; i > 0; i--)
        if (at(self, i - 1)->end_ms != 0 && unix_ms >= at(self, i - 1)->end_ms) /* O01 */
            g_array_remove_index(self->list, i - 1);
    return self->list->len < n;
}

gboolean displays_forget_ended(Displays *self,
                               gboolean (*is_running)(const gchar *transaction_id, gconstpointer data),
                               gconstpointer data)
{
    guint n = self->list->len;

    for (guint i = n; i > 0; i--)
        if (at(self, i - 1)->transaction_id[0] != '\0' && !is_running(at(self, i - 1)->transaction_id, data))
            g_array_remove_index(self->list, i - 1);
    return self->list->len < n;
}

gint64 displays_next_ms(const Displays *self, gint64 unix_ms)
{
    gint64 next_ms = G_MAXINT64;

    for (guint i = 0; i < self->list->len; i++) {
        if (at(self, i)->start_ms > unix_ms)
            next_ms = MIN(next_ms, at(self, i)->start_ms);
        if (at(self, i)->end_ms > unix_ms)
            next_ms = MIN(next_ms, at(self, i)->end_ms);
    }
    return next_ms;
}

static gboolean is_due(const OcppDisplayMessage *message, gint32 evse_id, OcppMessageState state,
                       const gchar *transaction_id, gint64 unix_ms)
{
    return unix_ms >= message->start_ms && (message->end_ms == 0 || unix_ms < message->end_ms) &&
           (message->state == OCPP_SHOW_ALWAYS || message->state == state) &&
           (message->transaction_id[0] == '\0' || g_str_equal(message->transaction_id, transaction_id)) &&
           (!message->display.evse.present || message->display.evse.id == 0 ||
            message->display.evse.id == evse_id);
}

GPtrArray *displays_shown(const Displays *self, gint32 evse_id, OcppMessageState state,
                          const gchar *transaction_id, gint64 unix_ms)
{
    GPtrArray *shown = g_ptr_array_new();

    for (guint priority = OCPP_PRIORITY_ALWAYS_FRONT; priority <= OCPP_PRIORITY_NORMAL_CYCLE; priority++) {
        for (guint i = 0; i < self->list->len; i++) {
            if (at(self, i)->priority == priority &&
                is_due(at(self, i), evse_id, state, transaction_id, unix_ms))
                g_ptr_array_add(shown, (gpointer)at(self, i));
        }
        if (priority == OCPP_PRIORITY_ALWAYS_FRONT && shown->len > 0)
            break; /* it alone, whatever else there is */
    }
    return shown;
}

JsonObject *displays_to_json(const Displays *self)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < self->list->len; i++)
        json_array_add_object_element(list, ocpp_display_message_to_json(at(self, i)));
    json_object_set_array_member(json, "messages", list);
    return json;
}

gboolean displays_from_json(Displays *self, JsonObject *json, GError **error)
{
    JsonArray *list = NULL;

    if (!json_read_array(json, "messages", JSON_REQUIRED, DISPLAYS_MAX, TRUE, &list, error))
        return FALSE;
    g_array_set_size(self->list, 0);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        OcppDisplayMessage message;

        if (!ocpp_display_message_from_json(json_array_get_object_element(list, i), &message, error))
            return FALSE;
        g_array_append_val(self->list, message);
    }
    return TRUE;
}
