#!/bin/sh
# Any sanitizer report fails the test, even one made after Criterion's verdict (it passes leaking tests).
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
# ignore_noninstrumented_modules=1: GLib and GStreamer lock with futexes that ThreadSanitizer cannot see, so what one of
# their functions touches on two threads is not judged; what our code touches is.
# intercept_tls_get_addr=0: LeakSanitizer 14 crashes on the TLS blocks of modules that were dlopen()ed (glib-networking).
ASAN_OPTIONS="log_path=$dir/report:intercept_tls_get_addr=0" UBSAN_OPTIONS="log_path=$dir/report:halt_on_error=1:print_stacktrace=1" \
  TSAN_OPTIONS="log_path=$dir/report:ignore_noninstrumented_modules=1" \
  LSAN_OPTIONS="suppressions=$(dirname "$0")/leaks-not-ours.txt:print_suppressions=0" "$@"
status=$?
for report in "$dir"/report*; do
  [ -e "$report" ] && { cat "$report" >&2; status=1; }
done
exit $status
