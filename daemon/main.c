/* rearcharged: the program in the car. Wires gear, camera, server, store and D-Bus face to the conductor. */
#define G_LOG_DOMAIN "rearcharged"
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/program.h"
#include "daemon/conductor.h"
#include "daemon/config.h"
#include "daemon/driver_desk.h"
#include "daemon/snapshot.h"
#include "dbus/charging_service.h"
#include "service/notify_socket.h"
#include "service/watchdog.h"

#define DEFAULT_CONFIG "/etc/rearcharge/rearcharge.conf"
#define TOKEN_MAX_BYTES 1024

typedef struct {
    GMainLoop *loop;
    Config *config;
    BusLoop *gear_bus, *face_bus; /* the same where the buses are the same */
    GearWatcher *gear;
    CameraProcess *camera;
    HttpClient *http;
    Conductor *conductor;
    ChargingService *service;
    gint status;
} Program;

static gboolean on_signal(gpointer data)
{
    Program *self = data;

    g_message("asked to end");
    g_main_loop_quit(self->loop);
    return G_SOURCE_CONTINUE;
}

static void on_changed(gpointer data)
{
    Program *self = data;

    if (self->service != NULL)
        charging_service_publish(self->service, snapshot_build(self->conductor));
}

static void on_name(BusLoop *bus, const gchar *name, gboolean owned, gpointer data)
{
    Program *self = data;

    if (owned) {
        g_message("on the bus as %s", name);
        notify_socket_send("READY=1");
        return;
    }
    if (!bus_loop_is_connected(bus))
        return; /* the bus went away; we come back with it */
    g_warning("another program is %s already: ending", name);
    self->status = 1;
    g_main_loop_quit(self->loop);
}

/* A program that comes with us: beside us, in the build folder, where a moved installation has it
 * (../libexec), or where meson installs it. (transfer full) */
static gchar *companion(const gchar *name, const gchar *built_in)
{
    g_autofree gchar *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree gchar *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
    g_autofree gchar *beside = g_build_filename(folder, name, NULL);
    g_autofree gchar *built = g_build_filename(folder, "..", built_in, name, NULL);
    g_autofree gchar *moved = g_build_filename(folder, "..", "libexec", "rearcharge", name, NULL);
    gchar **const places[] = {&beside, &built, &moved};

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (g_file_test(*places[i], G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer(places[i]);
    return g_build_filename(REARCHARGE_LIBEXECDIR, name, NULL);
}

static void add_number(GStrvBuilder *argv, const gchar *option, gint64 value)
{
    g_autofree gchar *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

    if (value > 0)
        g_strv_builder_add_many(argv, option, text, NULL);
}

static CameraProcess *make_camera(const Config *config)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree gchar *program = config->camera_program != NULL ? g_strdup(config->camera_program)
                                                               : companion("rearcharge-camera", "camera");
    g_auto(GStrv) argv = NULL;

    if (config->camera_source == NULL)
        return NULL;
    g_strv_builder_add_many(builder, program, "--source", config->camera_source, "--mode",
                            config->camera_owner ? "owner" : "shared", NULL);
    if (config->camera_decoder != NULL)
        g_strv_builder_add_many(builder, "--decoder", config->camera_decoder, NULL);
    if (config->camera_window)
        g_strv_builder_add(builder, "--window");
    if (config->camera_display != NULL)
        g_strv_builder_add_many(builder, "--display", config->camera_display, NULL);
    if (config->camera_lens != NULL)
        g_strv_builder_add_many(builder, "--lens", config->camera_lens, NULL);
    add_number(builder, "--decoder-deadline-ms", config->camera_deadline_ms);
    add_number(builder, "--decoder-budget-ms", config->camera_budget_ms);
    add_number(builder, "--first-frame-ms", config->camera_first_frame_ms);
    add_number(builder, "--stall-ms", config->camera_stall_ms);
    argv = g_strv_builder_end(builder);
    return camera_process_new((const gchar *const *)argv);
}

/* A token is one line of printable characters without spaces; anything else would break out of its header. */
static gchar *read_token(const gchar *file, GError **error)
{
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(file, &text, &len, NULL)) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE,
                    "%s: expected a readable file with the vehicle's token", file);
        return NULL;
    }
    g_strchomp(text);
    if (text[0] == '\0' || strlen(text) > TOKEN_MAX_BYTES || strlen(text) + 2 < len) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "%s: expected one line with the vehicle's token",
                    file);
        return NULL;
    }
    for (const gchar *c = text; *c != '\0'; c++) {
        if (!g_ascii_isgraph(*c)) {
            g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "%s: expected a token without spaces", file);
            return NULL;
        }
    }
    return g_steal_pointer(&text);
}

static gboolean has_certificate(const gchar *file)
{
    g_autofree gchar *text = NULL;

    return g_file_get_contents(file, &text, NULL, NULL) &&
           strstr(text, "-----BEGIN CERTIFICATE-----") != NULL;
}

static gboolean make_http(Program *self, GError **error)
{
    const Config *config = self->config;
    g_autofree gchar *token = NULL;
    g_autoptr(GError) wrong = NULL;

    if (config->server_url == NULL) {
        g_warning("no [server] url: codes are read, but nothing can be looked up or ordered");
        return TRUE;
    }
    if (config->server_ca_file != NULL && !has_certificate(config->server_ca_file)) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE,
                    "%s: expected PEM certificates ([server] ca_file)", config->server_ca_file);
        return FALSE;
    }
    if (config->server_token_file != NULL && (token = read_token(config->server_token_file, error)) == NULL)
        return FALSE;
    self->http = http_client_new(config->server_url, config->server_ca_file, token, &wrong);
    if (self->http == NULL)
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "[server] url: expected %s", wrong->message);
    return self->http != NULL;
}

static gboolean make_conductor(Program *self, GError **error)
{
    GearMatch *match = g_steal_pointer(&self->config->gear);
    gboolean rebuilt = FALSE;
    Store *store = store_open(self->config->state_dir, &rebuilt, error);
    ConductorParts parts = {.config = self->config, .changed = on_changed, .data = self};

    if (store == NULL) {
        gear_match_free(match);
        g_prefix_error(error, "[state] dir: ");
        return FALSE;
    }
    self->face_bus = bus_loop_new(self->config->bus);
    self->gear_bus =
        g_str_equal(match->bus, self->config->bus) ? g_object_ref(self->face_bus) : bus_loop_new(match->bus);
    self->gear = gear_watcher_new(self->gear_bus, match);
    self->camera = make_camera(self->config);
    parts.store = store;
    parts.http = self->http;
    parts.camera = self->camera;
    parts.gear = self->gear;
    self->conductor = conductor_new(&parts);
    return TRUE;
}

static void run(Program *self)
{
    self->service = charging_service_new(self->face_bus, &driver_desk_handlers, self->conductor);
    g_signal_connect(self->face_bus, "name", G_CALLBACK(on_name), self);
    g_unix_signal_add(SIGTERM, on_signal, self);
    g_unix_signal_add(SIGINT, on_signal, self);
    conductor_start(self->conductor);
    on_changed(self);
    bus_loop_start(self->face_bus);
    if (self->gear_bus != self->face_bus)
        bus_loop_start(self->gear_bus);
    watchdog_start();
    g_main_loop_run(self->loop);
    notify_socket_send("STOPPING=1");
}

static void end(Program *self)
{
    if (self->face_bus != NULL) {
        g_signal_handlers_disconnect_by_data(self->face_bus, self);
        bus_loop_stop(self->face_bus);
        bus_loop_stop(self->gear_bus);
    }
    if (self->camera != NULL)
        camera_process_quit(self->camera);
    g_clear_object(&self->service);
    g_clear_pointer(&self->conductor, conductor_free);
    g_clear_object(&self->gear);
    g_clear_object(&self->camera);
    g_clear_object(&self->http);
    g_clear_object(&self->gear_bus);
    g_clear_object(&self->face_bus);
    g_clear_pointer(&self->config, config_free);
    /* Cancelled transfers give up their references from the loop. */
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    g_main_loop_unref(self->loop);
}

/* Without --config: the installed file where there is one, else the embedded defaults. */
static Config *load_config(const gchar *file, const gchar *state_dir, GError **error)
{
    g_autoptr(Config) config = NULL;

    if (file != NULL)
        config = config_load(file, error);
    else if (g_file_test(DEFAULT_CONFIG, G_FILE_TEST_EXISTS))
        config = config_load(DEFAULT_CONFIG, error);
    else
        config = config_parse("(defaults)", "", 0, error);
    if (config != NULL && state_dir != NULL) {
        g_free(config->state_dir);
        config->state_dir = g_canonicalize_filename(state_dir, NULL);
    }
    return g_steal_pointer(&config);
}

/* Frames, position and token are in memory: no core file may hold them (threats.md 11). */
static void forbid_core_files(void)
{
    const struct rlimit none = {0, 0};

    setrlimit(RLIMIT_CORE, &none);
}

int main(int argc, char **argv)
{
    g_autofree gchar *file = NULL, *state_dir = NULL;
    gboolean check = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &file, "Configuration (" DEFAULT_CONFIG ")", "FILE"},
        {"state", 's', 0, G_OPTION_ARG_FILENAME, &state_dir, "State folder, instead of [state] dir", "DIR"},
        {"check", 0, 0, G_OPTION_ARG_NONE, &check, "Read the configuration, say whether it is good, and end",
         NULL},
        PROGRAM_VERSION_OPTION,
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- charge by reversing into the bay");
    g_autoptr(GError) error = NULL;
    Program program = {0};

    g_log_writer_default_set_use_stderr(TRUE);
    forbid_core_files();
    program_begin("rearcharged");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("rearcharged: %s\n", error->message);
        return 2;
    }
    program.config = load_config(file, state_dir, &error);
    if (program.config == NULL) {
        g_printerr("rearcharged: %s\n", error->message);
        return 2;
    }
    program.loop = g_main_loop_new(NULL, FALSE);
    if (!make_http(&program, &error) || (!check && !make_conductor(&program, &error))) {
        g_printerr("rearcharged: %s\n", error->message);
        program.status = 2;
    } else if (!check) {
        run(&program);
    }
    end(&program);
    return program.status;
}
