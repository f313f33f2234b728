# rc_layer(NAME [USES layer...] [LIBS imported...]): the static library rc_NAME of all common/NAME/*.c.
function(rc_layer name)
  cmake_parse_arguments(ARG "" "" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/common/${name}/*.c)
  list(TRANSFORM ARG_USES PREPEND rc_)
  if(NOT sources)
    message(STATUS "common/${name} has no sources")
    add_library(rc_${name} INTERFACE)
    target_link_libraries(rc_${name} INTERFACE rc_flags ${ARG_USES})
    return()
  endif()
  add_library(rc_${name} STATIC ${sources})
  target_include_directories(rc_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(rc_${name} PUBLIC rc_flags ${ARG_USES} PRIVATE ${ARG_LIBS})
endfunction()

# rc_service(NAME [NAME program]): services/NAME as a library (so that tests can link it) and the program
# rollcall-NAME from its main.c. services/NAME/sql/*.sql become constants in <NAME>_sql.h (rc_embed_sql),
# services/NAME/templates/*.mustache in <NAME>_templates.h, services/NAME/lua/*.lua in <NAME>_lua.h (rc_embed_text).
function(rc_service name)
  cmake_parse_arguments(ARG "" "NAME" "" ${ARGN})
  set(program rollcall-${name})
  if(ARG_NAME)
    set(program ${ARG_NAME})
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/services/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
  list(REMOVE_ITEM sources ${folder}/main.c)
  if(NOT sources OR NOT EXISTS ${folder}/main.c)
    message(STATUS "services/${name} has no sources")
    return()
  endif()
  add_library(rc_service_${name} STATIC ${sources})
  target_include_directories(rc_service_${name} PUBLIC ${folder})
  target_link_libraries(rc_service_${name} PUBLIC rc_intake rc_letter rc_worker rc_port rc_roster rc_format rc_base)
  target_compile_definitions(rc_service_${name} PRIVATE RC_VERSION="${PROJECT_VERSION}")
  string(MAKE_C_IDENTIFIER ${name} id)
  rc_embed_sql(rc_service_${name} ${folder}/sql ${id}_sql)
  rc_embed_text(rc_service_${name} ${folder}/templates mustache template ${id}_templates)
  rc_embed_text(rc_service_${name} ${folder}/lua lua lua ${id}_lua)
  add_executable(${program} ${folder}/main.c)
  target_link_libraries(${program} PRIVATE rc_service_${name})
  install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# Turns each FOLDER/x.sql into `extern const char sql_x[]` of one generated header HEADER.h, so that SQL is written
# as SQL. Comment lines are kept: they show in the server's log beside a slow statement.
function(rc_embed_sql target folder header)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  if(NOT files)
    return()
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${header})
  add_custom_command(
    OUTPUT ${out}.c ${out}.h
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DHEADER=${header} "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/common/cmake/EmbedSql.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/common/cmake/EmbedSql.cmake
    VERBATIM)
  # A statement may be longer than the 4,095 characters that C11 promises for a literal; both compilers take it.
  set_source_files_properties(${out}.c PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${out}.c ${out}.h)
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()

# Turns each FOLDER/x.SUFFIX into `extern const char PREFIX_x[]` and `PREFIX_x_len` of one generated header HEADER.h.
function(rc_embed_text target folder suffix prefix header)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.${suffix})
  if(NOT files)
    return()
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${header})
  add_custom_command(
    OUTPUT ${out}.c ${out}.h
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DHEADER=${header} -DPREFIX=${prefix} "-DFILES=${files}"
            -P ${PROJECT_SOURCE_DIR}/common/cmake/EmbedText.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/common/cmake/EmbedText.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out}.c ${out}.h)
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()
