/* rearcharge-ui: the head unit's page, from the daemon's D-Bus snapshot to a browser on this machine. */
#include "base/program.h"
#include "dbus/bus_loop.h"
#include "dbus/charging_client.h"
#include "service/notify_socket.h"
#include "service/watchdog.h"
#include "ui-bridge/ui_server.h"
#include <glib-unix.h>
#include <stdio.h>

#define DEFAULT_PORT 8088

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    gint port = DEFAULT_PORT;
    g_autofree gchar *bus_name = NULL;
    g_autofree gchar *folder = g_strdup(g_getenv("RUNTIME_DIRECTORY"));
    gboolean demo_bar = FALSE;
    const GOptionEntry options[] = {
        PROGRAM_VERSION_OPTION,
        {"port", 0, 0, G_OPTION_ARG_INT, &port, "TCP port on 127.0.0.1; 0: any (default 8088)", "N"},
        {"bus", 0, 0, G_OPTION_ARG_STRING, &bus_name, "system (default), session, or a D-Bus address", "BUS"},
        {"runtime-dir", 0, 0, G_OPTION_ARG_FILENAME, &folder,
         "keep the session and the start URL here ($RUNTIME_DIRECTORY, which systemd sets)", "DIR"},
        {"demo-bar", 0, 0, G_OPTION_ARG_NONE, &demo_bar,
         "show the lever of a vehicle that rearcharge-gear plays", NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- status page of RearCharge");
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(UiServer) server = ui_server_new();
    g_autoptr(BusLoop) bus = NULL;
    g_autoptr(ChargingClient) client = NULL;
    g_autoptr(GError) error = NULL;

    program_begin("rearcharge-ui");
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1 || port < 0 || port > 65535) {
        g_printerr("rearcharge-ui: %s\n", error != NULL ? error->message : "wrong arguments; see --help");
        return 2;
    }
    if (folder != NULL && !ui_server_keep_session(server, folder, &error)) {
        g_printerr("rearcharge-ui: %s\n", error->message);
        return 1;
    }
    if (!ui_server_listen(server, (guint16)port, &error)) {
        g_printerr("rearcharge-ui: %s\n", error->message);
        return 1;
    }
    bus = bus_loop_new(bus_name != NULL ? bus_name : "system");
    client = charging_client_new(bus);
    ui_server_follow(server, client);
    if (demo_bar)
        ui_server_show_lever(server, bus);
    bus_loop_start(bus);
    g_unix_signal_add(SIGINT, on_signal, loop);
    g_unix_signal_add(SIGTERM, on_signal, loop);
    g_print("Open once: %s\n", ui_server_start_url(server));
    fflush(stdout); /* whoever waits for the line may read a pipe */
    notify_socket_send("READY=1");
    watchdog_start();
    g_main_loop_run(loop);
    notify_socket_send("STOPPING=1");
    bus_loop_stop(bus);
    return 0;
}
