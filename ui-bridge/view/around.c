#include "ui-bridge/view/around.h"

#include <math.h>
#include <string.h>

#include "base/money.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "ui-bridge/view/facts.h"
#include "ui-bridge/view/scene.h"

#define METRES_PER_DEGREE 111195.0 /* of latitude, on a sphere of 6,371 km */
#define EVSE_MAX_BYTES 48
#define FARTHEST_M 20000000.0

typedef struct {
    gdouble latitude, longitude;
} Place;

static gchar *distance_text(gint64 metres)
{
    gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

    if (metres < 0)
        return g_strdup("");
    if (metres < 1000)
        return g_strdup_printf("%" G_GINT64_FORMAT " m", (metres + 5) / 10 * 10);
    return g_strdup_printf("%s km", g_ascii_formatd(digits, sizeof digits, "%.1f", (gdouble)metres / 1000));
}

/* The hour and minute of a time in UTC text: short enough for a glance. */
static gchar *hour_text(const gchar *time, gint64 unix_ms)
{
    return unix_ms >= 0 && strlen(time) >= 16 ? g_strdup_printf("%.5s UTC", time + 11) : g_strdup("");
}

/* What else it costs, in one line. */
static gchar *fees_text(View *view, GVariant *pile)
{
    static const struct {
        const gchar *key, *label;
    } parts[] = {{"flat", "fee_flat"}, {"per_hour", "fee_hour"}};
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        gdouble amount = facts_real(pile, parts[i].key, 0);
        g_autofree gchar *digits = facts_price(amount);

        if (amount > 0)
            g_string_append_printf(text, "%s+ %s %s %s", text->len > 0 ? " " : "", digits,
                                   facts_text(pile, "currency"), words_label(view->language, parts[i].label));
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What the driver wants to know of a bay: is it free, and if not, why. */
static void put_state(View *view, GVariant *pile)
{
    gboolean free_now = facts_flag(pile, "free");
    const gchar *status = facts_text(pile, "status");
    gboolean broken = g_str_equal(status, "OUTOFORDER") || g_str_equal(status, "INOPERATIVE");

    view_put(view, "status",
             free_now ? words_label(view->language, "free_now") : view_say(view, "status", status));
    view_put(view, "tone", free_now ? "good" : broken ? "bad" : "attention");
    view_put_flag(view, "free", free_now);
}

/* Also what is no number becomes one that can be drawn. */
static gint64 whole_metres(gdouble metres)
{
    return isfinite(metres) ? (gint64)round(CLAMP(metres, -FARTHEST_M, FARTHEST_M)) : 0;
}

static void put_place(View *view, GVariant *pile, Place centre)
{
    gdouble north = (facts_real(pile, "latitude", centre.latitude) - centre.latitude) * METRES_PER_DEGREE;
    gdouble east = (facts_real(pile, "longitude", centre.longitude) - centre.longitude) * METRES_PER_DEGREE *
                   cos(centre.latitude * G_PI / 180);

    view_put_number(view, "east_m", whole_metres(east));
    view_put_number(view, "north_m", whole_metres(north));
}

static void put_pile(View *view, GVariant *pile, Place centre, const gchar *mine)
{
    g_autofree gchar *distance = distance_text(facts_number(pile, "distance_m"));
    g_autofree gchar *power = g_strdup_printf("%s %" G_GINT64_FORMAT " kW", facts_text(pile, "power_type"),
                                              (facts_number(pile, "max_power_w") / 100 + 5) / 10);
    g_autofree gchar *price = facts_energy_price(pile);
    g_autofree gchar *fees = fees_text(view, pile);
    g_autofree gchar *no_show =
        money_format(facts_number(pile, "no_show_minor"), facts_text(pile, "currency"));

    view_begin(view, NULL);
    view_put(view, "evse", facts_text(pile, "evse_id"));
    view_put(view, "place", facts_text(pile, "location"));
    view_put(view, "operator", facts_text(pile, "operator"));
    view_put(view, "distance", distance);
    put_place(view, pile, centre);
    view_put(view, "power", facts_number(pile, "max_power_w") > 0 ? g_strstrip(power) : "");
    view_put(view, "connector", view_say(view, "connector", facts_text(pile, "connector")));
    view_put(view, "price", price);
    view_put(view, "fees", fees);
    view_put(view, "no_show", facts_number(pile, "no_show_minor") > 0 ? no_show : "");
    put_state(view, pile);
    view_put_flag(view, "mine", g_str_equal(facts_text(pile, "evse_id"), mine));
    view_end(view);
}

static Place centre_of(GVariant *snapshot, GVariant *piles)
{
    g_autoptr(GVariant) position = facts_dict(snapshot, "position");
    gsize n = piles != NULL ? g_variant_n_children(piles) : 0;
    Place sum = {0};

    if (position != NULL)
        return (Place){facts_real(position, "latitude", 0), facts_real(position, "longitude", 0)};
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) pile = g_variant_get_child_value(piles, i);

        sum.latitude += facts_real(pile, "latitude", 0) / (gdouble)n;
        sum.longitude += facts_real(pile, "longitude", 0) / (gdouble)n;
    }
    return sum;
}

static gchar *offer_price(GVariant *offer)
{
    guint32 percent = 0;

    if (g_variant_lookup(offer, "discount_percent", "u", &percent) && percent > 0)
        return g_strdup_printf("−%u %%", percent);
    return facts_energy_price(offer);
}

static void put_offer(View *view, GVariant *offer)
{
    g_autofree gchar *distance = distance_text(facts_number(offer, "distance_m"));
    g_autofree gchar *where =
        g_strdup_printf("%s%s%s", facts_text(offer, "place"), distance[0] != '\0' ? ", " : "", distance);
    g_autofree gchar *until = hour_text(facts_text(offer, "until"), facts_time_ms(offer, "until"));
    g_autofree gchar *price = offer_price(offer);

    view_begin(view, NULL);
    view_put(view, "id", facts_text(offer, "offer_id"));
    view_put(view, "text", facts_text(offer, "text"));
    view_put(view, "where", where);
    view_put(view, "until", until);
    view_put(view, "price", price);
    view_put_flag(view, "accepted", g_str_equal(facts_text(offer, "state"), "accepted"));
    view_end(view);
}

void around_put(View *view, GVariant *snapshot, gboolean parked)
{
    g_autoptr(GVariant) piles = g_variant_lookup_value(snapshot, "nearby", G_VARIANT_TYPE("aa{sv}"));
    g_autoptr(GVariant) offers = g_variant_lookup_value(snapshot, "offers", G_VARIANT_TYPE("aa{sv}"));
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");
    gboolean held = scene_reservation_is_open(snapshot);
    Place centre = centre_of(snapshot, piles);

    if (!parked) {
        view_put_null(view, "around");
        return;
    }
    view_begin(view, "around");
    view_begin_list(view, "piles");
    for (gsize i = 0; piles != NULL && i < g_variant_n_children(piles); i++) {
        g_autoptr(GVariant) pile = g_variant_get_child_value(piles, i);

        put_pile(view, pile, centre, held ? facts_text(reservation, "evse_id") : "\n");
    }
    view_end_list(view);
    view_begin_list(view, "offers");
    for (gsize i = 0; offers != NULL && i < g_variant_n_children(offers); i++) {
        g_autoptr(GVariant) offer = g_variant_get_child_value(offers, i);

        put_offer(view, offer);
    }
    view_end_list(view);
    view_end(view);
}

/* Returns: (transfer full): "Garage Bay 2, 210 m"; "" without one */
static gchar *alternative_text(GVariant *reservation)
{
    g_autoptr(GVariant) other = facts_dict(reservation, "alternative");
    g_autofree gchar *distance = other != NULL ? distance_text(facts_number(other, "distance_m")) : NULL;

    if (other == NULL)
        return g_strdup("");
    return g_strdup_printf("%s%s%s", facts_text(other, "location"), distance[0] != '\0' ? ", " : "",
                           distance);
}

void around_put_reservation_card(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");
    g_autofree gchar *until = NULL, *no_show = NULL, *charged = NULL, *other = NULL;

    g_return_if_fail(reservation != NULL);
    until = hour_text(facts_text(reservation, "until"), facts_time_ms(reservation, "until"));
    no_show = money_format(facts_number(reservation, "no_show_minor"), facts_text(reservation, "currency"));
    charged = money_format(facts_number(reservation, "charged_minor"), facts_text(reservation, "currency"));
    other = alternative_text(reservation);
    view_begin(view, NULL);
    view_put(view, "id", "reservation");
    view_put(view, "title", words_label(view->language, "reservation"));
    view_begin_list(view, "rows");
    cards_put_row(view, "place", facts_text(reservation, "location"), "strong");
    cards_put_row(view, "operator", facts_text(reservation, "operator"), "");
    cards_put_row(view, "number", facts_text(reservation, "evse_id"), "");
    cards_put_row(view, "until", until, "strong");
    cards_put_row(view, "no_show", facts_number(reservation, "no_show_minor") > 0 ? no_show : "", "");
    cards_put_row(view, "charged", facts_number(reservation, "charged_minor") > 0 ? charged : "",
                  "attention");
    cards_put_row(view, "alternative", other, "good");
    view_end_list(view);
    view_end(view);
}

void around_put_reservation(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");
    const gchar *state = NULL, *reason = NULL;
    gboolean open = scene_reservation_is_open(snapshot), taken = scene_reservation_is_taken(snapshot);

    if (reservation == NULL) {
        view_put_null(view, "reservation");
        return;
    }
    state = facts_text(reservation, "state");
    if (!taken && g_str_equal(state, "taken"))
        state = "held"; /* it is this car that stands there */
    if (state[0] == '\0')
        state = "requested";
    reason = facts_text(reservation, facts_text(reservation, "problem")[0] != '\0' ? "problem" : "reason");
    view_begin(view, "reservation");
    view_put(view, "state", state);
    view_put(view, "title", view_say(view, "reservation", state));
    view_put(view, "advice", reason[0] != '\0' ? view_say(view, "reservation_why", reason) : "");
    view_put(view, "tone", taken || !open ? "attention" : "good");
    view_put(view, "evse", facts_text(reservation, "evse_id"));
    view_put_flag(view, "open", open);
    view_end(view);
}

GVariant *around_query(const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) form = json_gate_parse_object(text, len, error);
    g_auto(GVariantBuilder) query = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    gint64 radius_m = 0, min_power_w = -1;
    gdouble max_price = -1;
    gboolean free_now = FALSE;
    const gchar *connector = NULL;

    if (form == NULL || !json_read_int(form, "radius_m", JSON_OPTIONAL, 1, 100000, &radius_m, error) ||
        !json_read_int(form, "min_power_w", JSON_OPTIONAL, 0, 4000000, &min_power_w, error) ||
        !json_read_number(form, "max_price", JSON_OPTIONAL, 0, 1000000, &max_price, error) ||
        !json_read_boolean(form, "free_now", JSON_OPTIONAL, &free_now, error) ||
        !json_read_string(form, "connector", JSON_OPTIONAL, EVSE_MAX_BYTES, &connector, error))
        return NULL;
    g_variant_builder_add(&query, "{sv}", "watch", g_variant_new_boolean(TRUE));
    if (radius_m > 0)
        g_variant_builder_add(&query, "{sv}", "radius_m", g_variant_new_uint32((guint32)radius_m));
    if (min_power_w > 0)
        g_variant_builder_add(&query, "{sv}", "min_power_w", g_variant_new_int64(min_power_w));
    if (max_price >= 0)
        g_variant_builder_add(&query, "{sv}", "max_price", g_variant_new_double(max_price));
    if (free_now)
        g_variant_builder_add(&query, "{sv}", "free_now", g_variant_new_boolean(TRUE));
    if (connector != NULL && connector[0] != '\0')
        g_variant_builder_add(&query, "{sv}", "connector", g_variant_new_string(connector));
    return g_variant_ref_sink(g_variant_builder_end(&query));
}

gchar *around_evse(const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) form = json_gate_parse_object(text, len, error);
    const gchar *evse = NULL;

    if (form == NULL || !json_read_string(form, "evse", JSON_REQUIRED, EVSE_MAX_BYTES, &evse, error))
        return NULL;
    return g_strdup(evse);
}
