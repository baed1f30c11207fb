#include "weblink/web_chunks.h"

enum {
    AT_SIZE,
    SIZE,
    BLANK,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    FIELD,
    VALUE,
    FIELD_LF,
    END_LF,
    OVER
};

static gboolean take_digit(WebChunks *self, gchar c, guint64 max_bytes, WebVerdict *verdict)
{
    self->left_bytes = self->left_bytes << 4 | (guint64)g_ascii_xdigit_value(c);
    if (self->left_bytes + self->total_bytes > max_bytes) {
        *verdict = (WebVerdict){413, "body_too_large", "the body is larger than 64 KiB"};
        return FALSE;
    }
    self->step = SIZE;
    return TRUE;
}

static void end_size(WebChunks *self)
{
    self->total_bytes += self->left_bytes;
    self->n_line_bytes = 0;
    self->step = self->left_bytes > 0 ? DATA : FIELD;
}

static gboolean is_text(gchar c)
{
    return !g_ascii_iscntrl(c) || c == '\t';
}

/* One byte of what is not data. FALSE: it must not be there. */
static gboolean take(WebChunks *self, gchar c, guint64 max_bytes, WebVerdict *verdict)
{
    switch (self->step) {
    case AT_SIZE:
        return g_ascii_isxdigit(c) && take_digit(self, c, max_bytes, verdict);
    case SIZE:
        if (g_ascii_isxdigit(c))
            return take_digit(self, c, max_bytes, verdict);
        self->step = c == '\r' ? SIZE_LF : c == ';' ? EXTENSION : BLANK;
        return self->step != BLANK || c == ' ' || c == '\t';
    case BLANK: /* "bad white space", only before an extension (RFC 9112, 7.1.1) */
        self->step = c == ';' ? EXTENSION : BLANK;
        return c == ';' || c == ' ' || c == '\t';
    case EXTENSION:
        self->step = c == '\r' ? SIZE_LF : EXTENSION;
        return c == '\r' || is_text(c);
    case SIZE_LF:
        end_size(self);
        return c == '\n';
    case DATA_CR:
        self->step = DATA_LF;
        return c == '\r';
    case DATA_LF:
        self->step = AT_SIZE;
        return c == '\n';
    case FIELD:
        self->step = c == '\r' ? END_LF : VALUE;
        return c == '\r' || (is_text(c) && c != ' ' && c != '\t'); /* no folded line */
    case VALUE:
        self->step = c == '\r' ? FIELD_LF : VALUE;
        return c == '\r' || is_text(c);
    case FIELD_LF:
        self->step = FIELD;
        return c == '\n';
    default:
        self->step = OVER;
        return c == '\n';
    }
}

static gboolean is_too_long(WebChunks *self)
{
    if (self->step <= SIZE_LF)
        return ++self->n_line_bytes > WEB_CHUNKS_LINE_MAX_BYTES;
    return self->step >= FIELD && ++self->n_trailer_bytes > WEB_CHUNKS_TRAILER_MAX_BYTES;
}

gsize web_chunks_follow(WebChunks *self, const gchar *data, gsize len, guint64 max_bytes, WebVerdict *verdict)
{
    gsize at = 0;

    *verdict = (WebVerdict){0};
    while (at < len && self->step != OVER) {
        if (self->step == DATA) {
            gsize part = (gsize)MIN(self->left_bytes, len - at);

            at += part;
            self->left_bytes -= part;
            if (self->left_bytes == 0)
                self->step = DATA_CR;
            continue;
        }
        if (!take(self, data[at], max_bytes, verdict) || is_too_long(self)) {
            if (verdict->status == 0)
                *verdict = (WebVerdict){400, "bad_field", "the chunks of the body are malformed"};
            return at;
        }
        at++;
    }
    return len;
}
