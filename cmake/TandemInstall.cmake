# Headers go under include/tandem, so that <autograd/tensor.h> is the same in the tree and installed.
include(CMakePackageConfigHelpers)

set(targets tandem tandem_autograd tandem_nn tandem_models)
# Headers that are not installed. No installed header includes them, and they need what users may not have, or
# pass Eigen's matrices by value, which is safe only among code compiled with the same flags.
set(private "kernels/(gemm_|permute|registers)|models/symmetric_eigen|nn/io/(jpeg|png|safetensors_header|stb)\\.h$")
if(TANDEM_BUILD_IO)
  list(APPEND targets tandem_io)
else()
  string(APPEND private "|nn/(io|data)/")
  list(TRANSFORM data_in_memory REPLACE "(.*)cc$" "nn/\\1h" OUTPUT_VARIABLE headers)
  install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem/nn/data)
endif()

install(TARGETS ${targets} EXPORT tandem-targets)
install(EXPORT tandem-targets NAMESPACE tandem:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
foreach(folder autograd nn models)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem FILES_MATCHING PATTERN "*.h"
          REGEX "${private}" EXCLUDE)
endforeach()
install(FILES tandem.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem)

configure_package_config_file(cmake/tandem-config.cmake.in ${PROJECT_BINARY_DIR}/tandem-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tandem-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tandem-config.cmake ${PROJECT_BINARY_DIR}/tandem-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
