/* Configuration text into rearcharged's configuration: whatever it says, it is accepted whole or refused with
 * one line. */
#include <stdint.h>
#include <string.h>

#include "daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse("fuzz.conf", (const gchar *)data, size, &error);

    if ((config == NULL) == (error == NULL))
        g_error("neither a configuration nor an error, or both");
    if (error != NULL && strchr(error->message, '\n') != NULL)
        g_error("more than one line: %s", error->message);
    return 0;
}
