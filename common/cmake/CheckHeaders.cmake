# Compiles every public header alone: a header says everything that it needs.
# cmake -DROOT=<checkout> -DCC=<compiler> -P CheckHeaders.cmake
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE headers ${ROOT}/include/rollcall/*.h)
set(wrong "")
foreach(header IN LISTS headers)
  execute_process(
    COMMAND ${CC} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -fsyntax-only -I${ROOT}/include -include ${header}
            -x c /dev/null
    RESULT_VARIABLE result ERROR_VARIABLE text)
  if(result)
    string(APPEND wrong "${header}:\n${text}")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "headers that do not compile alone:\n${wrong}")
endif()
