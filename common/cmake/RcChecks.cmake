# Rules that a tool can keep, as CTest entries with the label "checks": layers, headers, fault points, format, tidy.
function(rc_checks)
  add_test(NAME checks.layers COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}
           -P ${PROJECT_SOURCE_DIR}/common/cmake/CheckLayers.cmake)
  add_test(NAME checks.headers COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DCC=${CMAKE_C_COMPILER}
           -P ${PROJECT_SOURCE_DIR}/common/cmake/CheckHeaders.cmake)
  add_test(NAME checks.fault-points COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}
           -P ${PROJECT_SOURCE_DIR}/common/cmake/CheckFaultPoints.cmake)
  set(labelled checks.layers checks.headers checks.fault-points)
  find_program(RC_CLANG_FORMAT clang-format-14)
  if(RC_CLANG_FORMAT)
    add_test(NAME checks.format COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DTOOL=${RC_CLANG_FORMAT}
             -P ${PROJECT_SOURCE_DIR}/common/cmake/CheckFormat.cmake)
    add_custom_target(format COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DTOOL=${RC_CLANG_FORMAT} -DFIX=ON
                      -P ${PROJECT_SOURCE_DIR}/common/cmake/CheckFormat.cmake)
    list(APPEND labelled checks.format)
  endif()
  find_program(RC_RUN_TIDY run-clang-tidy-14)
  if(RC_RUN_TIDY)
    add_test(NAME checks.tidy COMMAND ${RC_RUN_TIDY} -quiet -p ${CMAKE_BINARY_DIR}
             "^${PROJECT_SOURCE_DIR}/(common|services)/.*\\.c$")
    set_tests_properties(checks.tidy PROPERTIES TIMEOUT 1500)
    list(APPEND labelled checks.tidy)
  endif()
  set_tests_properties(${labelled} PROPERTIES LABELS checks)
endfunction()
