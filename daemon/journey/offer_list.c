#include "daemon/journey/offer_list.h"

#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

/* Returns: TRUE when there was one at @i */
static gboolean remove_at(OfferList *self, guint i)
{
    if (i >= self->n)
        return FALSE;
    memmove(&self->offers[i], &self->offers[i + 1], (self->n - i - 1) * sizeof self->offers[0]);
    self->n--;
    return TRUE;
}

gboolean offer_list_remove(OfferList *self, const gchar *offer_id)
{
    for (guint i = 0; i < self->n; i++)
        if (g_str_equal(self->offers[i].ref.offer_id, offer_id))
            return remove_at(self, i);
    return FALSE;
}

const Offer *offer_list_find(const OfferList *self, const gchar *offer_id)
{
    for (guint i = 0; i < self->n; i++)
        if (g_str_equal(self->offers[i].ref.offer_id, offer_id))
            return &self->offers[i];
    return NULL;
}

gboolean offer_list_take(OfferList *self, const Offer *offer, gint64 now_ms)
{
    gboolean open =
        (offer->state == OFFER_OPEN || offer->state == OFFER_ACCEPTED) && offer->until_ms > now_ms;
    guint i = 0;

    while (i < self->n && !g_str_equal(self->offers[i].ref.offer_id, offer->ref.offer_id))
        i++;
    if (!open)
        return remove_at(self, i);
    if (i == self->n) {
        self->n = MIN(self->n + 1, OFFER_LIST_MAX);
        i = 0;
        memmove(&self->offers[1], &self->offers[0], (self->n - 1) * sizeof self->offers[0]);
    }
    self->offers[i] = *offer;
    return TRUE;
}

gboolean offer_list_expire(OfferList *self, gint64 now_ms)
{
    gboolean changed = FALSE;

    for (guint i = self->n; i-- > 0;)
        if (self->offers[i].until_ms <= now_ms)
            changed = remove_at(self, i);
    return changed;
}

gint64 offer_list_next_end_ms(const OfferList *self)
{
    gint64 end_ms = G_MAXINT64;

    for (guint i = 0; i < self->n; i++)
        end_ms = MIN(end_ms, self->offers[i].until_ms);
    return end_ms;
}

gchar *offer_list_print(const OfferList *self)
{
    JsonObject *object = json_object_new();
    JsonArray *array = json_array_sized_new(self->n);
    g_autoptr(JsonNode) node = json_write_node(object);

    for (guint i = 0; i < self->n; i++)
        json_array_add_element(array, offer_to_json(&self->offers[i]));
    json_object_set_array_member(object, "offers", array);
    return json_gate_print(node, NULL);
}

void offer_list_read(OfferList *self, const gchar *text)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), NULL);
    JsonArray *array = NULL;

    self->n = 0;
    if (object == NULL ||
        !json_read_array(object, "offers", JSON_REQUIRED, OFFER_LIST_MAX, TRUE, &array, NULL))
        return;
    for (guint i = 0; i < json_array_get_length(array); i++)
        if (offer_from_json(json_array_get_object_element(array, i), &self->offers[self->n], NULL))
            self->n++;
}
