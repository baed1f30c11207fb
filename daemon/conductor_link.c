#define G_LOG_DOMAIN "rearcharged"
/* The fourth part of conductor.h: piles and cars without network. What the trip decides to hand to the pile
 * goes out here, and what the pile says comes back in. */
#include "daemon/conductor_private.h"

#include <string.h>

#include "daemon/net/pile_link.h"
#include "daemon/net/problem.h"

typedef struct {
    Conductor *conductor;
    TripHand hand;
} Handing;

static void on_handed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Handing *handing = data;
    Conductor *self = handing->conductor;
    g_autoptr(GError) error = NULL;
    gboolean admitted = pile_link_hand_over_finish(result, &error);
    const gchar *refusal = NULL;
    Trip before;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the conductor is gone */
    before = self->trip;
    if (!admitted)
        refusal = g_error_matches(error, SERVER_ERROR, SERVER_ERROR_REFUSED) ? error->message : "";
    g_message("pile: %s", admitted             ? "has admitted this car"
                          : refusal[0] != '\0' ? refusal
                                               : "does not answer");
    if (handing->hand == TRIP_HAND_VOUCHER && (admitted || g_str_equal(refusal, "used")))
        voucher_box_spend(self->voucher);
    else if (handing->hand == TRIP_HAND_VOUCHER && refusal[0] != '\0')
        voucher_box_bind(self->voucher, "");
    conductor_conclude_plain(self, &before,
                             trip_link_answered(&self->trip, handing->hand, refusal, g_get_monotonic_time()));
    conductor_store_trip(self);
    conductor_link_follow(self);
}

/* Before it goes out: if this process dies now, the next one knows that there may be a charge, and shows the
 * voucher to no other pile. */
static gboolean store_hand(Conductor *self, TripHand hand, const gchar *evse_key)
{
    return hand == TRIP_HAND_CODE ||
           ((hand != TRIP_HAND_VOUCHER || voucher_box_bind(self->voucher, evse_key)) &&
            conductor_store_trip(self));
}

void conductor_link_step(Conductor *self)
{
    const VehicleFacts *facts = gear_watcher_get_facts(self->parts.gear);
    const VoucherAnswer *voucher = voucher_box_get(self->voucher);
    const gchar *url = "";
    TripHand hand = trip_hand_over(&self->trip, &url);
    PileLinkOffer offer = {.evse_key = self->trip.code.evse.key};
    const gchar *problem;
    Handing *handing;

    if (courier_get_state(self->courier, &problem) == SERVER_ONLINE)
        voucher_box_refresh(self->voucher, &self->trip.consent);

    switch (hand) {
    case TRIP_HAND_CODE:
        offer.kind = PILE_LINK_CODE;
        offer.text = self->trip.order.code.digits;
        offer.order_id = self->trip.order.order_id;
        break;
    case TRIP_HAND_VEHICLE:
        offer.kind = PILE_LINK_VEHICLE;
        offer.text = facts->identification_code;
        break;
    case TRIP_HAND_VOUCHER:
        if (voucher == NULL)
            return;
        offer.kind = PILE_LINK_VOUCHER;
        offer.text = voucher->voucher;
        offer.secret = voucher_box_secret(self->voucher);
        break;
    default:
        return;
    }
    if (!api_link_url_is_valid(url))
        return;
    if (!store_hand(self, hand, offer.evse_key)) {
        trip_hand_failed(&self->trip, g_get_monotonic_time());
        return;
    }
    conductor_link_follow(self);
    handing = g_new0(Handing, 1);
    handing->conductor = self;
    handing->hand = hand;
    pile_link_hand_over_async(url, &offer, self->link_cancellable, on_handed, handing);
}

void conductor_link_facts(Conductor *self)
{
    const VehicleFacts *facts = gear_watcher_get_facts(self->parts.gear);
    gboolean plugged = g_str_equal(facts->plug_state, "connected");
    gboolean has_id = facts->identification_code[0] != '\0';
    gboolean has_voucher = voucher_box_get(self->voucher) != NULL;
    Trip before = self->trip;

    if (plugged == before.plugged && has_id == before.has_id && has_voucher == before.has_voucher)
        return;
    conductor_conclude_plain(self, &before,
                             trip_plug(&self->trip, plugged, has_id, has_voucher, g_get_monotonic_time()));
}

/* A code that is out, or a charge that a pile began by itself, is followed until the pile has told of it,
 * whatever the journey does meanwhile. */
void conductor_link_follow(Conductor *self)
{
    if (store_has_open_code(self->parts.store) || self->trip.untold.n > 0)
        courier_follow(self->courier, COURIER_FOLLOW_CODE, store_load_last_event_id(self->parts.store));
    else
        courier_unfollow(self->courier, COURIER_FOLLOW_CODE);
}

gboolean conductor_get_code(Conductor *self, GError **error)
{
    return conductor_wish(self, trip_tap_code, error);
}

const VoucherAnswer *conductor_get_voucher(const Conductor *self)
{
    return voucher_box_get(self->voucher);
}
