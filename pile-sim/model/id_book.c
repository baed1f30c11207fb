#include "pile-sim/model/id_book.h"

#include <string.h>

#include "protocol/json_read.h"

void id_book_init(IdBook *self)
{
    *self = (IdBook){.rules = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free), .next_stamp = 1};
}

void id_book_clear(IdBook *self)
{
    g_clear_pointer(&self->rules, g_hash_table_unref);
}

guint id_book_size(const IdBook *self)
{
    return g_hash_table_size(self->rules);
}

const IdRule *id_book_find(const IdBook *self, const gchar *hash)
{
    return g_hash_table_lookup(self->rules, hash);
}

/* @rule: copied; its stamp becomes the newest. */
static void put_rule(IdBook *self, const IdRule *rule)
{
    IdRule *own = g_memdup2(rule, sizeof *rule);

    own->stamp = self->next_stamp++;
    g_hash_table_replace(self->rules, own->hash, own);
}

void id_book_put(IdBook *self, const gchar *hash, const OcppIdTokenInfo *info)
{
    IdRule rule = {.status = info->status,
                   .expiry_ms = info->cache_expiry_ms,
                   .n_evse_ids = MIN(info->n_evse_ids, OCPP_MAX_ALLOWED_EVSES)};

    g_strlcpy(rule.hash, hash, sizeof rule.hash);
    memcpy(rule.evse_ids, info->evse_ids, rule.n_evse_ids * sizeof *rule.evse_ids);
    put_rule(self, &rule);
}

void id_book_remove(IdBook *self, const gchar *hash)
{
    g_hash_table_remove(self->rules, hash);
}

static gint by_stamp(gconstpointer a, gconstpointer b)
{
    const IdRule *left = *(const IdRule *const *)a, *right = *(const IdRule *const *)b;

    return (left->stamp > right->stamp) - (left->stamp < right->stamp);
}

/* (transfer container): oldest first */
static GPtrArray *in_order(const IdBook *self)
{
    GPtrArray *rules = g_ptr_array_sized_new(id_book_size(self));
    GHashTableIter iter;
    gpointer rule = NULL;

    g_hash_table_iter_init(&iter, self->rules);
    while (g_hash_table_iter_next(&iter, NULL, &rule))
        g_ptr_array_add(rules, rule);
    g_ptr_array_sort(rules, by_stamp);
    return rules;
}

gboolean id_book_shrink(IdBook *self, guint size)
{
    g_autoptr(GPtrArray) rules = NULL;
    guint n = id_book_size(self);

    if (n <= size)
        return FALSE;
    rules = in_order(self);
    for (guint i = 0; i < n - size; i++)
        id_book_remove(self, ((IdRule *)g_ptr_array_index(rules, i))->hash);
    return TRUE;
}

void id_book_copy(const IdBook *from, IdBook *to)
{
    g_autoptr(GPtrArray) rules = in_order(from);

    id_book_init(to);
    for (guint i = 0; i < rules->len; i++)
        put_rule(to, g_ptr_array_index(rules, i));
}

IdRuleVerdict id_rule_judge(const IdRule *rule, gint32 evse, gint64 floor_ms)
{
    gboolean here = rule->n_evse_ids == 0;

    for (guint i = 0; i < rule->n_evse_ids; i++)
        here |= rule->evse_ids[i] == evse;
    if (rule->status == OCPP_AUTHORIZATION_EXPIRED || (rule->expiry_ms > 0 && floor_ms >= rule->expiry_ms))
        return ID_RULE_EXPIRED;
    return rule->status == OCPP_AUTHORIZATION_ACCEPTED && here ? ID_RULE_GOOD : ID_RULE_BLOCKED;
}

void id_book_write(const IdBook *self, JsonObject *json)
{
    g_autoptr(GPtrArray) rules = in_order(self);
    JsonArray *ids = json_array_sized_new(rules->len);

    for (guint i = 0; i < rules->len; i++) {
        const IdRule *rule = g_ptr_array_index(rules, i);
        JsonObject *id = json_object_new();

        json_object_set_string_member(id, "hash", rule->hash);
        json_object_set_string_member(id, "status", ocpp_authorization_status_names[rule->status]);
        if (rule->expiry_ms > 0)
            json_object_set_int_member(id, "expiry_ms", rule->expiry_ms);
        if (rule->n_evse_ids > 0) {
            JsonArray *evses = json_array_new();
            for (guint n = 0; n < rule->n_evse_ids; n++)
                json_array_add_int_element(evses, rule->evse_ids[n]);
            json_object_set_array_member(id, "evses", evses);
        }
        json_array_add_object_element(ids, id);
    }
    json_object_set_array_member(json, "ids", ids);
}

static gboolean read_evses(JsonObject *json, IdRule *rule, GError **error)
{
    JsonArray *evses = NULL;

    if (!json_read_array(json, "evses", JSON_OPTIONAL, OCPP_MAX_ALLOWED_EVSES, FALSE, &evses, error))
        return FALSE;
    rule->n_evse_ids = evses != NULL ? json_array_get_length(evses) : 0;
    for (guint i = 0; i < rule->n_evse_ids; i++) {
        JsonNode *node = json_array_get_element(evses, i);
        gint64 id = JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64
                        ? json_node_get_int(node)
                        : -1;

        if (id < 1 || id > G_MAXINT32) {
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "evses: EVSE ids expected");
            return FALSE;
        }
        rule->evse_ids[i] = (gint32)id;
    }
    return TRUE;
}

gboolean id_book_read(IdBook *self, JsonObject *json, guint max_entries, GError **error)
{
    JsonArray *ids = NULL;

    if (!json_read_array(json, "ids", JSON_REQUIRED, max_entries, TRUE, &ids, error))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(ids); i++) {
        JsonObject *id = json_array_get_object_element(ids, i);
        IdRule rule = {0};
        guint status = 0;

        if (!json_read_text(id, "hash", JSON_REQUIRED, rule.hash, sizeof rule.hash, error) ||
            !json_read_enum(id, "status", JSON_REQUIRED, ocpp_authorization_status_names, &status, error) ||
            !json_read_int(id, "expiry_ms", JSON_OPTIONAL, 1, G_MAXINT64, &rule.expiry_ms, error) ||
            !read_evses(id, &rule, error))
            return FALSE;
        rule.status = status;
        put_rule(self, &rule);
    }
    return TRUE;
}
