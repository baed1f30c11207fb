/* A D-Bus message of a peer, as its bytes: whatever libdbus lets through becomes a GVariant and goes back the
 * same. Or, behind a '(', the text of a GVariant: whatever D-Bus has a type for goes there and comes back. */
#include "dbus/bus_variant.h"
#include "fuzz/variant_text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* @fds: (nullable): for handles, which are compared by number only */
static void there_and_back(GVariant *body, GUnixFDList *fds)
{
    DBusMessage *message = dbus_message_new_signal("/", "org.rearcharge.Fuzz", "Value");
    g_autoptr(GUnixFDList) back = NULL;
    g_autoptr(GVariant) again = NULL;

    if (bus_variant_append(message, body, fds, NULL)) {
        again = bus_variant_from_message(message, fds != NULL ? &back : NULL, NULL);
        g_assert_true(again != NULL && g_variant_n_children(again) == g_variant_n_children(body));
        g_assert_true(strchr(g_variant_get_type_string(body), 'h') != NULL || g_variant_equal(body, again));
    }
    dbus_message_unref(message);
}

static void from_text(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
    g_autoptr(GVariant) body = NULL;
    gint null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    g_unix_fd_list_append(fds, null, NULL);
    close(null);
    if (size <= 4096 && variant_text_is_fit(text))
        body = g_variant_parse(NULL, text, NULL, NULL, NULL);
    if (body != NULL && g_variant_is_of_type(body, G_VARIANT_TYPE_TUPLE))
        there_and_back(body, fds);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    DBusMessage *message = NULL;
    g_autoptr(GVariant) body = NULL;

    if (size > 0 && data[0] == '(') {
        from_text(data, size);
        return 0;
    }
    if (size <= 65536)
        message = dbus_message_demarshal((const char *)data, (int)size, NULL);
    if (message == NULL)
        return 0;
    body = bus_variant_from_message(message, NULL, NULL);
    dbus_message_unref(message);
    if (body != NULL)
        there_and_back(body, NULL); /* not with handles: their descriptors did not come along */
    return 0;
}
