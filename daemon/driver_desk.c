#include "daemon/driver_desk.h"

#include "daemon/driver_bays.h"
#include "daemon/snapshot.h"

static void answer(ChargingCall *call, gboolean done, GError *error)
{
    if (done)
        charging_call_return(call, NULL);
    else
        charging_call_fail(call, error);
}

static void on_order(ChargingCall *call, gpointer data)
{
    GError *error = NULL;
    gboolean done = conductor_order(data, &error);

    answer(call, done, error);
}

static void on_cancel(ChargingCall *call, gpointer data)
{
    GError *error = NULL;
    gboolean done = conductor_cancel(data, &error);

    answer(call, done, error);
}

static void on_get_offline_code(ChargingCall *call, gpointer data)
{
    GError *error = NULL;
    gboolean done = conductor_get_code(data, &error);

    answer(call, done, error);
}

static void on_stop(ChargingCall *call, gpointer data)
{
    GError *error = NULL;
    gboolean done = conductor_stop(data, &error);

    answer(call, done, error);
}

/* Types and ranges were checked by the service. */
static gboolean read_consent(GVariant *dict, Consent *consent, GError **error)
{
    OrderLimits *limits = &consent->limits;
    const gchar *confirm = confirm_mode_name(consent->confirm), *currency = limits->currency;
    gchar chosen[MONEY_CURRENCY_BYTES];

    g_variant_lookup(dict, "confirm", "&s", &confirm);
    g_variant_lookup(dict, "max_cost_minor", "x", &limits->max_cost_minor);
    g_variant_lookup(dict, "currency", "&s", &currency);
    g_variant_lookup(dict, "max_energy_wh", "x", &limits->max_energy_wh);
    g_variant_lookup(dict, "max_duration_s", "x", &limits->max_duration_s);
    g_variant_lookup(dict, "auto_code", "b", &consent->auto_code);
    g_variant_lookup(dict, "voucher", "b", &consent->voucher);
    confirm_mode_from_name(confirm, &consent->confirm);
    g_strlcpy(chosen, currency, sizeof chosen); /* may lie in @limits */
    g_strlcpy(limits->currency, chosen, sizeof limits->currency);
    if (consent->confirm == CONFIRM_TAP || limits->max_cost_minor >= 1)
        return TRUE;
    g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE,
                        "max_cost_minor: needed for park and auto");
    return FALSE;
}

static void on_set_consent(ChargingCall *call, GVariant *dict, gpointer data)
{
    Consent consent = conductor_get_trip(data)->consent;
    GError *error = NULL;
    gboolean done;

    consent.confirm =
        consent.given ? consent.confirm : CONFIRM_TAP; /* what the snapshot shows is what changes */
    consent.given = TRUE;
    done = read_consent(dict, &consent, &error) && conductor_set_consent(data, &consent, &error);
    answer(call, done, error);
}

static GError *storage_error(GError *error)
{
    GError *mapped = g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_STORAGE, error->message);

    g_error_free(error);
    return mapped;
}

static void on_get_history(ChargingCall *call, guint limit, gpointer data)
{
    GError *error = NULL;
    g_autoptr(GArray) orders = store_history(conductor_get_store(data), limit, &error);
    GVariantBuilder builder;

    if (orders == NULL) {
        charging_call_fail(call, storage_error(error));
        return;
    }
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < orders->len; i++)
        g_variant_builder_add_value(&builder,
                                    snapshot_order(&g_array_index(orders, StoredOrder, i).order, TRUE));
    charging_call_return(call, g_variant_new("(aa{sv})", &builder));
}

static void on_get_receipt(ChargingCall *call, const gchar *order_id, gpointer data)
{
    g_autofree StoredOrder *found = g_new0(StoredOrder, 1);
    GError *error = NULL;
    SettlementCheck check;
    GVariant *receipt;

    if (!g_uuid_string_is_valid(order_id)) {
        charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE,
                                                     "order_id: a UUID"));
        return;
    }
    if (!store_find_order(conductor_get_store(data), order_id, found, &error)) {
        charging_call_fail(
            call, error != NULL
                      ? storage_error(error)
                      : g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_FOUND, "no such order"));
        return;
    }
    if (!found->order.has_receipt) {
        charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_FOUND,
                                                     "this order has no receipt"));
        return;
    }
    check = settlement_check(&found->order.receipt, &found->order.limits,
                             found->has_offered ? &found->offered : NULL);
    receipt = snapshot_receipt(&found->order.receipt, &check);
    charging_call_return(call, g_variant_new_tuple(&receipt, 1));
}

static void on_open_preview(ChargingCall *call, gpointer data)
{
    CameraProcess *camera = conductor_get_camera(data);
    g_autoptr(GError) error = NULL;
    gint fd = -1;

    if (camera != NULL)
        fd = camera_process_open_preview(camera, &error);
    if (fd >= 0)
        charging_call_return_fd(call, fd);
    else
        charging_call_fail(call,
                           g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_CAMERA_UNAVAILABLE,
                                               error != NULL ? error->message : "no camera is configured"));
}

static void on_set_subscription(ChargingCall *call, GVariant *dict, gpointer data)
{
    GError *error = NULL;
    gboolean done = news_desk_set_subscription(conductor_get_news(data), dict, &error);

    answer(call, done, error);
}

/* What the driver allows others to know, and what money may depend on: not while driving. */
static gboolean stands(Conductor *conductor, GError **error)
{
    if (conductor_get_trip(conductor)->gear.standing)
        return TRUE;
    g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_STANDING_STILL,
                        "the car must stand still in P");
    return FALSE;
}

static void on_set_sharing(ChargingCall *call, GVariant *dict, gpointer data)
{
    GError *error = NULL;
    gboolean done = stands(data, &error) && news_desk_set_sharing(conductor_get_news(data), dict, &error);

    answer(call, done, error);
}

static void on_offer_accepted(GError *error, gpointer call)
{
    answer(call, error == NULL, error);
}

static void on_accept_offer(ChargingCall *call, const gchar *offer_id, gpointer data)
{
    GError *error = NULL;

    if (stands(data, &error))
        news_desk_accept(conductor_get_news(data), offer_id, on_offer_accepted, call);
    else
        charging_call_fail(call, error);
}

static void on_dismiss_offer(ChargingCall *call, const gchar *offer_id, gpointer data)
{
    GError *error = NULL;
    gboolean done = news_desk_dismiss(conductor_get_news(data), offer_id, &error);

    answer(call, done, error);
}

const ChargingHandlers driver_desk_handlers = {
    .order = on_order,
    .cancel = on_cancel,
    .stop = on_stop,
    .set_consent = on_set_consent,
    .get_history = on_get_history,
    .get_receipt = on_get_receipt,
    .open_preview = on_open_preview,
    .get_offline_code = on_get_offline_code,
    .find_piles = driver_bays_find,
    .reserve = driver_bays_reserve,
    .cancel_reservation = driver_bays_cancel,
    .move_reservation = driver_bays_move,
    .get_reservations = driver_bays_list,
    .set_subscription = on_set_subscription,
    .set_sharing = on_set_sharing,
    .accept_offer = on_accept_offer,
    .dismiss_offer = on_dismiss_offer,
};
