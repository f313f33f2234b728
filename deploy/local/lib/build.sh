# shellcheck shell=sh
# The release build of the programs. Ninja decides what is out of date, so a second start does no work.

build_release() {
    cd "$ROOT" || return 1
    before=$(newest_program)
    [ -f build/release/build.ninja ] || cmake --preset release
    cmake --build --preset release
    if [ "$before" = "$(newest_program)" ]; then
        note "up to date"
    else
        note "$(find "$BIN" -type f | wc -l) programs in $(shown "$BIN")"
    fi
}

newest_program() { find "$BIN" -type f -printf '%T@ %s %f\n' 2>/dev/null | sort | sha256sum; }
