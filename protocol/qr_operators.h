/* QR operators: whose codes are ours. The configured list of operator hosts and, for each, where EVSE id and
 * token stand in the paths of its URLs. Wire contract: protocol/README.md section 1.
 * Pure. Built once from the configuration, then only read.
 */
#pragma once

#include <glib.h>

/* Used when an operator names no template: with and without a token. */
#define QR_OPERATORS_DEFAULT_TEMPLATE "/E/{evse}"
#define QR_OPERATORS_DEFAULT_TOKEN_TEMPLATE "/E/{evse}/{token}"
#define QR_OPERATORS_MAX 64
#define QR_OPERATORS_MAX_TEMPLATES 8 /* of one operator */

typedef enum {
    QR_OPERATORS_ERROR_HOST,     /* not a DNS name, or listed twice, or too many */
    QR_OPERATORS_ERROR_TEMPLATE, /* not a path template, or too many */
} QrOperatorsError;
#define QR_OPERATORS_ERROR (qr_operators_error_quark())
GQuark qr_operators_error_quark(void);

typedef struct QrOperators QrOperators;

QrOperators *qr_operators_new(void); /* (transfer full): empty, so that no code is ours */
void qr_operators_free(QrOperators *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QrOperators, qr_operators_free)

/**
 * qr_operators_add:
 * @host: DNS name in ASCII (an IDN as xn--), any case, no port
 * @templates: (array zero-terminated=1) (nullable): paths as "/E/{evse}" or "/c/{evse}/{token}"; each
 *   placeholder is a whole segment, {evse} stands exactly once, {token} at most once, the rest is
 *   [A-Za-z0-9._~-]. NULL or empty: the two defaults above
 *
 * Returns: FALSE with a #QrOperatorsError whose message is meant for the author of the configuration; the
 * list is unchanged then
 */
gboolean qr_operators_add(QrOperators *self, const gchar *host, const gchar *const *templates,
                          GError **error);

/**
 * qr_operators_find:
 * @host: (array length=len): hostile bytes, compared ignoring ASCII case
 *
 * Returns: (transfer none) (nullable): the path templates of this operator, each split into segments (the
 *   leading '/' cut off), NULL-terminated; NULL when the host is not on the list. @listed_host (out)
 *   (optional) (transfer none): its lower-case name
 */
const GStrv *qr_operators_find(const QrOperators *self, const gchar *host, gsize len,
                               const gchar **listed_host);

/* One rule for the reader and the printer. FALSE with a #QrOperatorsError. */
gboolean qr_operators_check_host(const gchar *host, GError **error);
gboolean qr_operators_check_template(const gchar *path_template, GError **error);
