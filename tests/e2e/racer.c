/* Two threads that count without a lock: the run under ThreadSanitizer must fail on this one. */
#include <glib.h>

static guint count;

static gpointer run(gpointer data)
{
    for (guint i = 0; i < 100000; i++)
        count++;
    return NULL;
}

int main(void)
{
    GThread *one = g_thread_new("one", run, NULL), *two = g_thread_new("two", run, NULL);

    g_thread_join(one);
    g_thread_join(two);
    g_print("%u\n", count);
    return 0;
}
