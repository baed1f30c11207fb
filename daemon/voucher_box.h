/* Voucher box: the vehicle's key and the one voucher that it keeps for where neither it nor a pile has
 * network (protocol/README.md, sections 2 and 9). Kept in the daemon's store, whose file is 0600; the key
 * never leaves the car.
 */
#pragma once

#include "daemon/journey/consent.h"
#include "daemon/net/http_client.h"
#include "daemon/store/store.h"
#include "protocol/api_voucher.h"
#include "protocol/evse_id.h"

typedef struct VoucherBox VoucherBox;

/* @http: (nullable), borrowed; @store: borrowed. @changed: a voucher came or went */
VoucherBox *voucher_box_new(HttpClient *http, Store *store, void (*changed)(gpointer data), gpointer data);
void voucher_box_free(VoucherBox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VoucherBox, voucher_box_free)

/* The server can be asked now: a voucher is fetched if the consent wants one and none lasts another day. */
void voucher_box_refresh(VoucherBox *self, const Consent *consent);

/* (nullable): good now */
const VoucherAnswer *voucher_box_get(const VoucherBox *self);
const guint8 *voucher_box_secret(const VoucherBox *self);
/* Before it is shown to the pile of @evse_key; "": that pile has refused it, it can be shown to any. Returns:
 * FALSE when it is bound to another, which may have used it, or when that could not be stored */
gboolean voucher_box_bind(VoucherBox *self, const gchar *evse_key);
/* It was handed over and taken: never shown to another pile. */
void voucher_box_spend(VoucherBox *self);
