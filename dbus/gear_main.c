/* rearcharge-gear: plays the vehicle on the bus, for demo and tests, and shows what a gear configuration
 * sees. */

#include "base/program.h"
#include "dbus/gear_tool.h"

static const gchar summary[] =
    "Plays the vehicle on D-Bus (org.rearcharge.Vehicle1), or watches one.\n\n"
    "Commands:\n"
    "  serve [COMMAND...]      play the vehicle; then read commands, one a line, from standard input\n"
    "  emit COMMAND            move the lever of a running \"serve\"; if there is none, play the vehicle\n"
    "  quit                    end a running \"serve\"\n"
    "  get                     print what the vehicle says now\n"
    "  watch [KEY=VALUE...]    print gear and speed as rearcharged would see them with this [gear] "
    "section\n\n"
    "What serve and emit understand:\n"
    "  P, R, N, D, gear -, speed KMH, position LATITUDE LONGITUDE, soc PERCENT,\n"
    "  plug connected|disconnected, id TEXT; \"-\" instead of a value means unknown.";

int main(int argc, char **argv)
{
    g_autofree gchar *bus = NULL, *speed = NULL;
    GearToolOptions options = {0};
    const GOptionEntry entries[] = {
        {"bus", 0, 0, G_OPTION_ARG_STRING, &bus, "system, session or an address", "BUS"},
        {"speed", 0, 0, G_OPTION_ARG_STRING, &speed, "emit: set this speed first", "KMH"},
        {"hold", 0, 0, G_OPTION_ARG_NONE, &options.hold,
         "emit: stay, and give the former gear back at the end", NULL},
        {"until-eof", 0, 0, G_OPTION_ARG_NONE, &options.until_eof, "serve: end with standard input", NULL},
        PROGRAM_VERSION_OPTION,
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("COMMAND");
    g_autoptr(GError) error = NULL;
    const gchar *const *words;

    program_begin("rearcharge-gear");
    g_option_context_set_summary(context, summary);
    /* "position -33.8 151.2": a negative number is no option. */
    g_option_context_set_ignore_unknown_options(context, TRUE);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        tool_complain("%s", error->message);
        return TOOL_USAGE;
    }
    options.bus = bus;
    options.speed = speed;
    words = (const gchar *const *)argv + 1;
    for (guint i = 0; words[i] != NULL; i++) {
        if (g_str_has_prefix(words[i], "--")) {
            tool_complain("unknown option %s", words[i]);
            return TOOL_USAGE;
        }
    }
    if (g_strcmp0(words[0], "serve") == 0)
        return gear_tool_serve(&options, words + 1);
    if (g_strcmp0(words[0], "emit") == 0 && words[1] != NULL)
        return gear_tool_emit(&options, words + 1);
    if (g_strcmp0(words[0], "quit") == 0 && words[1] == NULL)
        return gear_tool_emit(&options, words);
    if (g_strcmp0(words[0], "get") == 0 && words[1] == NULL)
        return gear_tool_get(&options);
    if (g_strcmp0(words[0], "watch") == 0)
        return gear_tool_watch(&options, words + 1);
    tool_complain("expected serve, emit COMMAND, quit, get or watch; see --help");
    return TOOL_USAGE;
}
