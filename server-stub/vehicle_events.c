#include "server-stub/vehicle_events.h"

#include "protocol/json_gate.h"
#include "server-stub/store/order_rows.h"

static FeedEvent *event_of_order(const Order *order)
{
    g_autoptr(JsonNode) node = order_to_json(order);
    FeedEvent *event = g_new0(FeedEvent, 1);

    event->event_seq = order->event_seq;
    event->name = "order";
    event->text = json_gate_print(node, NULL);
    return event;
}

static FeedEvent *event_of_news(NewsRow *row)
{
    FeedEvent *event = g_new0(FeedEvent, 1);

    event->event_seq = row->event_seq;
    event->name = g_intern_string(row->kind); /* a handful of words of ours */
    event->text = g_steal_pointer(&row->body);
    return event;
}

/* Both lists are in order, and either may be cut at @limit: whoever is next goes first, and what lies beyond
 * @limit waits for the next reading. */
GPtrArray *vehicle_events_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 now_ms,
                                guint limit, GError **error)
{
    g_autoptr(GArray) orders = store_orders_since(store, vehicle_id, event_seq, limit, error);
    g_autoptr(GPtrArray) news =
        orders != NULL ? store_news_since(store, vehicle_id, event_seq, now_ms, limit, error) : NULL;
    GPtrArray *events;
    guint o = 0, n = 0;

    if (orders == NULL || news == NULL)
        return NULL;
    events = g_ptr_array_new_with_free_func((GDestroyNotify)feed_event_free);
    while (events->len < limit && (o < orders->len || n < news->len)) {
        const Order *order = o < orders->len ? &g_array_index(orders, OrderRow, o).order : NULL;
        NewsRow *row = n < news->len ? g_ptr_array_index(news, n) : NULL;

        if (row == NULL || (order != NULL && order->event_seq < row->event_seq)) {
            g_ptr_array_add(events, event_of_order(order));
            o++;
        } else {
            g_ptr_array_add(events, event_of_news(row));
            n++;
        }
    }
    return events;
}
