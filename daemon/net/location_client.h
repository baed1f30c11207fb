/* Location client: search and reservations, one attempt each. Whoever asked decides whether to try again. */
#pragma once

#include "daemon/net/http_client.h"
#include "protocol/api_reservation.h"

/* GET /v1/locations. Finish: (transfer full) (nullable) (element-type Place): nearest first */
void location_client_find_async(HttpClient *http, const PlaceQuery *query, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
GArray *location_client_find_finish(HttpClient *http, GAsyncResult *result, GError **error);

/* The path of the live view of that area. (transfer full) */
gchar *location_client_area_path(const PlaceQuery *query);

/* POST, move or DELETE: a call that answers with one Reservation. @body: (nullable) */
void location_client_call_async(HttpClient *http, const gchar *method, const gchar *path, const gchar *body,
                                const gchar *idempotency_key, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean location_client_call_finish(HttpClient *http, GAsyncResult *result, Reservation *reservation,
                                     GError **error);

/* GET /v1/reservations. Finish: (transfer full) (nullable) (element-type Reservation): newest first */
void location_client_list_async(HttpClient *http, guint limit, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
GArray *location_client_list_finish(HttpClient *http, GAsyncResult *result, GError **error);
