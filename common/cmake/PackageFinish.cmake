# Run by cpack over the files of a package: manual pages and the changelog are compressed as Debian wants them, and the licence
# stands in copyright.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_DIRECTORY}/usr/share/man/*.[18])
file(GLOB changelog ${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/rollcall/changelog)
foreach(file IN LISTS pages changelog)
  execute_process(COMMAND gzip --best --no-name ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(REMOVE ${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/rollcall/LICENSE)
