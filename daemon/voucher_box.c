#define G_LOG_DOMAIN "rearcharged"
#include "daemon/voucher_box.h"

#include <string.h>

#include "base/identifier.h"
#include "daemon/net/backoff.h"
#include "daemon/net/json_call.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "protocol/voucher.h"

#define RENEW_MS (24 * 60 * 60 * G_GINT64_CONSTANT(1000))
#define MAX_TRIES 6
#define RETRY_US (60 * 60 * G_GINT64_CONSTANT(1000000)) /* after a refusal */

struct VoucherBox {
    HttpClient *http; /* (nullable) */
    Store *store;
    void (*changed)(gpointer data);
    gpointer data;
    GCancellable *cancellable;
    gchar seed[2 * VOUCHER_SEED_BYTES + 1]; /* hex */
    gchar client_ref[API_UUID_BYTES];       /* of the request under way; stored before it is sent */
    gboolean has_voucher, asking;
    gchar bound_to[EVSE_ID_KEY_MAX_BYTES + 1]; /* key of the charging point it was shown to; "" none */
    VoucherAnswer voucher;
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES];
    gint64 not_before_us;
    Consent consent; /* of the last wish */
    Backoff backoff;
    guint again_source;
};

static gboolean derive_keys(VoucherBox *self)
{
    guint8 seed[VOUCHER_SEED_BYTES];

    if (strlen(self->seed) != 2 * VOUCHER_SEED_BYTES)
        return FALSE;
    for (gsize i = 0; i < sizeof seed; i++) {
        gint high = g_ascii_xdigit_value(self->seed[2 * i]),
             low = g_ascii_xdigit_value(self->seed[2 * i + 1]);

        if (high < 0 || low < 0)
            return FALSE;
        seed[i] = (guint8)(high * 16 + low);
    }
    voucher_key_pair(seed, self->key, self->secret);
    return TRUE;
}

static gboolean save(VoucherBox *self)
{
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;

    json_object_set_string_member(object, "seed", self->seed);
    json_write_text(object, "client_ref", self->client_ref);
    if (self->has_voucher) {
        json_object_set_member(object, "voucher", voucher_answer_to_json(&self->voucher));
        json_write_text(object, "bound_to", self->bound_to);
    }
    node = json_write_node(object);
    text = json_gate_print(node, NULL);
    if (store_save_voucher(self->store, text, &error))
        return TRUE;
    g_warning("storage: %s", error->message);
    return FALSE;
}

static void load(VoucherBox *self)
{
    g_autofree gchar *text = store_load_voucher(self->store);
    g_autoptr(JsonObject) object = text != NULL ? json_gate_parse_object(text, strlen(text), NULL) : NULL;
    JsonObject *voucher = NULL;

    if (object != NULL &&
        json_read_text(object, "seed", JSON_REQUIRED, self->seed, sizeof self->seed, NULL) &&
        json_read_text(object, "client_ref", JSON_OPTIONAL, self->client_ref, sizeof self->client_ref,
                       NULL) &&
        json_read_object(object, "voucher", JSON_OPTIONAL, &voucher, NULL) &&
        json_read_text(object, "bound_to", JSON_OPTIONAL, self->bound_to, sizeof self->bound_to, NULL) &&
        derive_keys(self)) {
        self->has_voucher = voucher != NULL && voucher_answer_from_json(voucher, &self->voucher, NULL);
        return;
    }
    {
        g_autofree gchar *seed = identifier_new_secret(VOUCHER_SEED_BYTES);

        g_strlcpy(self->seed, seed, sizeof self->seed);
        self->client_ref[0] = '\0';
    }
    derive_keys(self); /* stored with the first request */
}

VoucherBox *voucher_box_new(HttpClient *http, Store *store, void (*changed)(gpointer data), gpointer data)
{
    VoucherBox *self = g_new0(VoucherBox, 1);

    self->http = http != NULL ? g_object_ref(http) : NULL;
    self->store = store;
    self->changed = changed;
    self->data = data;
    self->cancellable = g_cancellable_new();
    self->backoff = (Backoff)BACKOFF_INIT;
    load(self);
    return self;
}

void voucher_box_free(VoucherBox *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->again_source, g_source_remove);
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    g_clear_object(&self->http);
    memset(self->secret, 0, sizeof self->secret);
    g_free(self);
}

/* Ours: for our key, and with the id that the answer names. */
static gboolean fits(const VoucherBox *self, const VoucherAnswer *answer)
{
    Voucher voucher;

    return !answer->used && voucher_parse(answer->voucher, &voucher, NULL) &&
           g_str_equal(voucher.id, answer->voucher_id) &&
           memcmp(voucher.vehicle_key, self->key, sizeof self->key) == 0;
}

static gboolean on_again(gpointer data)
{
    VoucherBox *self = data;
    const Consent consent = self->consent;

    self->again_source = 0;
    voucher_box_refresh(self, &consent);
    return G_SOURCE_REMOVE;
}

/* A server that restarts is back in seconds. One that stays away is asked when it answers something else: a
 * parked car does not wake up for this. */
static void ask_again_later(VoucherBox *self)
{
    if (self->again_source == 0 && self->backoff.attempt < MAX_TRIES)
        self->again_source = g_timeout_add(backoff_next_ms(&self->backoff), on_again, self);
}

static void on_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    VoucherBox *self;
    VoucherAnswer answer;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @data is gone */
    self = data;
    self->asking = FALSE;
    if (object == NULL) {
        if (!json_call_is_final(error)) {
            ask_again_later(self);
            return;
        }
        g_message("voucher: refused (%s)", error->message);
        self->not_before_us = g_get_monotonic_time() + RETRY_US;
        self->client_ref[0] = '\0';
        return;
    }
    if (!voucher_answer_from_json(object, &answer, &error) || !fits(self, &answer)) {
        g_message("voucher: the answer is of no use%s%s", error != NULL ? ": " : "",
                  error != NULL ? error->message : "");
        self->not_before_us = g_get_monotonic_time() + RETRY_US;
        self->client_ref[0] = '\0';
        return;
    }
    self->voucher = answer;
    self->has_voucher = TRUE;
    self->bound_to[0] = '\0';
    self->client_ref[0] = '\0';
    if (!save(self)) {
        self->has_voucher = FALSE;
        ask_again_later(self); /* the server gives the same one */
        return;
    }
    backoff_reset(&self->backoff);
    g_message("voucher: one is in store");
    self->changed(self->data);
}

void voucher_box_refresh(VoucherBox *self, const Consent *consent)
{
    gint64 now_ms = g_get_real_time() / 1000;
    VoucherRequest wish = {.limits = consent->limits};
    g_autofree gchar *key = NULL;
    g_autofree gchar *body = NULL;
    g_autoptr(JsonNode) node = NULL;

    self->consent = *consent;
    if (!consent->voucher || self->http == NULL || self->asking || consent->limits.max_cost_minor <= 0 ||
        g_get_monotonic_time() < self->not_before_us ||
        (self->has_voucher && self->voucher.expires_ms > now_ms + RENEW_MS))
        return;
    if (self->client_ref[0] == '\0') { /* stored before it is sent: a repetition is the same request */
        g_autofree gchar *client_ref = identifier_new_uuid();

        g_strlcpy(self->client_ref, client_ref, sizeof self->client_ref);
        if (!save(self)) {
            self->client_ref[0] = '\0';
            ask_again_later(self);
            return;
        }
    }
    key = voucher_key_text(self->key);
    g_strlcpy(wish.client_ref, self->client_ref, sizeof wish.client_ref);
    g_strlcpy(wish.vehicle_key, key, sizeof wish.vehicle_key);
    node = voucher_request_to_json(&wish);
    body = json_gate_print(node, NULL);
    self->asking = TRUE;
    json_call_async(
        self->http,
        &(HttpRequest){
            .method = "POST", .path = "/v1/vouchers", .body = body, .idempotency_key = self->client_ref},
        self->cancellable, on_answered, self);
}

const VoucherAnswer *voucher_box_get(const VoucherBox *self)
{
    return self->has_voucher && self->voucher.expires_ms > g_get_real_time() / 1000 ? &self->voucher : NULL;
}

const guint8 *voucher_box_secret(const VoucherBox *self)
{
    return self->secret;
}

gboolean voucher_box_bind(VoucherBox *self, const gchar *evse_key)
{
    gchar before[sizeof self->bound_to];

    if (g_str_equal(self->bound_to, evse_key))
        return TRUE;
    if (self->bound_to[0] != '\0' && evse_key[0] != '\0')
        return FALSE;
    g_strlcpy(before, self->bound_to, sizeof before);
    g_strlcpy(self->bound_to, evse_key, sizeof self->bound_to);
    if (save(self))
        return TRUE;
    g_strlcpy(self->bound_to, before, sizeof self->bound_to);
    return FALSE;
}

void voucher_box_spend(VoucherBox *self)
{
    self->has_voucher = FALSE;
    save(self);
    self->changed(self->data);
}
