#include "server-stub/ocpp_log.h"

#include "base/utc_time.h"
#include "protocol/json_gate.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

struct _OcppLog {
    int fd;
};

OcppLog *ocpp_log_open(const gchar *path, GError **error)
{
    OcppLog *self;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    if (fd < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    self = g_new0(OcppLog, 1);
    self->fd = fd;
    return self;
}

void ocpp_log_free(OcppLog *self)
{
    if (self == NULL)
        return;
    close(self->fd);
    g_free(self);
}

void ocpp_log_write(OcppLog *self, const gchar *station_id, gboolean received, const gchar *text, gsize len,
                    gint64 now_ms)
{
    g_autoptr(JsonObject) object = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *copy = NULL;
    g_autofree gchar *printed = NULL;
    g_autofree gchar *line = NULL;
    gchar at[UTC_TIME_TEXT_BYTES];

    if (self == NULL)
        return;
    object = json_object_new();
    copy = g_strndup(text, len);
    utc_time_format(now_ms, at);
    json_object_set_string_member(object, "at", at);
    json_object_set_string_member(object, "station", station_id);
    json_object_set_string_member(object, "direction", received ? "received" : "sent");
    json_object_set_string_member(object, "text", copy);
    node = json_node_init_object(json_node_alloc(), object);
    printed = json_gate_print(node, NULL);
    line = g_strconcat(printed, "\n", NULL);
    /* One write, one line, also when two programs append to the same file. A full disk must not stop a
     * charge. */
    if (write(self->fd, line, strlen(line)) < 0)
        g_warning("ocpp log: %s", g_strerror(errno));
}
