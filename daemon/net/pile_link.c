#include "daemon/net/pile_link.h"

#include <string.h>

#include "daemon/net/json_call.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "protocol/voucher.h"

#define TIMEOUT_MS 5000

typedef struct {
    HttpClient *http;
    PileLinkKind kind;
    gchar *evse_key;
    gchar *voucher_id; /* (nullable) */
    guint8 secret[VOUCHER_SECRET_BYTES];
} Handing;

static void handing_free(gpointer data)
{
    Handing *handing = data;

    g_clear_object(&handing->http);
    g_free(handing->evse_key);
    g_free(handing->voucher_id);
    memset(handing->secret, 0, sizeof handing->secret);
    g_free(handing);
}

static void bad_answer(GTask *task, const gchar *what)
{
    g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER, "pile: %s", what);
}

/* Admission */
static void on_admission(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    gchar outcome[16] = "", reason[PROBLEM_CODE_BYTES] = "";

    if (object == NULL)
        g_task_return_error(task, error);
    else if (!json_read_text(object, "outcome", JSON_REQUIRED, outcome, sizeof outcome, NULL) ||
             !json_read_text(object, "reason", JSON_OPTIONAL, reason, sizeof reason, NULL))
        bad_answer(task, "no admission");
    else if (g_str_equal(outcome, "refused"))
        g_task_return_new_error(task, SERVER_ERROR, SERVER_ERROR_REFUSED, "%s", reason);
    else
        g_task_return_boolean(task, TRUE);
}

/* @body: (transfer full) */
static void post(GTask *task, const gchar *path, JsonObject *body, GAsyncReadyCallback callback)
{
    const Handing *handing = g_task_get_task_data(task);
    g_autoptr(JsonNode) node = json_write_node(body);
    g_autofree gchar *text = json_gate_print(node, NULL);
    const HttpRequest request = {.method = "POST", .path = path, .body = text, .timeout_ms = TIMEOUT_MS};

    json_call_async(handing->http, &request, g_task_get_cancellable(task), callback, task);
}

/* The pile asks for a proof: that this car, at this EVSE, holds the voucher's key now. */
static void on_challenge(GObject *source, GAsyncResult *result, gpointer data)
{
    GTask *task = data;
    Handing *handing = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    gchar challenge_text[VOUCHER_KEY_CHARS + 1] = "", identity[49] = "", evse_key[38] = "";
    guint8 challenge[VOUCHER_CHALLENGE_BYTES];
    const VoucherQuestion question = {challenge, identity, handing->evse_key, handing->voucher_id};
    g_autofree gchar *answer = NULL;
    JsonObject *body;

    if (object == NULL) {
        g_task_return_error(task, error);
        g_object_unref(task);
        return;
    }
    if (!json_read_text(object, "challenge", JSON_REQUIRED, challenge_text, sizeof challenge_text, NULL) ||
        !json_read_text(object, "identity", JSON_REQUIRED, identity, sizeof identity, NULL) ||
        !json_read_text(object, "evse_key", JSON_REQUIRED, evse_key, sizeof evse_key, NULL) ||
        !voucher_key_parse(challenge_text, challenge, NULL) || !g_str_equal(evse_key, handing->evse_key)) {
        /* Only the EVSE that the car itself has read is signed for: a relay to another pile gets nothing. */
        bad_answer(task, "no challenge for this charging point");
        g_object_unref(task);
        return;
    }
    answer = voucher_answer(&question, handing->secret);
    body = json_object_new();
    json_object_set_string_member(body, "evse_key", handing->evse_key);
    json_object_set_string_member(body, "voucher_id", handing->voucher_id);
    json_object_set_string_member(body, "answer", answer);
    post(task, "/local/v1/voucher/answer", body, on_admission);
}

void pile_link_hand_over_async(const gchar *url, const PileLinkOffer *offer, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
    static const struct {
        const gchar *path, *member;
    } calls[] = {
        {"/local/v1/code", "code"}, {"/local/v1/identify", "id_token"}, {"/local/v1/voucher", "voucher"}};
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    Handing *handing = g_new0(Handing, 1);
    JsonObject *body = json_object_new();
    Voucher voucher;

    g_task_set_source_tag(task, pile_link_hand_over_async);
    g_task_set_task_data(task, handing, handing_free);
    handing->http = http_client_new_local(url);
    handing->kind = offer->kind;
    handing->evse_key = g_strdup(offer->evse_key);
    if (offer->kind == PILE_LINK_VOUCHER && voucher_parse(offer->text, &voucher, NULL) &&
        offer->secret != NULL) {
        handing->voucher_id = g_strdup(voucher.id);
        memcpy(handing->secret, offer->secret, sizeof handing->secret);
    }
    json_object_set_string_member(body, "evse_key", offer->evse_key);
    json_object_set_string_member(body, calls[offer->kind].member, offer->text);
    if (offer->kind == PILE_LINK_CODE && offer->order_id != NULL)
        json_object_set_string_member(body, "order_id", offer->order_id);
    post(task, calls[offer->kind].path, body, handing->voucher_id != NULL ? on_challenge : on_admission);
}

gboolean pile_link_hand_over_finish(GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, NULL), FALSE);

    return g_task_propagate_boolean(G_TASK(result), error);
}
