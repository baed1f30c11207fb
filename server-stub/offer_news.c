#include "server-stub/offer_desk_private.h"

#include "protocol/json_gate.h"
#include "server-stub/model/news_limit.h"
#include "server-stub/store/news_rows.h"

LiveOffer *live_offer_new(OfferRow *row)
{
    LiveOffer *self = g_new0(LiveOffer, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) object = json_gate_parse_object(row->terms, strlen(row->terms), &error);

    self->row = row;
    if (object != NULL && offer_terms_read(object, row->created_ms, &self->terms, &error))
        return self;
    g_warning("offer %s: %s", row->offer_id, error->message);
    live_offer_free(self);
    return NULL;
}

void live_offer_free(LiveOffer *self)
{
    offer_row_free(self->row);
    g_free(self);
}

/* Where the offer holds. Returns: how many; stations that are gone do not count */
static guint places_of(OfferDesk *self, const OfferTerms *terms, ApiPosition places[OFFER_MAX_STATIONS],
                       gchar *first_name, gsize size)
{
    guint n = 0;

    if (terms->n_stations == 0) {
        places[0] = terms->place;
        g_strlcpy(first_name, terms->place_name, size);
        return 1;
    }
    for (guint i = 0; i < terms->n_stations; i++) {
        StationRow station;

        if (!store_station(self->store, terms->station_ids[i], &station, NULL))
            continue;
        if (n == 0)
            g_strlcpy(first_name, station.name, size);
        places[n++] = (ApiPosition){TRUE, station.latitude_deg, station.longitude_deg};
    }
    return n;
}

static void add_evses(OfferDesk *self, const OfferTerms *terms, Offer *offer)
{
    EvseRow evse;

    if (terms->evse_key[0] != '\0') {
        if (store_evse(self->store, terms->evse_key, &evse, NULL))
            g_strlcpy(offer->evse_ids[offer->n_evses++], evse.evse_id, API_EVSE_ID_BYTES);
        return;
    }
    for (guint i = 0; i < terms->n_stations; i++) {
        g_autoptr(GArray) evses = store_evses(self->store, terms->station_ids[i], NULL);

        for (guint j = 0; evses != NULL && j < evses->len && offer->n_evses < API_OFFER_MAX_EVSES; j++)
            g_strlcpy(offer->evse_ids[offer->n_evses++], g_array_index(evses, EvseRow, j).evse_id,
                      API_EVSE_ID_BYTES);
    }
}

static OfferState state_of(const LiveOffer *live, const OfferToldRow *told, gint64 now_ms)
{
    if (told->accepted_ms > 0 && live->terms.single_use && told->order_id[0] != '\0' && !told->order_failed)
        return OFFER_USED;
    if (now_ms >= live->terms.until_ms)
        return OFFER_EXPIRED;
    if (told->accepted_ms > 0)
        return OFFER_ACCEPTED; /* a promise outlives a withdrawal */
    return live->row->withdrawn_ms > 0 ? OFFER_WITHDRAWN : OFFER_OPEN;
}

/* As @told; the places are those of the terms. */
static void fill(OfferDesk *self, const LiveOffer *live, const gchar *vehicle_id, const OfferToldRow *told,
                 gint64 now_ms, Offer *offer)
{
    const OfferTerms *terms = &live->terms;
    ApiPosition places[OFFER_MAX_STATIONS];
    Subscription subscription;
    guint n_places;

    *offer = (Offer){.state = state_of(live, told, now_ms),
                     .from_ms = terms->from_ms,
                     .until_ms = terms->until_ms,
                     .single_use = terms->single_use,
                     .radius_m = terms->radius_m,
                     .distance_m = -1,
                     .discount_percent = terms->discount_percent};
    g_strlcpy(offer->ref.offer_id, live->row->offer_id, sizeof offer->ref.offer_id);
    g_strlcpy(offer->ref.text, terms->text, sizeof offer->ref.text);
    n_places = places_of(self, terms, places, offer->place_name, sizeof offer->place_name);
    if (n_places > 0)
        offer->place = places[0];
    store_subscription(self->store, vehicle_id, &subscription, NULL);
    for (guint i = 0; i < n_places && subscription.position.known; i++) {
        gint64 distance_m = api_position_distance_m(&places[i], &subscription.position);

        if (offer->distance_m < 0 || distance_m < offer->distance_m) {
            offer->distance_m = distance_m;
            offer->place = places[i];
        }
    }
    add_evses(self, terms, offer);
    if (terms->discount_percent == 0) {
        g_autoptr(GArray) tariffs = store_tariffs(self->store, NULL);

        for (guint i = 0; tariffs != NULL && i < tariffs->len; i++)
            if (g_str_equal(g_array_index(tariffs, Tariff, i).id, terms->tariff_id))
                offer->tariff = g_array_index(tariffs, Tariff, i);
    }
}

gboolean offer_news_view(OfferDesk *self, LiveOffer *live, const gchar *vehicle_id, gint64 now_ms,
                         Offer *offer, GError **error)
{
    g_auto(OfferToldRow) told = {0};

    if (!store_offer_told(self->store, live->row->offer_id, vehicle_id, &told, error))
        return FALSE;
    fill(self, live, vehicle_id, &told, now_ms, offer);
    offer->event_seq = store_last_event_seq(self->store, vehicle_id, NULL);
    return TRUE;
}

static gboolean put(OfferDesk *self, LiveOffer *live, const gchar *vehicle_id, const OfferToldRow *told,
                    gint64 now_ms, GError **error)
{
    g_autofree Offer *offer = g_new0(Offer, 1);
    g_autoptr(JsonNode) node = NULL;

    fill(self, live, vehicle_id, told, now_ms, offer);
    node = offer_to_json(offer);
    return store_news_put(self->store, vehicle_id, "offer", live->row->offer_id, live->terms.until_ms,
                          json_node_get_object(node), error);
}

/* May it be told one more now? FALSE: it is looked at again when there is room. */
static gboolean has_room(OfferDesk *self, const gchar *vehicle_id, gint64 now_ms)
{
    g_autoptr(GArray) told = store_offers_told_times(self->store, vehicle_id, now_ms, NULL);
    gint64 next_ms = told != NULL
                         ? news_limit_next_ms((const gint64 *)(gpointer)told->data, told->len, now_ms)
                         : now_ms + 60000;

    if (next_ms <= now_ms)
        return TRUE;
    g_hash_table_replace(self->deferred, g_strdup(vehicle_id), g_memdup2(&next_ms, sizeof next_ms));
    return FALSE;
}

/* Does it concern the vehicle, and does the vehicle not know it yet? Then it is told. */
static gboolean consider(OfferDesk *self, LiveOffer *live, const gchar *vehicle_id, gint64 now_ms,
                         GError **error)
{
    ApiPosition places[OFFER_MAX_STATIONS];
    gchar name[API_NAME_BYTES];
    guint n_places = places_of(self, &live->terms, places, name, sizeof name);
    Subscription subscription;
    OfferToldRow none = {.told_ms = now_ms};
    g_auto(OfferToldRow) told = {0};
    g_auto(StoreChange) change = {0};
    gint64 distance_m = -1, accepted = 0, count = 0, used = 0;

    store_subscription(self->store, vehicle_id, &subscription, NULL);
    if (!offer_terms_concern(&live->terms, vehicle_id, &subscription, places, n_places, &distance_m) ||
        store_offer_told(self->store, live->row->offer_id, vehicle_id, &told, NULL))
        return TRUE;
    if (live->terms.max_accepts > 0 &&
        store_offer_counts(self->store, live->row->offer_id, &count, &accepted, &used, NULL) &&
        accepted >= live->terms.max_accepts)
        return TRUE; /* taken: telling would only disappoint */
    if (!has_room(self, vehicle_id, now_ms))
        return TRUE;
    if (!store_begin(self->store, &change, error) ||
        !store_offer_told_add(self->store, live->row->offer_id, vehicle_id, now_ms, error) ||
        !put(self, live, vehicle_id, &none, now_ms, error) || !store_commit(&change, error))
        return FALSE;
    self->ports.told(vehicle_id, self->data);
    return TRUE;
}

/* Degrees of latitude that are surely at least @metres. */
static gdouble latitude_deg(gint64 metres)
{
    return (gdouble)metres / 110000;
}

gboolean offer_news_open(OfferDesk *self, LiveOffer *live, gint64 now_ms, GError **error)
{
    ApiPosition places[OFFER_MAX_STATIONS];
    gchar name[API_NAME_BYTES];
    guint n_places = places_of(self, &live->terms, places, name, sizeof name);
    gdouble reach_deg = latitude_deg(SUBSCRIPTION_MAX_RADIUS_M + live->terms.radius_m);

    for (guint i = 0; i < n_places; i++) {
        g_autoptr(GPtrArray) vehicles = store_subscribers(self->store, places[i].latitude_deg - reach_deg,
                                                          places[i].latitude_deg + reach_deg, error);

        if (vehicles == NULL)
            return FALSE;
        for (guint j = 0; j < vehicles->len; j++)
            if (!consider(self, live, g_ptr_array_index(vehicles, j), now_ms, error))
                return FALSE;
    }
    live->row->opened = TRUE;
    return store_offer_save(self->store, live->row, error);
}

gboolean offer_news_catch_up(OfferDesk *self, const gchar *vehicle_id, gint64 now_ms, GError **error)
{
    g_autoptr(GPtrArray) rows = store_offers(self->store, now_ms, 1000, error);
    gboolean ok = rows != NULL;

    if (rows != NULL)
        g_ptr_array_set_free_func(rows, NULL); /* each goes over to its LiveOffer */
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        g_autoptr(LiveOffer) live = live_offer_new(g_ptr_array_index(rows, i));

        if (ok && live != NULL && offer_terms_is_open(&live->terms, live->row->withdrawn_ms, now_ms))
            ok = consider(self, live, vehicle_id, now_ms, error);
    }
    return ok;
}

gboolean offer_news_withdrawn(OfferDesk *self, LiveOffer *live, gint64 now_ms, GError **error)
{
    g_autoptr(GPtrArray) vehicles = store_offer_told_vehicles(self->store, live->row->offer_id, error);

    for (guint i = 0; vehicles != NULL && i < vehicles->len; i++) {
        const gchar *vehicle_id = g_ptr_array_index(vehicles, i);
        g_auto(OfferToldRow) told = {0};
        g_auto(StoreChange) change = {0};

        /* Who has accepted it keeps it, and has nothing to be told. */
        if (!store_offer_told(self->store, live->row->offer_id, vehicle_id, &told, error) ||
            told.accepted_ms > 0)
            continue;
        if (!store_begin(self->store, &change, error) || !put(self, live, vehicle_id, &told, now_ms, error) ||
            !store_commit(&change, error))
            return FALSE;
        self->ports.told(vehicle_id, self->data);
    }
    return vehicles != NULL;
}
