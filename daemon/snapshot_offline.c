/* The part of snapshot.h about piles and cars without network. */
#include "daemon/snapshot.h"

#include "base/utc_time.h"
#include "daemon/snapshot_put.h"

static void put_time(GVariantBuilder *builder, const gchar *key, gint64 unix_ms)
{
    gchar text[UTC_TIME_TEXT_BYTES];

    utc_time_format(unix_ms, text);
    snapshot_put_text(builder, key, text);
}

GVariant *snapshot_offline(const Trip *trip, const VoucherAnswer *voucher)
{
    static const gchar *const links[] = {"", "asking", "accepted", "refused", "away"};
    static const gchar *const hands[] = {"", "code", "vehicle", "voucher"};
    const gchar *state = trip_offline_state(trip);
    const gchar *digits = trip->order.code.digits;
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    if (state[0] == '\0' && trip->link == TRIP_LINK_QUIET && voucher == NULL)
        return g_variant_builder_end(&builder);
    snapshot_put_text(&builder, "state", state);
    if (g_str_equal(state, "code")) {
        g_autofree gchar *grouped =
            g_strdup_printf("%.4s-%.4s-%.4s-%.4s", digits, digits + 4, digits + 8, digits + 12);

        snapshot_put_text(&builder, "digits", grouped);
        put_time(&builder, "valid_until", trip->order.code.valid_until_ms);
        snapshot_put(&builder, "max_energy_wh", g_variant_new_int64(trip->order.code.max_energy_wh));
        snapshot_put_text(&builder, "evse_id", trip->order.evse_id);
    }
    snapshot_put_text(&builder, "link", links[trip->link]);
    snapshot_put_text(&builder, "handed", hands[trip->handed]);
    snapshot_put_text(&builder, "refusal", trip->link_refusal);
    snapshot_put(&builder, "voucher", g_variant_new_boolean(voucher != NULL));
    if (voucher != NULL) {
        put_time(&builder, "voucher_until", voucher->expires_ms);
        snapshot_put(&builder, "voucher_energy_wh", g_variant_new_int64(voucher->energy_cap_wh));
    }
    snapshot_put_text(&builder, "next", trip_offline_next(trip));
    return g_variant_builder_end(&builder);
}
