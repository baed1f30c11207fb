/* What an accepted offer does to a price, and the one order that may take it. Accepting is offer_desk.c's
 * business. */
#include "server-stub/desk_private.h"
#include "server-stub/model/offer_terms.h"
#include "server-stub/store/offer_rows.h"

#include "protocol/json_gate.h"

#include <string.h>

/* What was promised, as stored by us. */
static gboolean read_promise(const gchar *text, OfferTerms *terms, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), error);

    /* Its window was judged when it was accepted; here it is only read back. */
    return object != NULL && offer_terms_read(object, 0, terms, error);
}

static gboolean is_free(Desk *self, const gchar *offer_id, const gchar *vehicle_id, const OfferTerms *terms,
                        GError **error)
{
    g_auto(OfferToldRow) told = {0};

    return !terms->single_use || (store_offer_told(self->store, offer_id, vehicle_id, &told, error) &&
                                  (told.order_id[0] == '\0' || told.order_failed));
}

/* FALSE: the tariff that it names is gone, or of another currency: no price that could be promised. */
static gboolean price_of(Desk *self, const OfferTerms *terms, const Tariff *base, Tariff *price,
                         GError **error)
{
    g_autoptr(GArray) tariffs = NULL;

    if (terms->discount_percent > 0) {
        *price = tariff_discount(base, terms->discount_percent);
        return TRUE;
    }
    tariffs = store_tariffs(self->store, error);
    for (guint i = 0; tariffs != NULL && i < tariffs->len; i++) {
        *price = g_array_index(tariffs, Tariff, i);
        if (g_str_equal(price->id, terms->tariff_id))
            return g_str_equal(price->currency, base->currency);
    }
    return FALSE;
}

/* Two offers may cover a point: the driver gets the one that is cheaper for a usual charge. */
static gint64 usual_cost_minor(const Tariff *tariff)
{
    return tariff_cost(tariff, 30000, 2400, -1).sum_minor; /* 30 kWh in 40 minutes */
}

gboolean desk_offer_price(Desk *self, const gchar *vehicle_id, const EvseRow *evse, const StationRow *station,
                          gint64 now_ms, Tariff *tariff, OfferRef *offer, GError **error)
{
    g_autoptr(GPtrArray) accepted = store_offers_accepted(self->store, vehicle_id, now_ms, error);
    const ApiPosition place = {TRUE, station->latitude_deg, station->longitude_deg};
    const Tariff base = *tariff;

    if (accepted == NULL)
        return FALSE;
    for (guint i = 0; i + 1 < accepted->len; i += 2) {
        const gchar *offer_id = g_ptr_array_index(accepted, i);
        g_autofree OfferTerms *terms = g_new0(OfferTerms, 1);
        g_autoptr(GError) broken = NULL;
        GError *failure = NULL;
        Tariff price;
        gboolean fits;

        if (!read_promise(g_ptr_array_index(accepted, i + 1), terms, &broken)) {
            g_warning("offer %s: %s", offer_id, broken->message);
            continue;
        }
        fits = offer_terms_cover(terms, evse->evse_key, evse->station_id, &place) &&
               is_free(self, offer_id, vehicle_id, terms, &failure) &&
               price_of(self, terms, &base, &price, &failure);
        if (failure != NULL) { /* never the full price because the disk failed: the car asks again */
            g_propagate_error(error, failure);
            return FALSE;
        }
        if (!fits || (offer->offer_id[0] != '\0' && usual_cost_minor(&price) >= usual_cost_minor(tariff)))
            continue;
        *tariff = price;
        g_strlcpy(offer->offer_id, offer_id, sizeof offer->offer_id);
        g_strlcpy(offer->text, terms->text, sizeof offer->text);
    }
    return TRUE;
}

gboolean desk_offer_take(Desk *self, const OrderRow *row, GError **error)
{
    g_auto(OfferToldRow) told = {0};
    g_autofree OfferTerms *terms = g_new0(OfferTerms, 1);
    GError *taken = NULL;

    if (row->offer.offer_id[0] == '\0')
        return TRUE;
    if (!store_offer_told(self->store, row->offer.offer_id, row->vehicle_id, &told, error) ||
        !read_promise(told.terms, terms, error)) {
        if (error != NULL && *error == NULL)
            desk_set_error(error, DESK_ERROR_SCAN_EXPIRED,
                           "the offer of this scan is gone; read the code again");
        return FALSE;
    }
    if (store_offer_use(self->store, row->offer.offer_id, row->vehicle_id, terms->single_use,
                        row->order.order_id, &taken))
        return TRUE;
    if (!g_error_matches(taken, STORE_ERROR, STORE_ERROR_EXISTS)) {
        g_propagate_error(error, taken);
        return FALSE;
    }
    g_error_free(taken);
    desk_set_error(error, DESK_ERROR_SCAN_EXPIRED,
                   "the offer of this scan has served another order; read the code again");
    return FALSE;
}
