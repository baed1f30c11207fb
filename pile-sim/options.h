/* Options: the command line of rearcharge-pile, checked. */
#pragma once

#include <glib.h>

typedef struct {
    gchar *csms, *identity;
    gchar *password; /* owned (nullable): of --password-file, without the line's end */
    gchar *ca_file, *client_cert_file, *client_key_file; /* owned (nullable) */
    guint n_evses;
    GStrv evse_ids;           /* owned; [n_evses]: "DE*ABC*E12345*1" ... */
    GStrv evse_keys;          /* owned; [n_evses]: canonical: "DEABCE123451" ... */
    GStrv qr_texts;           /* owned; [n_evses]: what the codes say while they are static */
    gchar *qr_host, *qr_path; /* owned; of the codes; qr_path (nullable): the default */
    gint64 max_power_w;
    gdouble speed;
    gchar *bay_feed, *script_file, *panel_address, *local_link_address, *state_file, *qr_png_file,
        *ocpp_log_file; /* owned (nullable) */
} Options;

/**
 * options_parse:
 * @argv: (inout): arguments that were understood are removed
 * @error: #GOptionError, #GFileError, or of the EVSE id and QR text; one line for a person
 *
 * Returns: (transfer full) (nullable): free with options_free()
 */
Options *options_parse(gint *argc, gchar ***argv, GError **error);
void options_free(Options *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)
