# Tests find themselves: tests/unit/<layer or service>/test_x.c is one binary and one CTest entry unit.<folder>.x, linked with
# everything below it; tests/contract and tests/integration likewise, which exit with 77 (skipped) where a server they need is
# not installed. A file tests/<kind>/<folder>/with_*.c is shared by them.
pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)

# rc_unit_tests(KIND FOLDER LIB...): the test binaries of tests/KIND/FOLDER.
function(rc_unit_tests kind folder)
  set(dir ${PROJECT_SOURCE_DIR}/tests/${kind}/${folder})
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/test_*.c)
  file(GLOB shared CONFIGURE_DEPENDS ${dir}/with_*.c)
  foreach(test IN LISTS tests)
    get_filename_component(name ${test} NAME_WE)
    string(REGEX REPLACE "^test_" "" name ${name})
    set(target test-${kind}-${folder}-${name})
    add_executable(${target} ${test} ${shared})
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${dir})
    target_compile_definitions(${target} PRIVATE RC_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE ${ARGN} PkgConfig::CMOCKA Threads::Threads)
    add_test(NAME ${kind}.${folder}.${name} COMMAND ${target} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${kind}.${folder}.${name} PROPERTIES LABELS ${kind} TIMEOUT 120 SKIP_RETURN_CODE 77)
  endforeach()
endfunction()

# rc_fuzz(NAME LIB...): tests/fuzz/NAME_fuzzer.c. With libFuzzer it runs for a while over its corpus; without, the kept corpus
# runs once as a plain test, so that what fuzzing once found stays found.
function(rc_fuzz name)
  add_executable(fuzz-${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}_fuzzer.c)
  target_link_libraries(fuzz-${name} PRIVATE ${ARGN})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(RC_FUZZ)
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    set(seconds 60)
    if(DEFINED ENV{RC_FUZZ_SECONDS})
      set(seconds $ENV{RC_FUZZ_SECONDS})
    endif()
    add_test(NAME fuzz.${name} COMMAND fuzz-${name} -max_total_time=${seconds} -rss_limit_mb=1024 -timeout=10
             ${CMAKE_CURRENT_BINARY_DIR}/corpus-${name} ${corpus})
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/corpus-${name})
  else()
    target_sources(fuzz-${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/run_corpus.c)
    add_test(NAME fuzz.${name} COMMAND fuzz-${name} ${corpus})
  endif()
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 1200)
endfunction()
