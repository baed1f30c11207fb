/* Opens a copy of the server's store with the server's own code and says what it holds, one fact a line:
 * order ID CLIENT_REF SEQ STATE TOTAL TRANSACTION */
#include <stdio.h>

#include "server-stub/store/order_rows.h"

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = argc == 2 ? store_open(argv[1], &error) : NULL;
    g_autoptr(GArray) orders =
        store != NULL && store_check(store, &error) ? store_orders_all(store, 10000, &error) : NULL;

    if (orders == NULL) {
        fprintf(stderr, "server: %s\n", error != NULL ? error->message : "usage");
        return 1;
    }
    for (guint i = 0; i < orders->len; i++) {
        const Order *order = &g_array_index(orders, OrderRow, i).order;

        printf("order\t%s\t%s\t%" G_GINT64_FORMAT "\t%s\t%" G_GINT64_FORMAT "\t%s\n", order->order_id,
               order->client_ref, order->event_seq, order_state_names[order->state],
               order->has_receipt ? order->receipt.cost.total_minor : -1, order->transaction_id);
    }
    return 0;
}
