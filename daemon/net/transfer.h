/* Transfer: one libcurl easy handle and what its callbacks need. Private to http_client.c. */
#pragma once

#include "daemon/net/http_client.h"

#include <curl/curl.h>

typedef struct {
    CURL *easy;
    struct curl_slist *headers;
    gchar *url;
    gchar *body;
    GByteArray *received; /* body so far; unused by a stream */
    gboolean too_large;
    HttpChunkFunc chunk; /* set: a stream */
    gpointer chunk_data;
    gboolean refused;   /* a stream answered with another status or content type */
    GSource *cancelled; /* (nullable) */
    GSource *waiting;   /* until it may be handed to libcurl */
    GTask *task;        /* reference */
    gchar curl_error[CURL_ERROR_SIZE];
} Transfer;

/* Returns: (transfer full): set up, not yet started. @token (nullable) */
Transfer *transfer_new(const gchar *base_url, const gchar *ca_file, const gchar *token,
                       const HttpRequest *request);
/* Makes it a stream: no time limit; whoever reads it judges silence. */
void transfer_make_stream(Transfer *self, const gchar *last_event_id, HttpChunkFunc chunk,
                          gpointer chunk_data);
void transfer_free(Transfer *self);

guint transfer_status(Transfer *self);
/* What curl's verdict means for the caller; NULL: success. (transfer full) (nullable) */
GError *transfer_error(Transfer *self, CURLcode result);
