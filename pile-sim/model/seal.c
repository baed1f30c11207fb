#include "pile-sim/model/seal.h"

#include <string.h>

#include "protocol/json_gate.h"

#define MAC_BYTES 65 /* 256 bits in hex and NUL */
#define DOMAIN_RECORD "rearcharge-pile-record-v1"
#define DOMAIN_ID "rearcharge-pile-id-v1"

G_DEFINE_QUARK(seal - error - quark, seal_error)

/* HMAC-SHA256 over three texts, each with its NUL. (transfer full) */
static gchar *mac(const guint8 key[SEAL_KEY_BYTES], const gchar *domain, const gchar *name, const gchar *text)
{
    const gchar *parts[] = {domain, name, text};
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, SEAL_KEY_BYTES);
    gchar *hex = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        g_hmac_update(hmac, (const guchar *)parts[i], (gssize)strlen(parts[i]) + 1);
    hex = g_strdup(g_hmac_get_string(hmac));
    g_hmac_unref(hmac);
    return hex;
}

JsonObject *seal_close(const guint8 key[SEAL_KEY_BYTES], const gchar *domain, JsonObject *content)
{
    JsonObject *record = json_object_new();
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autofree gchar *text = NULL, *hex = NULL;

    json_node_init_object(node, content);
    text = json_gate_print(node, NULL);
    hex = mac(key, DOMAIN_RECORD, domain, text);
    json_object_set_string_member(record, "content", text);
    json_object_set_string_member(record, "mac", hex);
    return record;
}

/* Time that does not depend on where the first difference is. */
static gboolean is_equal(const gchar *a, const gchar *b)
{
    guint difference = (guint)(strlen(a) ^ strlen(b));

    for (gsize i = 0; a[i] != '\0' && b[i] != '\0'; i++)
        difference |= (guint)(guchar)a[i] ^ (guint)(guchar)b[i];
    return difference == 0;
}

JsonObject *seal_open(const guint8 key[SEAL_KEY_BYTES], const gchar *domain, JsonObject *record,
                      GError **error)
{
    const gchar *text = NULL;
    gchar shown[MAC_BYTES] = "";
    g_autofree gchar *hex = NULL;
    JsonObject *content = NULL;

    if (json_read_string(record, "content", JSON_REQUIRED, G_MAXSIZE, &text, NULL) &&
        json_read_text(record, "mac", JSON_REQUIRED, shown, sizeof shown, NULL)) {
        hex = mac(key, DOMAIN_RECORD, domain, text);
        if (is_equal(hex, shown))
            content = json_gate_parse_object(text, strlen(text), NULL);
    }
    if (content == NULL)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BROKEN, "record %s: not as this pile wrote it", domain);
    return content;
}

void seal_id(const guint8 key[SEAL_KEY_BYTES], const OcppIdToken *token, gchar hash[SEAL_ID_BYTES])
{
    g_autofree gchar *lower = g_ascii_strdown(token->id_token, -1); /* identifierString: without case */
    g_autofree gchar *hex = mac(key, DOMAIN_ID, ocpp_id_token_type_names[token->type], lower);

    g_strlcpy(hash, hex, SEAL_ID_BYTES);
}
