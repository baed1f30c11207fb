#include "pile-sim/ocpp_log.h"

#include "base/utc_time.h"
#include "protocol/json_gate.h"
#include "protocol/ocpp_strike.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct _OcppLog {
    FILE *file;
};

OcppLog *ocpp_log_open(const gchar *path, GError **error)
{
    OcppLog *self = NULL;
    gint fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "a") : NULL;

    if (file == NULL) {
        gint code = errno;

        if (fd >= 0)
            close(fd);
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", path,
                    g_strerror(code));
        return NULL;
    }
    self = g_new0(OcppLog, 1);
    self->file = file;
    return self;
}

void ocpp_log_free(OcppLog *self)
{
    if (self == NULL)
        return;
    fclose(self->file);
    g_free(self);
}

void ocpp_log_write(OcppLog *self, gboolean sent, const gchar *text, gsize len, gint64 unix_ms)
{
    gchar at[UTC_TIME_TEXT_BYTES] = "";
    g_autofree gchar *struck = ocpp_strike(text, len);
    g_autofree gchar *valid =
        struck != NULL ? g_steal_pointer(&struck) : g_utf8_make_valid(text, (gssize)len);
    g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), valid);
    g_autofree gchar *quoted = json_gate_print(node, NULL);

    utc_time_format(unix_ms, at);
    fprintf(self->file, "{\"at\":\"%s\",\"direction\":\"%s\",\"text\":%s}\n", at, sent ? "sent" : "received",
            quoted);
    fflush(self->file);
}
