/* Pile link: what the car says to the pile itself, over the pile's own network (protocol/README.md, section
 * 10; HTTP to the simulator, BLE later). Its address comes from the server's answer or the configuration,
 * never from a code that was scanned. No vehicle token, no server secret goes this way.
 */
#pragma once

#include <gio/gio.h>

#include "daemon/net/http_client.h"

typedef enum { PILE_LINK_CODE, PILE_LINK_VEHICLE, PILE_LINK_VOUCHER } PileLinkKind;

/* What is handed over; texts are copied. */
typedef struct {
    PileLinkKind kind;
    const gchar *evse_key; /* as read from the pile's code */
    const gchar *text;     /* the code's digits; the vehicle's name; the voucher */
    const gchar *order_id; /* (nullable): of the code */
    const guint8 *secret;  /* (nullable): VOUCHER_SECRET_BYTES, of the voucher's key */
} PileLinkOffer;

/**
 * pile_link_hand_over_async:
 * @url: api_link_url_is_valid()
 *
 * Finish returns TRUE when the pile has admitted it (or asks its server); FALSE with %SERVER_ERROR_REFUSED,
 * whose message is the pile's reason word, or any other error: no answer.
 */
void pile_link_hand_over_async(const gchar *url, const PileLinkOffer *offer, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean pile_link_hand_over_finish(GAsyncResult *result, GError **error);
