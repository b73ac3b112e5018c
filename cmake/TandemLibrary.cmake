# What all of tandem's own targets have in common.
include(GNUInstallDirs)

# Flags that change Eigen's inline code must agree in every file that includes Eigen, the users' too: they
# are PUBLIC (through tandem_autograd). Warnings and sanitizers are for this tree alone.
function(tandem_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns of its own headers: AVX-512 (bug 105593), std::string (bug 105651). With clang these warnings are on.
    target_compile_options(${target} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized
                                             -Wno-restrict -Wno-stringop-overflow
                                             -Wno-array-bounds)
  endif()
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)  # part of a project that sets no build type
    target_compile_options(${target} PRIVATE -O3)
    target_compile_definitions(${target} PRIVATE NDEBUG)
  endif()
  if(TANDEM_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(TANDEM_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${TANDEM_SANITIZE} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${TANDEM_SANITIZE})
  endif()
endfunction()

# tandem_library(NAME SOURCES ... LINKS ...): the target tandem_NAME, also known as tandem::NAME.
function(tandem_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(tandem_${name} ${ARG_SOURCES})
  add_library(tandem::${name} ALIAS tandem_${name})
  set_target_properties(tandem_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(tandem_${name} PUBLIC cxx_std_20)
  target_include_directories(tandem_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tandem>)
  target_link_libraries(tandem_${name} PUBLIC ${ARG_LINKS})
  tandem_compile_options(tandem_${name})
endfunction()

# tandem_program(NAME LINKS...): builds NAME.cc as a program in the folder bin. The tests start it and depend on it.
function(tandem_program name)
  add_executable(${name} ${name}.cc)
  target_link_libraries(${name} PRIVATE ${ARGN})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  tandem_compile_options(${name})
  set_property(GLOBAL APPEND PROPERTY TANDEM_PROGRAMS ${name})
endfunction()

# tandem_find_stb(VARIABLE HEADER): finds the folder of one of stb's headers.
function(tandem_find_stb variable header)
  find_path(${variable} ${header} PATH_SUFFIXES stb)
  if(NOT ${variable})
    message(FATAL_ERROR "stb's ${header} was not found (Debian and Ubuntu: libstb-dev; vcpkg: stb; or a copy of "
                        "github.com/nothings/stb). -D${variable}=FOLDER says where it is.")
  endif()
endfunction()
