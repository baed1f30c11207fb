#include "pile-sim/options.h"

#include "base/program.h"
#include "pile-sim/model/station.h"
#include "protocol/qr_payload.h"

#include <string.h>

#define DEFAULT_EVSE_ID "DE*ABC*E1*{n}"
#define DEFAULT_QR_HOST "pay.example.com"
#define DEFAULT_POWER_W 150000
#define MAX_PASSWORD_BYTES 4096
#define MAX_SPEED 100000.0

void options_free(Options *self)
{
    if (self == NULL)
        return;
    g_free(self->csms);
    g_free(self->identity);
    g_free(self->password);
    g_free(self->ca_file);
    g_free(self->client_cert_file);
    g_free(self->client_key_file);
    g_strfreev(self->evse_ids);
    g_strfreev(self->evse_keys);
    g_strfreev(self->qr_texts);
    g_free(self->qr_host);
    g_free(self->qr_path);
    g_free(self->local_link_address);
    g_free(self->bay_feed);
    g_free(self->script_file);
    g_free(self->panel_address);
    g_free(self->state_file);
    g_free(self->qr_png_file);
    g_free(self->ocpp_log_file);
    g_free(self);
}

static gboolean refuse(GError **error, const gchar *why)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, why);
    return FALSE;
}

static gboolean read_password(const gchar *path, gchar **password, GError **error)
{
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(path, &text, &len, error))
        return FALSE;
    g_strchomp(text);
    if (len > MAX_PASSWORD_BYTES || strlen(text) == 0 || strpbrk(text, "\r\n") != NULL)
        return refuse(error, "--password-file: want one line, 1..4096 bytes");
    *password = g_steal_pointer(&text);
    return TRUE;
}

/* "https://pay.example.com/E/{evse}" into host and path template. */
static gboolean split_template(const gchar *url, gchar **host, gchar **path, GError **error)
{
    const gchar *rest = g_ascii_strncasecmp(url, "https://", 8) == 0 ? url + 8 : NULL;
    const gchar *slash = rest != NULL ? strchr(rest, '/') : NULL;

    if (slash == NULL)
        return refuse(error, "--qr-url-template: want https://HOST/PATH with {evse} in the path");
    *host = g_strndup(rest, (gsize)(slash - rest));
    *path = g_strdup(slash);
    return TRUE;
}

static gboolean make_codes(Options *self, const gchar *id_template, const gchar *host, const gchar *path,
                           GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

    if (self->n_evses > 1 && strstr(id_template, "{n}") == NULL)
        return refuse(error, "--evse-id: more than one EVSE needs {n} in it");
    for (guint n = 1; n <= self->n_evses; n++) {
        g_autofree gchar *number = g_strdup_printf("%u", n);
        g_auto(GStrv) parts = g_strsplit(id_template, "{n}", -1);
        g_autofree gchar *id = g_strjoinv(number, parts);
        EvseId evse = {0};
        gchar *text = NULL;

        if (!evse_id_parse(id, strlen(id), &evse, error)) {
            g_prefix_error(error, "--evse-id: %s: ", id);
            return FALSE;
        }
        text = qr_payload_print(host, path, &evse, NULL, error);
        if (text == NULL)
            return FALSE;
        g_ptr_array_add(texts, text);
        g_ptr_array_add(keys, g_strdup(evse.key));
        g_ptr_array_add(ids, g_steal_pointer(&id));
    }
    g_ptr_array_add(ids, NULL);
    g_ptr_array_add(texts, NULL);
    g_ptr_array_add(keys, NULL);
    self->evse_keys = (GStrv)g_ptr_array_free(g_steal_pointer(&keys), FALSE);
    self->evse_ids = (GStrv)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
    self->qr_texts = (GStrv)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
    return TRUE;
}

/* OCPP-J 2.0.1 part 4, 3.1.1: identifierString of at most 48 characters, and no colon (RFC 7617). */
static gboolean is_identity(const gchar *text)
{
    gsize len = strlen(text);

    return len >= 1 && len <= 48 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_=+|@.") == len;
}

Options *options_parse(gint *argc, gchar ***argv, GError **error)
{
    g_autoptr(Options) self = g_new0(Options, 1);
    g_autofree gchar *password_file = NULL, *id_template = NULL, *qr_host = NULL, *qr_url = NULL;
    g_autofree gchar *host = NULL, *path = NULL;
    gint n_evses = 1;
    gint64 power_w = DEFAULT_POWER_W;
    gdouble speed = 1.0;
    const GOptionEntry entries[] = {
        PROGRAM_VERSION_OPTION,
        {"csms", 0, 0, G_OPTION_ARG_STRING, &self->csms, "ws:// or wss:// address, the identity is appended",
         "URL"},
        {"identity", 0, 0, G_OPTION_ARG_STRING, &self->identity, "the station's name at the CSMS", "ID"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file, "one line: the HTTP Basic password",
         "FILE"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file, "trust only what this CA signed (PEM)", "FILE"},
        {"client-cert", 0, 0, G_OPTION_ARG_FILENAME, &self->client_cert_file,
         "prove the identity with this certificate (PEM), instead of a password", "FILE"},
        {"client-key", 0, 0, G_OPTION_ARG_FILENAME, &self->client_key_file, "its key (PEM)", "FILE"},
        {"evses", 0, 0, G_OPTION_ARG_INT, &n_evses, "charging points, 1..64 (default 1)", "N"},
        {"evse-id", 0, 0, G_OPTION_ARG_STRING, &id_template,
         "printed id, {n} is its number (default " DEFAULT_EVSE_ID ")", "ID"},
        {"qr-host", 0, 0, G_OPTION_ARG_STRING, &qr_host, "host in the QR code (default " DEFAULT_QR_HOST ")",
         "HOST"},
        {"qr-url-template", 0, 0, G_OPTION_ARG_STRING, &qr_url,
         "https://HOST/PATH with {evse}, instead of --qr-host", "URL"},
        {"qr-png", 0, 0, G_OPTION_ARG_FILENAME, &self->qr_png_file, "write the QR of EVSE 1 there", "FILE"},
        {"power-w", 0, 0, G_OPTION_ARG_INT64, &power_w, "power of each EVSE (default 150000)", "W"},
        {"speed", 0, 0, G_OPTION_ARG_DOUBLE, &speed, "simulated seconds a second while charging (default 1)",
         "F"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &self->script_file, "lines of <seconds> <action> [arguments]",
         "FILE"},
        {"bay-feed", 0, 0, G_OPTION_ARG_FILENAME, &self->bay_feed,
         "what a bay detector says, lines of <evse> occupied|free|broken; - is standard input", "FILE"},
        {"panel", 0, 0, G_OPTION_ARG_STRING, &self->panel_address,
         "front panel and /sim controls over HTTP; 0.0.0.0 shows them to the whole network", "[ADDR:]PORT"},
        {"local-link", 0, 0, G_OPTION_ARG_STRING, &self->local_link_address,
         "what a car in the bay may say without network, over HTTP", "[ADDR:]PORT"},
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &self->state_file, "remember everything there (SQLite)",
         "FILE.db"},
        {"ocpp-log", 0, 0, G_OPTION_ARG_FILENAME, &self->ocpp_log_file,
         "append every OCPP message, one JSON object a line", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- a simulated OCPP 2.0.1 charging pile");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return NULL;
    if (*argc > 1) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "'%s': not understood", (*argv)[1]);
        return NULL;
    }
    if (self->csms == NULL || self->identity == NULL ||
        (password_file == NULL && self->client_cert_file == NULL) ||
        (self->client_cert_file == NULL) != (self->client_key_file == NULL)) {
        refuse(error, "want --csms, --identity, and --password-file or --client-cert with --client-key");
        return NULL;
    }
    if (!is_identity(self->identity)) {
        refuse(error, "--identity: want 1..48 letters, digits or * - _ = + | @ .");
        return NULL;
    }
    if (n_evses < 1 || n_evses > STATION_MAX_EVSES || power_w < 1 || power_w > BATTERY_MAX_POWER_W ||
        !(speed >= 0.01 && speed <= MAX_SPEED)) {
        refuse(error, "want --evses 1..64, --power-w 1..4000000, --speed 0.01..100000");
        return NULL;
    }
    self->n_evses = (guint)n_evses;
    self->max_power_w = power_w;
    self->speed = speed;
    if ((password_file != NULL && !read_password(password_file, &self->password, error)) ||
        (qr_url != NULL && !split_template(qr_url, &host, &path, error)))
        return NULL;
    if (host == NULL)
        host = g_strdup(qr_host != NULL ? qr_host : DEFAULT_QR_HOST);
    if (!make_codes(self, id_template != NULL ? id_template : DEFAULT_EVSE_ID, host, path, error))
        return NULL;
    self->qr_host = g_steal_pointer(&host);
    self->qr_path = g_steal_pointer(&path);
    return g_steal_pointer(&self);
}
