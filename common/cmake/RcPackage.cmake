# The Debian package: everything that is installed, and what belongs to a system rather than to a prefix (configuration in /etc,
# units). The latter has a component of its own, so that `cmake --install --prefix` stays inside its prefix.
set(RC_PACKAGE ${PROJECT_SOURCE_DIR}/deploy/packages)

# rc_unit(NAME): rollcall-NAME.service. What it is for is the first line of its manual page.
function(rc_unit name)
  file(STRINGS ${PROJECT_SOURCE_DIR}/services/${name}/manual.mdoc RC_UNIT_ABOUT LIMIT_COUNT 1)
  set(RC_UNIT_NAME ${name})
  set(unit ${CMAKE_BINARY_DIR}/package/rollcall-${name}.service)
  file(READ ${RC_PACKAGE}/rollcall-worker.service.in text)
  string(CONFIGURE "${text}" text @ONLY)
  file(GENERATE OUTPUT ${unit} CONTENT "${text}")
  install(FILES ${unit} DESTINATION lib/systemd/system COMPONENT system EXCLUDE_FROM_ALL)
endfunction()

# rc_package(WORKER...): what `cpack` makes.
function(rc_package)
  if(NOT EXISTS ${RC_PACKAGE}) # an image is built without deploy/
    return()
  endif()
  foreach(name IN LISTS ARGN)
    rc_unit(${name})
  endforeach()
  install(FILES ${RC_PACKAGE}/rollcall.conf DESTINATION /etc/rollcall COMPONENT system EXCLUDE_FROM_ALL)
  install(FILES ${RC_PACKAGE}/copyright ${RC_PACKAGE}/changelog DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/rollcall COMPONENT system
          EXCLUDE_FROM_ALL)
  set(CPACK_GENERATOR DEB)
  set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};rollcall;ALL;/" "${CMAKE_BINARY_DIR};rollcall;system;/")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/common/cmake/PackageFinish.cmake)
  set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  set(CPACK_PACKAGE_VENDOR "The Rollcall authors")
  set(CPACK_PACKAGE_CONTACT "The Rollcall authors <maintainers@rollcall.example>")
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION net)
  set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql (>= 15), redis-server")
  set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${RC_PACKAGE}/conffiles)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "syncs rosters of school districts into a directory")
  set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
      "Workers that fetch the rosters of school districts from their student\ninformation systems, work out what changed, apply it under each\ndistrict's own policy, and mail its owners what happened; and a command\nline for its operators.")
  include(CPack)
endfunction()
