/* Linked into every libFuzzer program: what GLib only logs as critical, a programmer's mistake, ends the run
 * as a crash does, and its input is kept. */
#include <glib.h>
#include <signal.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* GLib ends itself with a breakpoint, which libFuzzer does not catch. */
static void on_breakpoint(int number)
{
    abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    signal(SIGTRAP, on_breakpoint);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
    return 0;
}
