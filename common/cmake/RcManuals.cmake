# Manual pages and completions: made by the programs themselves while building, so that they cannot say anything else, and
# installed where man(1) and the shells look.
set(RC_MANUALS ${CMAKE_BINARY_DIR}/manuals)

# rc_said(FILE FOLDER TARGET WORD...): what the program says when it is called so, installed in FOLDER.
function(rc_said file where target)
  add_custom_command(OUTPUT ${RC_MANUALS}/${file} COMMAND ${target} ${ARGN} > ${RC_MANUALS}/${file} DEPENDS ${target} VERBATIM)
  install(FILES ${RC_MANUALS}/${file} DESTINATION ${where})
  set_property(GLOBAL APPEND PROPERTY RC_MANUALS ${RC_MANUALS}/${file})
endfunction()

# rc_worker_manual(NAME): rollcall-NAME(8).
function(rc_worker_manual name)
  set(page ${RC_MANUALS}/rollcall-${name}.8)
  set(frame ${PROJECT_SOURCE_DIR}/common/cmake/worker.8.in)
  set(words ${PROJECT_SOURCE_DIR}/services/${name}/manual.mdoc)
  set(script ${PROJECT_SOURCE_DIR}/common/cmake/MakeManual.cmake)
  add_custom_command(OUTPUT ${page} DEPENDS rollcall-${name} ${frame} ${words} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:rollcall-${name}> -DFRAME=${frame} -DWORDS=${words}
                             -DOUT=${page} -P ${script})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
  set_property(GLOBAL APPEND PROPERTY RC_MANUALS ${page})
endfunction()

# rc_manuals(WORKER...): all of them, by the target `manuals`, which belongs to all.
function(rc_manuals)
  file(MAKE_DIRECTORY ${RC_MANUALS}/bash)
  rc_said(rollcall.1 ${CMAKE_INSTALL_MANDIR}/man1 rollcall --man)
  rc_said(bash/rollcall ${CMAKE_INSTALL_DATADIR}/bash-completion/completions rollcall completion bash)
  rc_said(_rollcall ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions rollcall completion zsh)
  rc_said(rollcall.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d rollcall completion fish)
  foreach(name IN LISTS ARGN)
    rc_worker_manual(${name})
  endforeach()
  get_property(files GLOBAL PROPERTY RC_MANUALS)
  add_custom_target(manuals ALL DEPENDS ${files})
endfunction()
