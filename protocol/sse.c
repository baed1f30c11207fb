#include "protocol/sse.h"

#include <string.h>

G_DEFINE_QUARK(sse_error, sse_error)

static const gchar bom[] = "\xef\xbb\xbf";
#define BOM_BYTES 3

struct SseParser {
    GString *line;        /* the unfinished line */
    GString *data;        /* each data line followed by '\n' */
    gchar *name;          /* (nullable): of the event being read */
    gchar *id_buffer;     /* becomes last_event_id with the next empty line, also of an event without data */
    gchar *last_event_id; /* never NULL */
    gint64 retry_ms;
    GQueue events;       /* of SseEvent, owned */
    gboolean after_cr;   /* a LF now belongs to the CR before */
    gboolean first_line; /* a BOM may open it */
    gboolean failed;
};

void sse_event_free(SseEvent *self)
{
    g_free(self->name);
    g_free(self->data);
    g_free(self->id);
    g_free(self);
}

SseParser *sse_parser_new(void)
{
    SseParser *self = g_new0(SseParser, 1);

    self->line = g_string_new(NULL);
    self->data = g_string_new(NULL);
    self->id_buffer = g_strdup("");
    self->last_event_id = g_strdup("");
    self->retry_ms = -1;
    self->first_line = TRUE;
    g_queue_init(&self->events);
    return self;
}

void sse_parser_free(SseParser *self)
{
    g_string_free(self->line, TRUE);
    g_string_free(self->data, TRUE);
    g_free(self->name);
    g_free(self->id_buffer);
    g_free(self->last_event_id);
    g_queue_clear_full(&self->events, (GDestroyNotify)sse_event_free);
    g_free(self);
}

void sse_parser_reset(SseParser *self)
{
    g_string_truncate(self->line, 0);
    g_string_truncate(self->data, 0);
    g_clear_pointer(&self->name, g_free);
    g_free(self->id_buffer);
    self->id_buffer = g_strdup(self->last_event_id);
    g_queue_clear_full(&self->events, (GDestroyNotify)sse_event_free);
    self->after_cr = FALSE;
    self->first_line = TRUE;
    self->failed = FALSE;
}

static gboolean refuse(SseParser *self, GError **error, const gchar *what)
{
    self->failed = TRUE;
    g_set_error(error, SSE_ERROR, SSE_ERROR_TOO_LONG, "event stream: %s longer than 64 KiB", what);
    return FALSE;
}

static void dispatch(SseParser *self)
{
    SseEvent *event;

    g_free(self->last_event_id);
    self->last_event_id = g_strdup(self->id_buffer);
    if (self->data->len > 0) {
        event = g_new0(SseEvent, 1);
        event->data_len = self->data->len - 1; /* without the last '\n' */
        g_string_truncate(self->data, event->data_len);
        event->data = g_string_free(g_steal_pointer(&self->data), FALSE);
        self->data = g_string_new(NULL);
        event->name = self->name != NULL ? g_steal_pointer(&self->name) : g_strdup("message");
        event->id = g_strdup(self->last_event_id);
        g_queue_push_tail(&self->events, event);
    }
    g_clear_pointer(&self->name, g_free);
}

static void set_retry(SseParser *self, const gchar *digits, gsize len)
{
    g_autofree gchar *text = g_strndup(digits, len);
    guint64 value = 0;

    if (len > 0 && strspn(text, "0123456789") == len &&
        g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &value, NULL))
        self->retry_ms = (gint64)value;
}

static gboolean is_field(const gchar *name, gsize len, const gchar *wanted)
{
    return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

static gboolean take_field(SseParser *self, const gchar *line, gsize len, GError **error)
{
    const gchar *colon = memchr(line, ':', len);
    gsize name_len = colon == NULL ? len : (gsize)(colon - line);
    const gchar *value = colon == NULL ? line + len : colon + 1;
    gsize value_len = len - (gsize)(value - line);
    gboolean has_nul;

    if (value_len > 0 && value[0] == ' ') {
        value++;
        value_len--;
    }
    has_nul = memchr(value, '\0', value_len) != NULL;
    if (is_field(line, name_len, "data")) {
        if (self->data->len + value_len > SSE_MAX_DATA_BYTES)
            return refuse(self, error, "data of one event");
        g_string_append_len(self->data, value, (gssize)value_len);
        g_string_append_c(self->data, '\n');
    } else if (is_field(line, name_len, "event") && !has_nul) {
        g_free(self->name);
        self->name = value_len > 0 ? g_strndup(value, value_len) : NULL; /* empty means "message" again */
    } else if (is_field(line, name_len, "id") && !has_nul) {
        g_free(self->id_buffer);
        self->id_buffer = g_strndup(value, value_len);
    } else if (is_field(line, name_len, "retry")) {
        set_retry(self, value, value_len);
    } /* anything else, comments (empty name) included, is ignored */
    return TRUE;
}

static gboolean end_line(SseParser *self, GError **error)
{
    const gchar *line = self->line->str;
    gsize len = self->line->len;
    gboolean ok = TRUE;

    if (self->first_line && len >= BOM_BYTES && memcmp(line, bom, BOM_BYTES) == 0) {
        line += BOM_BYTES;
        len -= BOM_BYTES;
    }
    self->first_line = FALSE;
    if (len == 0)
        dispatch(self);
    else
        ok = take_field(self, line, len, error);
    g_string_truncate(self->line, 0);
    return ok;
}

/* Number of bytes before the first line end, or all of them. */
static gsize run_len(const gchar *bytes, gsize len)
{
    gsize i = 0;

    while (i < len && bytes[i] != '\r' && bytes[i] != '\n')
        i++;
    return i;
}

gboolean sse_parser_feed(SseParser *self, const gchar *bytes, gsize len, GError **error)
{
    if (self->failed)
        return refuse(self, error, "a line or an event before was");
    for (gsize i = 0; i < len;) {
        gsize run = run_len(bytes + i, len - i);
        if (run > 0) {
            if (self->line->len + run > SSE_MAX_LINE_BYTES)
                return refuse(self, error, "a line");
            g_string_append_len(self->line, bytes + i, (gssize)run);
            self->after_cr = FALSE;
            i += run;
            continue;
        }
        gboolean second_half = bytes[i] == '\n' && self->after_cr;
        self->after_cr = bytes[i] == '\r';
        i++;
        if (!second_half && !end_line(self, error))
            return FALSE;
    }
    return TRUE;
}

SseEvent *sse_parser_pop(SseParser *self)
{
    return g_queue_pop_head(&self->events);
}

const gchar *sse_parser_last_event_id(const SseParser *self)
{
    return self->last_event_id;
}

gint64 sse_parser_retry_ms(const SseParser *self)
{
    return self->retry_ms;
}

gchar *sse_print(const gchar *id, const gchar *name, const gchar *data, gsize len)
{
    g_autoptr(GString) text = g_string_sized_new(len + 64);

    g_return_val_if_fail(id == NULL || strpbrk(id, "\r\n") == NULL, NULL);
    g_return_val_if_fail(name == NULL || strpbrk(name, "\r\n") == NULL, NULL);
    if (id != NULL)
        g_string_append_printf(text, "id: %s\n", id);
    if (name != NULL)
        g_string_append_printf(text, "event: %s\n", name);
    for (gsize at = 0; at <= len;) {
        gsize run = run_len(data + at, len - at);
        g_string_append(text, "data: ");
        g_string_append_len(text, data + at, (gssize)run);
        g_string_append_c(text, '\n');
        at += run;
        if (at + 1 < len && data[at] == '\r' && data[at + 1] == '\n')
            at++;
        at++;
    }
    g_string_append_c(text, '\n');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gchar *sse_print_comment(const gchar *text)
{
    g_return_val_if_fail(strpbrk(text, "\r\n") == NULL, NULL);
    return g_strdup_printf(": %s\n", text);
}
