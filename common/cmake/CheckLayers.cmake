# Reads every #include against the table of layers.   cmake -DROOT=<checkout> -P CheckLayers.cmake
cmake_minimum_required(VERSION 3.25)
set(wrong "")

# Each folder and the layers that it may include.
set(common/base "base")
set(common/format "format|base")
set(common/roster "roster|format|base")
set(common/port "port|format|base")
set(common/worker "worker|port|format|base")
set(common/intake "intake|worker|port|roster|format|base")
set(common/letter "letter|port|format|base")
set(services "letter|intake|worker|port|roster|format|base")
# Each outside library and the files that may know it.
set(homes
  "cjson=common/format/json" "librdkafka=common/port/bus" "hiredis=common/port/kv" "libpq-fe=common/port/db"
  "curl=common/port/(http|smtp|sftp)" "sodium=common/port/(crypto|seal)" "zstd=common/port/pack" "openssl=common/port/crypto"
  "microhttpd=common/port/httpd" "zip=common/port/zip")

foreach(folder common/base common/format common/roster common/port common/worker common/intake common/letter services)
  string(REPLACE "common/" "include/rollcall/" public ${folder})
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.[ch] ${ROOT}/${public}/*.h)
  list(REMOVE_DUPLICATES files)
  foreach(file IN LISTS files)
    file(STRINGS ${ROOT}/${file} includes REGEX "^#include [<\"]")
    foreach(include IN LISTS includes)
      if(include MATCHES "[<\"]rollcall/" AND NOT include MATCHES "\"rollcall/(${${folder}})/")
        string(APPEND wrong "  ${file}: ${include}\n")
      endif()
      foreach(home IN LISTS homes)
        string(REGEX MATCH "^([^=]+)=(.+)$" ignored ${home})
        set(library ${CMAKE_MATCH_1})
        set(place ${CMAKE_MATCH_2})
        if(include MATCHES "[<\"]${library}[/.]" AND NOT file MATCHES "^${place}")
          string(APPEND wrong "  ${file}: ${include}\n")
        endif()
      endforeach()
    endforeach()
  endforeach()
endforeach()

# A service never includes another's headers.
file(GLOB services RELATIVE ${ROOT}/services ${ROOT}/services/*)
foreach(service IN LISTS services)
  string(MAKE_C_IDENTIFIER ${service} id)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/services/${service}/*.[ch])
  foreach(file IN LISTS files)
    file(STRINGS ${ROOT}/${file} includes REGEX "^#include \"")
    foreach(include IN LISTS includes)
      string(REGEX REPLACE "^#include \"([^\"]*)\".*" "\\1" name "${include}")
      if(NOT name MATCHES "^rollcall/" AND NOT EXISTS ${ROOT}/services/${service}/${name}
         AND NOT name MATCHES "^${id}_(sql|templates|lua)\\.h$")
        string(APPEND wrong "  ${file}: ${include}\n")
      endif()
    endforeach()
  endforeach()
endforeach()

if(wrong)
  message(FATAL_ERROR "includes that break the layers:\n${wrong}")
endif()
