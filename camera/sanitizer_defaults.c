/* Only for sanitizer builds of the GStreamer programs. GLib's table of quarks, made when the library is
 * loaded, is let go when it grows past 2,048, as GStreamer makes it. To know that block by its stack, the
 * stack must be whole. */
#include "camera/decoder/sanitized.h"

#if SANITIZED
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void)
{
    return "leak:call_init\n";
}
#endif
