#pragma once

#include <memory>

#include "nn/activation.h"
#include "nn/linear.h"
#include "nn/sequential.h"

namespace tandem::models {

struct CausalNeighboursOptions {
  Index height = 28, width = 28;     ///< of the images
  Index reach = 3;                   ///< rows above, and columns to either side, that a pixel looks at
  Index features = 2;                ///< further numbers that it is given for each pixel
  std::vector<Index> hidden = {32};  ///< widths of the network's layers, at least one
  nn::Activation activation = nn::Activation::relu;

  /// How many pixels it looks at: 2 r (r + 1) for a reach of r.  @throws ValueError unless r is 1 to 64
  Index neighbours() const;
};

/// For each pixel of an image, what the pixels before it in raster order add to its logit:
///
///     g_i(x_<i, t) = net(c_i, row of i, column of i, t_i),   c_i = those of x_<i that lie within reach
///
/// t_i are features of the pixel, for instance from a decoder. Where all of c_i is 0, as in most places, g_i is 0 and
/// nothing is computed. One small network serves all pixels: it is a masked convolution, zero-padded, followed by 1 x 1
/// convolutions. Row and column, scaled to [-1, 1], tell it where it is.
/// Sources: the mask, van den Oord, Kalchbrenner, Kavukcuoglu 2016, arXiv:1601.06759, section 3.4; together with a
/// decoder's features, Gulrajani et al. 2016, arXiv:1611.05013, section 3.
class CausalNeighbours : public nn::Module {
 public:
  /// @throws ValueError if an extent, a width or features is below 1, there is no hidden layer, or the reach is not
  ///         1 to 64
  explicit CausalNeighbours(const CausalNeighboursOptions& options);
  CausalNeighbours(nn::Module& parent, std::string name, const CausalNeighboursOptions& options);

  /// What the network sees of images. It does not depend on the features, so compute it once per x.
  struct View {
    Tensor places;  ///< where a neighbour is not 0: image times pixels of an image, plus the pixel.  int64 [places]
    Tensor seen;    ///< what the neighbours and the place add to the first layer.  [places, width]
  };
  /// Of all pixels.  x [n, height width], data: no gradient flows to it.
  /// @throws ShapeError unless x is [n, height width], DTypeError unless it is floating
  View look(const Tensor& x);
  /// Of one pixel of each image, whose number is not checked; only the pixels before it are read.  @throws as above
  View look(const Tensor& x, Index pixel);

  /// g where it is not 0, at the places of the view.  features [n, height width features] -> [places]
  /// @throws ValueError if a place of the view lies outside the features, ShapeError if the size of the features is not
  ///         a multiple of options().features
  Tensor at_places(const View& view, const Tensor& features);
  /// logits + g.  logits [n, height width] -> the same shape
  /// @throws ShapeError unless logits is [n, height width], DTypeError unless it is floating, and what at_places() does
  Tensor add_to(const Tensor& logits, const View& view, const Tensor& features);

  const CausalNeighboursOptions& options() const { return options_; }
  std::string describe() const override;

 private:
  void build();
  void require_images(const Tensor& x) const;
  View view_of(const Tensor& x, const std::vector<Index>& places);
  CausalNeighboursOptions options_;
  std::unique_ptr<nn::Linear> seen_, told_;  // the two parts of the first layer
  nn::Sequential rest_{*this, "rest"};
};

}  // namespace tandem::models
