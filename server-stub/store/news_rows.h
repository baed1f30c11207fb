/* Rows of news: what a vehicle's event stream carries besides its orders, in the same numbering. One row per
 * kind and topic: a newer snapshot takes the place of the older one.
 */
#pragma once

#include "server-stub/store/people_rows.h"

#define NEWS_KIND_BYTES 16

typedef struct {
    gint64 event_seq;
    gchar kind[NEWS_KIND_BYTES]; /* the name of the event */
    gchar *body;                 /* owned; JSON text */
} NewsRow;
void news_row_free(NewsRow *row);

/* Inside a change: the next number of the vehicle's event stream. NOT_FOUND: no such vehicle */
gboolean store_take_event_seq(Store *store, const gchar *vehicle_id, gint64 *event_seq, GError **error);
/* 0 when nothing was ever told, or with @error */
gint64 store_last_event_seq(Store *store, const gchar *vehicle_id, GError **error);

/**
 * store_news_put:
 * @body: its member "event_seq" is set here
 * @until_ms: a car that comes later is not told any more
 *
 * Inside a change. Then wake the vehicle's streams: web_front_vehicle_changed().
 */
gboolean store_news_put(Store *store, const gchar *vehicle_id, const gchar *kind, const gchar *topic,
                        gint64 until_ms, JsonObject *body, GError **error);
/* (transfer full) (nullable) (element-type NewsRow): after @event_seq, in order, that still holds */
GPtrArray *store_news_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 now_ms,
                            gint64 limit, GError **error);
gboolean store_news_forget(Store *store, gint64 before_ms, GError **error);
