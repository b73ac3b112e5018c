#pragma once

// stb_image and stb_image_write, with the formats and limits that we use. nn/io/stb.cc compiles them.

#define STBI_NO_STDIO
#define STBI_WRITE_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_ONLY_TGA
#define STBI_MAX_DIMENSIONS (1 << 16)

#include <stb_image.h>
#include <stb_image_write.h>
