# Headers go under include/tandem, so that <autograd/tensor.h> is the same in the tree and installed.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(targets tandem tandem_autograd tandem_nn tandem_models)
set(header_folders autograd nn models)
if(TANDEM_BUILD_IO)
  list(APPEND targets tandem_io)
endif()

install(TARGETS ${targets} EXPORT tandem-targets)
install(EXPORT tandem-targets NAMESPACE tandem:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
foreach(folder ${header_folders})
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem FILES_MATCHING PATTERN "*.h")
endforeach()
install(FILES tandem.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem)

configure_package_config_file(cmake/tandem-config.cmake.in ${PROJECT_BINARY_DIR}/tandem-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tandem-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tandem-config.cmake ${PROJECT_BINARY_DIR}/tandem-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
