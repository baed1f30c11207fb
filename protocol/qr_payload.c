#include "protocol/qr_payload.h"

#include <string.h>

G_DEFINE_QUARK(qr_payload_error, qr_payload_error)

static gboolean refuse(GError **error, QrPayloadError code, const gchar *why)
{
    g_set_error_literal(error, QR_PAYLOAD_ERROR, (gint)code, why);
    return FALSE;
}

static gboolean starts_with(const gchar *bytes, gsize len, const gchar *prefix)
{
    gsize prefix_len = strlen(prefix);

    return len >= prefix_len && g_ascii_strncasecmp(bytes, prefix, prefix_len) == 0;
}

static gboolean equals(const gchar *bytes, gsize len, const gchar *text)
{
    return len == strlen(text) && g_ascii_strncasecmp(bytes, text, len) == 0;
}

static gboolean token_is_valid(const gchar *bytes, gsize len)
{
    if (len == 0 || len > QR_PAYLOAD_TOKEN_MAX_BYTES)
        return FALSE;
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isalnum(bytes[i]))
            return FALSE;
    return TRUE;
}

/* Number of bytes before the first of "/?#\", or all of them. */
static gsize authority_len(const gchar *bytes, gsize len)
{
    gsize i = 0;

    while (i < len && strchr("/?#\\", bytes[i]) == NULL)
        i++;
    /* strchr() finds the terminating NUL too: a NUL byte also ends the authority, and is refused later. */
    return i;
}

/* Is this an operator's host, dressed up with user info, a port or a dot at the end? Only tells "malformed"
 * from "not ours"; both are refused. */
static gboolean names_operator(const gchar *authority, gsize len, const QrOperators *operators)
{
    const gchar *at = g_strrstr_len(authority, (gssize)len, "@");
    const gchar *host = at == NULL ? authority : at + 1;
    gsize host_len = len - (gsize)(host - authority);
    const gchar *colon = memchr(host, ':', host_len);

    if (colon != NULL)
        host_len = (gsize)(colon - host);
    while (host_len > 0 && host[host_len - 1] == '.')
        host_len--;
    return qr_operators_find(operators, host, host_len, NULL) != NULL;
}

/* Compares @path (after its first '/') with one template, segment by segment; fills evse and token. */
static gboolean path_matches(const gchar *path, gsize len, const gchar *const *segments, PileCode *code)
{
    gsize at = 0;

    for (; *segments != NULL; segments++) {
        const gchar *segment = path + at;
        const gchar *slash = memchr(segment, '/', len - at); /* at <= len: a slash was found before */
        gsize segment_len = slash == NULL ? len - at : (gsize)(slash - segment);
        gboolean is_last = segments[1] == NULL;

        if ((slash == NULL) != is_last)
            return FALSE;
        if (strcmp(*segments, "{evse}") == 0) {
            if (!evse_id_parse(segment, segment_len, &code->evse, NULL))
                return FALSE;
        } else if (strcmp(*segments, "{token}") == 0) {
            if (!token_is_valid(segment, segment_len))
                return FALSE;
            memcpy(code->token, segment, segment_len);
        } else if (!equals(segment, segment_len, *segments)) {
            return FALSE;
        }
        at += segment_len + 1;
    }
    return TRUE;
}

gboolean qr_payload_parse(const gchar *bytes, gsize len, const QrOperators *operators, PileCode *out,
                          GError **error)
{
    gboolean is_https = starts_with(bytes, len, "https://");
    const gchar *listed = NULL;

    g_return_val_if_fail(operators != NULL && out != NULL, FALSE);
    if (!is_https && !starts_with(bytes, len, "http://"))
        return refuse(error, QR_PAYLOAD_ERROR_NOT_OURS, "not a web address");

    gsize scheme_len = strlen(is_https ? "https://" : "http://");
    const gchar *host = bytes + scheme_len;
    gsize host_len = authority_len(host, len - scheme_len);
    const GStrv *templates = qr_operators_find(operators, host, host_len, &listed);
    if (templates == NULL) {
        if (names_operator(host, host_len, operators))
            return refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "user info, port or trailing dot");
        return refuse(error, QR_PAYLOAD_ERROR_NOT_OURS, "not the host of an operator");
    }
    if (!is_https)
        return refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "http instead of https");
    if (len > QR_PAYLOAD_MAX_BYTES)
        return refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "more than 512 bytes");

    const gchar *path = host + host_len;
    gsize path_len = len - scheme_len - host_len;
    if (path_len < 1 || path[0] != '/')
        return refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "no path");
    for (; *templates != NULL; templates++) {
        PileCode code = {0};
        if (!path_matches(path + 1, path_len - 1, (const gchar *const *)*templates, &code))
            continue;
        g_strlcpy(code.host, listed, sizeof code.host);
        *out = code;
        return TRUE;
    }
    return refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "the path fits no template of this operator");
}

gchar *qr_payload_print(const gchar *host, const gchar *path_template, const EvseId *evse, const gchar *token,
                        GError **error)
{
    gboolean has_token = token != NULL && *token != '\0';
    const gchar *path = path_template != NULL ? path_template
                                              : (has_token ? QR_OPERATORS_DEFAULT_TOKEN_TEMPLATE
                                                           : QR_OPERATORS_DEFAULT_TEMPLATE);

    if (!qr_operators_check_host(host, error) || !qr_operators_check_template(path, error))
        return NULL;
    if (has_token != (strstr(path, "{token}") != NULL)) {
        refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "a token needs {token} in the template, and the reverse");
        return NULL;
    }
    if (has_token && !token_is_valid(token, strlen(token))) {
        refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "a token is 1..64 letters or digits");
        return NULL;
    }

    g_auto(GStrv) segments = g_strsplit(path + 1, "/", -1);
    g_autoptr(GString) text = g_string_new("HTTPS://");
    g_autofree gchar *host_upper = g_ascii_strup(host, -1);
    g_string_append(text, host_upper);
    for (GStrv segment = segments; *segment != NULL; segment++) {
        gboolean is_token = strcmp(*segment, "{token}") == 0;
        const gchar *part = is_token ? token : strcmp(*segment, "{evse}") == 0 ? evse->text : *segment;
        g_autofree gchar *upper = is_token ? g_strdup(part) : g_ascii_strup(part, -1);
        g_string_append_printf(text, "/%s", upper);
    }
    if (text->len > QR_PAYLOAD_MAX_BYTES) {
        refuse(error, QR_PAYLOAD_ERROR_MALFORMED, "more than 512 bytes");
        return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
