#include "protocol/qr_operators.h"

#include <string.h>

#define HOST_MAX_BYTES 253
#define LABEL_MAX_BYTES 63
#define TEMPLATE_MAX_BYTES 200

typedef struct {
    gchar *host;     /* owned, lower case */
    GStrv *segments; /* owned: one vector of segments a template, NULL-terminated */
} Operator;

struct QrOperators {
    GPtrArray *operators; /* of Operator, owned; a handful: searched in order */
};

G_DEFINE_QUARK(qr_operators_error, qr_operators_error)

static void operator_free(Operator *self)
{
    for (GStrv *segments = self->segments; *segments != NULL; segments++)
        g_strfreev(*segments);
    g_free(self->segments);
    g_free(self->host);
    g_free(self);
}

QrOperators *qr_operators_new(void)
{
    QrOperators *self = g_new0(QrOperators, 1);

    self->operators = g_ptr_array_new_with_free_func((GDestroyNotify)operator_free);
    return self;
}

void qr_operators_free(QrOperators *self)
{
    g_ptr_array_unref(self->operators);
    g_free(self);
}

static gboolean label_is_valid(const gchar *label)
{
    gsize len = strlen(label);

    if (len == 0 || len > LABEL_MAX_BYTES || label[0] == '-' || label[len - 1] == '-')
        return FALSE;
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isalnum(label[i]) && label[i] != '-')
            return FALSE;
    return TRUE;
}

gboolean qr_operators_check_host(const gchar *host, GError **error)
{
    g_auto(GStrv) labels = g_strsplit(host, ".", -1);
    guint n_labels = g_strv_length(labels);
    gboolean valid = n_labels > 0 && strlen(host) <= HOST_MAX_BYTES;

    for (guint i = 0; i < n_labels && valid; i++)
        valid = label_is_valid(labels[i]);
    /* A last label of digits only would make it an IPv4 address to some readers (WHATWG URL 3.5). */
    if (!valid || strspn(labels[n_labels - 1], "0123456789") == strlen(labels[n_labels - 1])) {
        g_set_error(
            error, QR_OPERATORS_ERROR, QR_OPERATORS_ERROR_HOST,
            "'%s' is not a host name: want a DNS name such as pay.example.com, without scheme and port",
            host);
        return FALSE;
    }
    return TRUE;
}

static gboolean literal_is_valid(const gchar *segment)
{
    if (*segment == '\0' || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
        return FALSE;
    for (const gchar *c = segment; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && strchr("._~-", *c) == NULL)
            return FALSE;
    return TRUE;
}

gboolean qr_operators_check_template(const gchar *path_template, GError **error)
{
    g_auto(GStrv) segments =
        path_template[0] == '/' ? g_strsplit(path_template + 1, "/", -1) : g_new0(gchar *, 1);
    guint n_evse = 0;
    guint n_token = 0;
    gboolean valid = strlen(path_template) <= TEMPLATE_MAX_BYTES;

    for (GStrv segment = segments; *segment != NULL && valid; segment++) {
        if (strcmp(*segment, "{evse}") == 0)
            n_evse++;
        else if (strcmp(*segment, "{token}") == 0)
            n_token++;
        else
            valid = literal_is_valid(*segment);
    }
    if (!valid || n_evse != 1 || n_token > 1) {
        g_set_error(error, QR_OPERATORS_ERROR, QR_OPERATORS_ERROR_TEMPLATE,
                    "'%s' is not a path template: want for example /E/{evse} or /E/{evse}/{token}",
                    path_template);
        return FALSE;
    }
    return TRUE;
}

gboolean qr_operators_add(QrOperators *self, const gchar *host, const gchar *const *templates, GError **error)
{
    static const gchar *const defaults[] = {QR_OPERATORS_DEFAULT_TEMPLATE,
                                            QR_OPERATORS_DEFAULT_TOKEN_TEMPLATE, NULL};
    const gchar *const *wanted = templates != NULL && *templates != NULL ? templates : defaults;
    guint n_wanted = g_strv_length((GStrv)wanted);
    Operator *added;

    if (!qr_operators_check_host(host, error))
        return FALSE;
    if (self->operators->len == QR_OPERATORS_MAX ||
        qr_operators_find(self, host, strlen(host), NULL) != NULL) {
        g_set_error(error, QR_OPERATORS_ERROR, QR_OPERATORS_ERROR_HOST,
                    "'%s' is listed twice, or there are more than %d operators", host, QR_OPERATORS_MAX);
        return FALSE;
    }
    if (n_wanted > QR_OPERATORS_MAX_TEMPLATES) {
        g_set_error(error, QR_OPERATORS_ERROR, QR_OPERATORS_ERROR_TEMPLATE,
                    "'%s' has more than %d path templates", host, QR_OPERATORS_MAX_TEMPLATES);
        return FALSE;
    }
    for (guint i = 0; i < n_wanted; i++)
        if (!qr_operators_check_template(wanted[i], error))
            return FALSE;

    added = g_new0(Operator, 1);
    added->host = g_ascii_strdown(host, -1);
    added->segments = g_new0(GStrv, n_wanted + 1);
    for (guint i = 0; i < n_wanted; i++)
        added->segments[i] = g_strsplit(wanted[i] + 1, "/", -1);
    g_ptr_array_add(self->operators, added);
    return TRUE;
}

const GStrv *qr_operators_find(const QrOperators *self, const gchar *host, gsize len,
                               const gchar **listed_host)
{
    for (guint i = 0; i < self->operators->len; i++) {
        const Operator *candidate = g_ptr_array_index(self->operators, i);
        /* The length first: g_ascii_strncasecmp() stops at a NUL, which hostile bytes may hold. */
        if (strlen(candidate->host) != len || g_ascii_strncasecmp(candidate->host, host, len) != 0)
            continue;
        if (listed_host != NULL)
            *listed_host = candidate->host;
        return candidate->segments;
    }
    return NULL;
}
