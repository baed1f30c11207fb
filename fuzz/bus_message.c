/* A D-Bus message of a peer, as its bytes: whatever libdbus lets through becomes a GVariant and goes back the
 * same. */
#include "dbus/bus_variant.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    DBusMessage *message = size <= 65536 ? dbus_message_demarshal((const char *)data, (int)size, NULL) : NULL;
    g_autoptr(GVariant) body = NULL;
    g_autoptr(GVariant) again = NULL;
    DBusMessage *copy;

    if (message == NULL)
        return 0;
    body = bus_variant_from_message(message, NULL, NULL);
    dbus_message_unref(message);
    if (body == NULL)
        return 0;
    copy = dbus_message_new_signal("/", "org.rearcharge.Fuzz", "Value");
    if (bus_variant_append(copy, body, NULL,
                           NULL)) { /* not with handles: their descriptors did not come along */
        again = bus_variant_from_message(copy, NULL, NULL);
        g_assert_true(g_variant_equal(body, again));
    }
    dbus_message_unref(copy);
    return 0;
}
