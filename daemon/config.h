/* Config: rearcharge.conf and its drop-ins, read strictly. An unknown group or key, a bad value or an
 * unreadable file refuses the start with one line: file, key, what is expected. Every key has a default
 * except [server] and [operators]: without them the daemon runs, but no code is ours.
 */
#pragma once

#include "daemon/journey/consent.h"
#include "dbus/gear_match.h"
#include "protocol/qr_operators.h"

typedef enum { CONFIG_ERROR_FILE, CONFIG_ERROR_SYNTAX, CONFIG_ERROR_UNKNOWN, CONFIG_ERROR_VALUE } ConfigError;
#define CONFIG_ERROR (config_error_quark())
GQuark config_error_quark(void);

typedef struct {
    gchar *bus; /* "system", "session" or a D-Bus address */
    GearMatch *gear;
    gboolean has_park; /* [gear] names values that mean park */

    gchar *camera_program; /* (nullable): rearcharge-camera beside us */
    gchar *camera_decoder; /* (nullable): beside the camera program */
    gchar *camera_source;  /* (nullable): no camera */
    gchar *camera_display; /* (nullable) */
    gchar *camera_lens;    /* (nullable): file */
    gboolean camera_owner, camera_window;
    gint64 camera_deadline_ms, camera_budget_ms, camera_first_frame_ms,
        camera_stall_ms; /* 0: the camera's default */

    gchar *server_url, *server_ca_file, *server_token_file; /* (nullable) */
    QrOperators *operators;
    Consent consent; /* until the driver stores another */
    gchar *state_dir;
    gchar *link_url; /* (nullable): of a pile's own network, where the server has not said one */
} Config;

Config *config_new(void); /* the embedded defaults */
void config_free(Config *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/**
 * config_load:
 * @file: read first; then conf.d/ *.conf beside it, in the order of their names, each overriding single keys
 */
Config *config_load(const gchar *file, GError **error);

/* For the fuzz target and tests: one text as if it were @file, without drop-ins. */
Config *config_parse(const gchar *file, const gchar *text, gsize len, GError **error);
