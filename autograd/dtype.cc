#include "autograd/dtype.h"

namespace tandem {

std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return sizeof(float);
    case DType::float64: return sizeof(double);
    case DType::int64: return sizeof(std::int64_t);
    case DType::uint8: return sizeof(std::uint8_t);
  }
  return 0;
}

std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return "float32";
    case DType::float64: return "float64";
    case DType::int64: return "int64";
    case DType::uint8: return "uint8";
  }
  return "unknown";
}

}  // namespace tandem
