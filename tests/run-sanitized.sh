#!/bin/sh
# Any sanitizer report fails the test, even one made after Criterion's verdict (it passes leaking tests).
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
ASAN_OPTIONS="log_path=$dir/report" UBSAN_OPTIONS="log_path=$dir/report:halt_on_error=1:print_stacktrace=1" \
  LSAN_OPTIONS="suppressions=$(dirname "$0")/leaks-not-ours.txt:print_suppressions=0" "$@"
status=$?
for report in "$dir"/report*; do
  [ -e "$report" ] && { cat "$report" >&2; status=1; }
done
exit $status
