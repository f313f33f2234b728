# RC_COMMIT: what `--version` and rollcall_build_info say. Given (a build without a checkout), or asked of git when configuring.
# Only one file is compiled with it, so that a new commit costs one compilation.
set(RC_COMMIT "" CACHE STRING "commit that is built; empty: ask git")
set(commit "${RC_COMMIT}")
if(NOT commit)
  execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT commit)
  set(commit unknown)
endif()
set_source_files_properties(${PROJECT_SOURCE_DIR}/common/worker/build_info.c PROPERTIES COMPILE_DEFINITIONS "RC_COMMIT=\"${commit}\"")
