/* Texts in the server's store, which may be damaged, and what operators send for it: the fold of a
 * transaction, offers and rules. The first byte picks the reader. What is accepted writes and reads back as
 * the same; what is refused changes nothing. */
#include "protocol/json_gate.h"
#include "protocol/json_write.h"
#include "server-stub/model/offer_rule.h"
#include "server-stub/model/transaction.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW_MS G_GINT64_CONSTANT(1795244400000)

static void check_transaction(const gchar *text)
{
    g_autofree Transaction *transaction = g_new0(Transaction, 1), *back = g_new0(Transaction, 1);
    g_autofree gchar *printed = NULL, *again = NULL;

    if (!transaction_from_text(transaction, text)) {
        g_assert_cmpmem(transaction, sizeof *transaction, back, sizeof *back);
        return;
    }
    g_assert_cmpint(transaction_energy_wh(transaction), >=, 0);
    g_assert_cmpint(transaction_duration_s(transaction), >=, 0);
    printed = transaction_to_text(transaction);
    g_assert_true(transaction_from_text(back, printed));
    again = transaction_to_text(back);
    g_assert_cmpstr(printed, ==, again);
}

static JsonNode *read_offer(JsonObject *object)
{
    g_autofree OfferTerms *terms = g_new0(OfferTerms, 1);
    g_autoptr(GError) error = NULL;
    JsonObject *written;

    if (!offer_terms_read(object, NOW_MS, terms, &error)) {
        g_assert_nonnull(error);
        return NULL;
    }
    g_assert_true(terms->n_stations <= OFFER_MAX_STATIONS && terms->n_audience <= OFFER_MAX_AUDIENCE);
    g_assert_true((terms->discount_percent > 0) != (terms->tariff_id[0] != '\0'));
    offer_terms_check_new(terms, NOW_MS, NULL);
    written = json_object_new();
    offer_terms_write(terms, written);
    return json_write_node(written);
}

static JsonNode *read_rule(JsonObject *object)
{
    g_autofree OfferRule *rule = g_new0(OfferRule, 1);
    g_autoptr(GError) error = NULL;
    JsonObject *written;

    if (!offer_rule_read(object, rule, &error)) {
        g_assert_nonnull(error);
        return NULL;
    }
    g_assert_true(rule->max_per_day >= 1 && rule->max_per_day <= OFFER_RULE_MAX_PER_DAY);
    g_assert_true(rule->idle_ms >= 0 && rule->valid_ms > 0);
    written = json_object_new();
    offer_rule_write(rule, written);
    return json_write_node(written);
}

static void check_object(JsonNode *(*read)(JsonObject *object), const gchar *text, gsize len)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, len, NULL);
    g_autoptr(JsonNode) written = object != NULL ? read(object) : NULL;
    g_autoptr(JsonNode) again = NULL;
    g_autofree gchar *printed = NULL, *printed_again = NULL;

    if (written == NULL)
        return;
    again = read(json_node_get_object(written));
    g_assert_nonnull(again);
    printed = json_gate_print(written, NULL);
    printed_again = json_gate_print(again, NULL);
    g_assert_cmpstr(printed, ==, printed_again);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = NULL;

    if (size == 0)
        return 0;
    text = g_strndup((const gchar *)data + 1, size - 1);
    if (data[0] == 't')
        check_transaction(text);
    else
        check_object(data[0] == 'o' ? read_offer : read_rule, (const gchar *)data + 1, size - 1);
    return 0;
}
