#include "server-stub/code_views.h"

#include "protocol/json_write.h"
#include "server-stub/store/voucher_rows.h"
#include "server-stub/vehicle_code_input.h"

#define VIEW_MAX_ROWS 1000

static JsonNode *wrap(const gchar *name, JsonArray *array)
{
    JsonObject *object = json_object_new();

    json_object_set_array_member(object, name, array);
    return json_write_node(object);
}

JsonNode *view_codes(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_vehicle_codes(c->store, NULL, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_new();
    for (guint i = 0; i < MIN(rows->len, VIEW_MAX_ROWS); i++)
        json_array_add_object_element(views, vehicle_code_to_json(&g_array_index(rows, VehicleCodeRow, i)));
    return wrap("codes", views);
}

JsonNode *view_local_lists(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_lists(c->store, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const ListRow *row = &g_array_index(rows, ListRow, i);
        JsonObject *view = json_object_new();

        json_object_set_string_member(view, "station_id", row->station_id);
        json_object_set_int_member(view, "version", row->version);
        json_object_set_int_member(view, "entries", row->n_entries);
        json_object_set_boolean_member(view, "up_to_date",
                                       desk_list_is_current(c->desk, row->station_id, now_ms));
        if (row->told_ms > 0)
            json_write_time(view, "told_at", row->told_ms);
        json_write_text(view, "problem", row->problem);
        json_array_add_object_element(views, view);
    }
    return wrap("lists", views);
}

/* Never the digits: whoever sees the page could charge with them. */
JsonNode *view_offline_codes(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_codes(c->store, VIEW_MAX_ROWS, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const CodeRow *row = &g_array_index(rows, CodeRow, i);
        JsonObject *view = json_object_new();

        json_object_set_string_member(view, "order_id", row->order_id);
        json_object_set_string_member(view, "vehicle_id", row->vehicle_id);
        json_object_set_string_member(view, "station_id", row->station_id);
        json_object_set_int_member(view, "evse", row->evse_no);
        json_write_time(view, "issued_at", row->issued_ms);
        json_write_time(view, "valid_until", row->expires_ms);
        json_object_set_int_member(view, "max_energy_wh", row->energy_wh);
        json_object_set_string_member(view, "state",
                                      row->transaction_id[0] != '\0' ? "used"
                                      : row->expires_ms <= now_ms    ? "expired"
                                                                     : "issued");
        json_array_add_object_element(views, view);
    }
    return wrap("offline_codes", views);
}

JsonNode *view_vouchers(const OperatorContext *c, gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = store_vouchers(c->store, VIEW_MAX_ROWS, error);
    JsonArray *views;

    if (rows == NULL)
        return NULL;
    views = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const VoucherRow *row = &g_array_index(rows, VoucherRow, i);
        JsonObject *view = json_object_new();

        json_object_set_string_member(view, "voucher_id", row->voucher_id);
        json_object_set_string_member(view, "vehicle_id", row->vehicle_id);
        json_write_time(view, "issued_at", row->issued_ms);
        json_write_time(view, "expires_at", row->expires_ms);
        json_object_set_int_member(view, "energy_cap_wh", row->energy_cap_wh);
        json_object_set_int_member(view, "uses", row->uses);
        json_array_add_object_element(views, view);
    }
    return wrap("vouchers", views);
}
