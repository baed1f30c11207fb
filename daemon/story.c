#define G_LOG_DOMAIN "rearcharged"
#include "daemon/story.h"

#include <math.h>
#include <string.h>

#include "base/money.h"

static void tell_gear(const Trip *before, const Trip *after)
{
    if (before->gear.gear != after->gear.gear) {
        const gchar *name = gear_name(after->gear.gear);

        if (isnan(after->gear.speed_kmh))
            g_message("gear %s", name[0] != '\0' ? name : "unknown");
        else
            g_message("gear %s at %.1f km/h", name[0] != '\0' ? name : "unknown", after->gear.speed_kmh);
    }
    if (!before->gear.standing && after->gear.standing)
        g_message("standing still");
}

static gchar *price(const Tariff *tariff)
{
    GString *text = g_string_new(NULL);

    if (tariff->energy_micro_per_kwh > 0)
        g_string_append_printf(text, "%.4g %s/kWh", (gdouble)tariff->energy_micro_per_kwh / 1e6,
                               tariff->currency);
    if (tariff->flat_micro > 0)
        g_string_append_printf(text, " + %.2f start fee", (gdouble)tariff->flat_micro / 1e6);
    if (tariff->time_micro_per_hour > 0)
        g_string_append_printf(text, " + %.2f an hour", (gdouble)tariff->time_micro_per_hour / 1e6);
    return g_string_free(text, FALSE);
}

static void tell_offer(const Trip *trip)
{
    g_autofree gchar *cost = price(&trip->offer.tariff);

    g_message("offered: %s of %s at %s, trust %s, bay %s%s", trip->offer.evse_id, trip->offer.operator_name,
              cost, trust_names[trip->offer.trust], bay_names[trip->offer.bay],
              trip->offer.reachable ? "" : ", not reachable now");
}

static void tell_receipt(const Trip *trip)
{
    const Receipt *receipt = &trip->order.receipt;
    g_autofree gchar *total = money_format(receipt->cost.total_minor, receipt->tariff.currency);

    g_message("receipt: %.3f kWh, %s; own calculation: %s", (gdouble)receipt->energy_wh / 1000, total,
              settlement_verdict_name(trip->check.verdict));
}

static void tell_order(const Trip *trip)
{
    g_autofree gchar *limit =
        money_format(trip->request.limits.max_cost_minor, trip->request.limits.currency);

    g_message("ordering %s, at most %s", trip->code.evse.text, limit);
}

static void tell_state(const Trip *trip)
{
    switch (trip->state) {
    case JOURNEY_SCANNING:
        g_message("looking for a code");
        break;
    case JOURNEY_LOOKING_UP:
        g_message("code read: %s; asking the server", trip->code.evse.text);
        break;
    case JOURNEY_OFFERED:
        tell_offer(trip);
        break;
    case JOURNEY_ORDERING:
        tell_order(trip);
        break;
    case JOURNEY_WAITING_PLUG:
        g_message("accepted: the pile waits for the plug");
        break;
    case JOURNEY_CHARGING:
        g_message("charging");
        break;
    case JOURNEY_SETTLING:
        g_message("charging ended, waiting for the receipt");
        break;
    case JOURNEY_CANCELLING:
        g_message("cancelling the order");
        break;
    case JOURNEY_DONE:
        tell_receipt(trip);
        break;
    case JOURNEY_FAILED:
        g_message("failed");
        break;
    default:
        g_message("idle");
    }
}

void story_tell(const Trip *before, const Trip *after)
{
    tell_gear(before, after);
    /* Offered and ordered in one step (stored consent): the offer is part of the story. */
    if (after->state == JOURNEY_ORDERING && before->state == JOURNEY_LOOKING_UP)
        tell_offer(after);
    if (before->state != after->state)
        tell_state(after);
    else if (after->state == JOURNEY_LOOKING_UP && before->look_up_serial != after->look_up_serial)
        g_message("asking the server about %s", after->code.evse.text);
    if (after->notice[0] != '\0' && strcmp(before->notice, after->notice) != 0)
        g_message("notice to the driver: %s", after->notice);
}

void story_tell_camera(const CameraMsg *msg)
{
    if (msg->type == CAMERA_MSG_FIRST_FRAME)
        g_message("camera: first picture after %" G_GINT64_FORMAT " ms", msg->after_ms);
    else if (msg->type == CAMERA_MSG_READY)
        g_message("camera: ready");
    else if (msg->type == CAMERA_MSG_STATE)
        g_message("camera: %s%s%s", camera_state_name(msg->state), msg->detail[0] != '\0' ? ", " : "",
                  msg->detail);
    else if (msg->type == CAMERA_MSG_DECODER)
        g_message("camera: decoder replaced (%s), %" G_GUINT64_FORMAT " in all",
                  camera_decoder_why_name(msg->why), msg->total);
}
