/* rearcharge-server: the operator's server for cars (REST, SSE), piles (OCPP 2.0.1) and people. */
#include "base/program.h"
#include "server-stub/admin.h"
#include "server-stub/control_client.h"
#include "server-stub/control_words.h"
#include "server-stub/serve.h"
#include "weblink/bounded_server.h"
#include "weblink/tls_floor.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>

static const gchar usage[] =
    "usage: rearcharge-server COMMAND --state FILE.db [OPTIONS]\n"
    "  serve          run the server: [--listen ADDR:PORT] [--tls-cert F --tls-key F [--tls-client-ca F]]\n"
    "                 [--operator-token-file F] [--allow-host NAME]... [--plug-timeout S] [--ocpp-log FILE]\n"
    "                 [--request-rate N] [--presence off|warn|enforce]\n"
    "  station add ID --name TEXT --operator NAME --evse ID[,ID...] --latitude DEG --longitude DEG --tariff "
    "ID\n"
    "                 [--power-w W] [--connector STANDARD] [--password-file OUT] [--qr-secret-file F]\n"
    "  station list\n"
    "  station codes ID on|off           offline codes and vouchers: the pile shares a secret with the "
    "server\n"
    "  station link ID http://HOST:PORT|none   where cars find the pile's own network\n"
    "  code add VEHICLE ID_TOKEN [--type Central|MacAddress|eMAID|...] [--station ID] [--expires TIME]\n"
    "                 [--max-energy-wh WH] [--max-cost-minor N] [--currency EUR]   what piles know it by\n"
    "  code remove|block|unblock CODE_ID\n"
    "  code list\n"
    "  vehicle add ID [--token-file OUT]\n"
    "  vehicle list\n"
    "  tariff set ID  --currency EUR [--energy PER_KWH] [--time PER_HOUR] [--flat PER_SESSION] [--no-show "
    "FEE]\n"
    "  tariff list\n"
    "  order list\n"
    "  --version\n";

/* Absent: off. Returns: FALSE when it is none of the words */
static gboolean read_presence(const gchar *word, PresenceMode *mode)
{
    for (guint i = 0; word != NULL && presence_mode_names[i] != NULL; i++) {
        if (g_str_equal(presence_mode_names[i], word)) {
            *mode = (PresenceMode)i;
            return TRUE;
        }
    }
    return word == NULL;
}

static gboolean serve(gint argc, gchar **argv, GError **error)
{
    ServeOptions o = {.request_rate = BOUNDED_SERVER_REQUESTS_PER_S};
    g_autofree gchar *presence = NULL;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &o.state, "SQLite file", "FILE"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &o.listen, "default 127.0.0.1:8080; port 0: any", "ADDR:PORT"},
        {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &o.tls_cert, "PEM", "F"},
        {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &o.tls_key, "PEM", "F"},
        {"tls-client-ca", 0, 0, G_OPTION_ARG_FILENAME, &o.tls_client_ca,
         "PEM; stations prove themselves with certificates that it signed", "F"},
        {"operator-token-file", 0, 0, G_OPTION_ARG_FILENAME, &o.operator_token_file, "one line", "F"},
        {"allow-host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.allow_hosts, "further Host header", "NAME"},
        {"plug-timeout", 0, 0, G_OPTION_ARG_INT, &o.plug_timeout_s, "default 300", "S"},
        {"request-rate", 0, 0, G_OPTION_ARG_INT, &o.request_rate,
         "requests a second and address, after a first 1,000; default 500; 0: any", "N"},
        {"presence", 0, 0, G_OPTION_ARG_STRING, &presence, "must a car that orders stand there? default off",
         "off|warn|enforce"},
        {"ocpp-log", 0, 0, G_OPTION_ARG_FILENAME, &o.ocpp_log, "every OCPP message, one JSON line", "FILE"},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("serve");
    gboolean ok;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return FALSE;
    if (o.listen == NULL)
        o.listen = g_strdup("127.0.0.1:8080");
    ok = argc == 1 && o.state != NULL && (o.tls_cert == NULL) == (o.tls_key == NULL) &&
         (o.tls_client_ca == NULL || o.tls_cert != NULL) && o.plug_timeout_s >= 0 && o.request_rate >= 0 &&
         read_presence(presence, &o.presence);
    if (ok)
        ok = serve_run(&o, error);
    else
        g_set_error_literal(
            error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
            "serve: want --state, --tls-cert together with --tls-key, and both with --tls-client-ca; "
            "--presence off, warn or enforce");
    g_free(o.state);
    g_free(o.listen);
    g_free(o.tls_cert);
    g_free(o.tls_key);
    g_free(o.tls_client_ca);
    g_free(o.operator_token_file);
    g_free(o.ocpp_log);
    g_strfreev(o.allow_hosts);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct {
        const gchar *noun, *verb; /* verb NULL: the noun is the whole command */
        gboolean (*run)(gint argc, gchar **argv, GError **error);
    } commands[] = {
        {"serve", NULL, serve},
        {"station", "add", admin_station_add},
        {"station", "list", admin_station_list},
        {"station", "codes", admin_station_codes},
        {"station", "link", admin_station_link},
        {"vehicle", "add", admin_vehicle_add},
        {"vehicle", "list", admin_vehicle_list},
        {"tariff", "set", admin_tariff_set},
        {"tariff", "list", admin_tariff_list},
        {"order", "list", admin_order_list},
        {"pile", NULL, control_client_run},
        {"offer", NULL, control_client_run},
        {"rule", NULL, control_client_run},
        {"code", "add", admin_code_add},
        {"code", "remove", admin_code_remove},
        {"code", "block", admin_code_block},
        {"code", "unblock", admin_code_unblock},
        {"code", "list", admin_code_list},
    };
    g_autoptr(GError) error = NULL;

    tls_floor_set();
    program_begin("rearcharge-server");
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0)
        return 1;
    if (argc > 2 && g_str_equal(argv[1], "vehicle") && g_str_equal(argv[2], "query")) {
        if (control_client_run(argc - 1, argv + 1, &error))
            return 0;
        fprintf(stderr, "rearcharge-server: %s\n", error->message);
        return 1;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        gint words = commands[i].verb != NULL ? 2 : 1;

        if (argc <= words || g_strcmp0(argv[1], commands[i].noun) != 0 ||
            (words == 2 && g_strcmp0(argv[2], commands[i].verb) != 0))
            continue;
        /* GOption wants a program name in front. */
        if (commands[i].run(argc - words, argv + words, &error))
            return 0;
        fprintf(stderr, "rearcharge-server: %s\n", error != NULL ? error->message : "failed");
        return 1;
    }
    if (argc == 2 && g_str_equal(argv[1], "--version"))
        program_print_version(NULL, NULL, NULL, NULL);
    if (argc == 2 && (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "help"))) {
        fputs(usage, stdout);
        fputs(control_words_usage, stdout);
        return 0;
    }
    fputs(usage, stderr);
    fputs(control_words_usage, stderr);
    return 2;
}
