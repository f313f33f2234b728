# Any text as bytes, since a string literal may not be as long as a page.
# cmake -DOUT=<path without suffix> -DHEADER=<name> -DPREFIX=<template> "-DFILES=a.mustache;b.mustache" -P EmbedText.cmake
cmake_minimum_required(VERSION 3.25)
string(TOUPPER ${HEADER}_H guard)
set(declarations "")
set(definitions "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1', " bytes "${bytes}")
  string(REGEX REPLACE "(('\\\\x..', ){16})" "\\1\n    " bytes "${bytes}")
  string(APPEND declarations "extern const char ${PREFIX}_${name}[];\nextern const size_t ${PREFIX}_${name}_len;\n")
  string(APPEND definitions "const char ${PREFIX}_${name}[] = {\n    ${bytes}'\\0'};\n"
         "const size_t ${PREFIX}_${name}_len = sizeof ${PREFIX}_${name} - 1;\n")
endforeach()
file(WRITE ${OUT}.h
     "/* Generated; do not edit. */\n#ifndef ${guard}\n#define ${guard}\n#include <stddef.h>\n${declarations}#endif\n")
file(WRITE ${OUT}.c "/* Generated; do not edit. */\n#include \"${HEADER}.h\"\n\n${definitions}")
