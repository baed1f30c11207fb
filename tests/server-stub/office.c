#include "tests/server-stub/office.h"

#include "protocol/json_gate.h"
#include "server-stub/store/news_rows.h"

#include <string.h>

static void told(const gchar *vehicle_id, gpointer data)
{
    ((Office *)data)->told++;
}

static void rearm(gint64 due_ms, gpointer data)
{
    ((Office *)data)->due_ms = due_ms;
}

static void office_open(Office *o)
{
    static const OfferDeskPorts ports = {told, rearm};

    o->desk = offer_desk_new(o->world->store, o->world->desk, &ports, o);
    offer_desk_tick(o->desk, o->world->now_ms);
}

Office *office_new(void)
{
    Office *o = g_new0(Office, 1);

    o->world = world_new();
    o->world->reachable = TRUE;
    office_open(o);
    return o;
}

void office_free(Office *o)
{
    offer_desk_free(o->desk);
    world_free(o->world);
    g_free(o);
}
void office_restart(Office *o)
{
    offer_desk_free(o->desk);
    world_restart(o->world);
    office_open(o);
}

JsonNode *try_write(Office *o, OfferDeskKind kind, const gchar *id, const gchar *text, GError **error)
{
    g_autoptr(JsonObject) input = json_gate_parse_object(text, strlen(text), NULL);

    cr_assert_not_null(input, "%s", text);
    return offer_desk_write(o->desk, kind, id, input, o->world->now_ms, error);
}

gchar *make(Office *o, OfferDeskKind kind, const gchar *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = try_write(o, kind, NULL, text, &error);

    cr_assert_not_null(node, "%s", error != NULL ? error->message : "");
    return g_strdup(json_object_get_string_member(json_node_get_object(node),
                                                  kind == OFFER_DESK_OFFERS ? "offer_id" : "rule_id"));
}

void subscribe(Office *o, const gchar *vehicle, guint kinds)
{
    StationRow station;
    Subscription subscription = {kinds, 5000, {TRUE, 0, 0}};
    g_autoptr(GError) error = NULL;

    cr_assert(store_station(o->world->store, "PILE1", &station, NULL));
    subscription.position.latitude_deg = station.latitude_deg;
    subscription.position.longitude_deg = station.longitude_deg;
    cr_assert(offer_desk_subscribe(o->desk, vehicle, &subscription, o->world->now_ms, &error), "%s",
              error != NULL ? error->message : "");
}

guint n_news(Office *o, const gchar *vehicle)
{
    g_autoptr(GPtrArray) news = store_news_since(o->world->store, vehicle, 0, o->world->now_ms, 100, NULL);

    return news->len;
}

gchar *offer_text(Office *o, const gchar *rest)
{
    g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc((o->world->now_ms + 60 * MINUTE) / 1000);
    g_autofree gchar *time = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");

    return g_strdup_printf("{\"text\":\"20 %% off\",\"until\":\"%s\",\"station_ids\":[\"PILE1\"],"
                           "\"discount_percent\":20%s}",
                           time, rest);
}

gchar *make_offer(Office *o, const gchar *rest)
{
    g_autofree gchar *text = offer_text(o, rest);

    return make(o, OFFER_DESK_OFFERS, text);
}

gboolean accept_offer(Office *o, const gchar *vehicle, const gchar *offer_id, const gchar **code)
{
    g_autoptr(GError) error = NULL;
    Offer offer;
    gboolean ok = offer_desk_accept(o->desk, vehicle, offer_id, o->world->now_ms, &offer, &error);

    *code = ok ? "" : desk_error_code(error);
    cr_assert(!ok || offer.state == OFFER_ACCEPTED || offer.state == OFFER_USED);
    return ok;
}

ScanAnswer scan_pile1(Office *o, const gchar *vehicle)
{
    ScanAnswer answer;

    cr_assert(scan(o->world, vehicle, EVSE, "", &answer, NULL));
    return answer;
}
