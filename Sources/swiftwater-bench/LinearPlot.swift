//  A picture of how cost grows, as SVG: a field for each series with both axes logarithmic, CPU time and peak memory as lines, and
//  a line for n log n from the first point to hold them against.

import Foundation

struct LinearPlot {
  private static let (width, height) = (420.0, 300.0)
  private static let (left, right, top, bottom) = (56.0, 16.0, 34.0, 40.0)

  static func svg(_ all: [LinearSeries]) -> String {
    let (columns, rows) = (2, (all.count + 1) / 2)
    let size = (Double(columns) * width, Double(rows) * height)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(size.0))" height="\(Int(size.1))" font-family="sans-serif" font-size="11">
      <rect width="100%" height="100%" fill="white"/>

      """
    for (index, series) in all.enumerated() {
      let place = (Double(index % columns) * width, Double(index / columns) * height)
      text += "<g transform=\"translate(\(place.0) \(place.1))\">\n\(field(series))</g>\n"
    }
    return text + "</svg>\n"
  }

  private static func field(_ series: LinearSeries) -> String {
    let sizes = series.points.map { Double($0.size) }
    let first = series.points[0]
    func ideal(_ size: Double) -> Double { size * max(1, log2(size)) }
    let wanted = sizes.map { max(first.cpu, 0.01) * ideal($0) / ideal(sizes[0]) }
    let x = Axis(sizes)
    let seconds = Axis(series.points.map { max($0.cpu, 0.01) } + wanted)
    let memory = Axis(series.points.map { max($0.peak, 1) })

    func line(_ axis: Axis, _ values: [Double], _ style: String, dots: String? = nil) -> String {
      let places = zip(sizes, values).map { size, value in
        (left + x.share(size) * (width - left - right), height - bottom - axis.share(value) * (height - top - bottom))
      }
      let points = places.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
      let marks = dots.map { colour in
        places.map { String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"\(colour)\"/>\n", $0.0, $0.1) }.joined()
      }
      return "<polyline points=\"\(points)\" fill=\"none\" \(style)/>\n" + (marks ?? "")
    }
    var text = "<text x=\"\(left)\" y=\"18\" font-size=\"13\">\(series.name)</text>\n"
    text += "<path d=\"M\(left) \(top)V\(height - bottom)H\(width - right)\" fill=\"none\" stroke=\"black\"/>\n"
    for size in sizes {
      let place = left + x.share(size) * (width - left - right)
      text += "<text x=\"\(place)\" y=\"\(height - bottom + 16)\" text-anchor=\"middle\">\(short(size))</text>\n"
    }
    for value in [seconds.low, seconds.high] {
      let place = height - bottom - seconds.share(value) * (height - top - bottom)
      text += "<text x=\"\(left - 6)\" y=\"\(place + 4)\" text-anchor=\"end\">\(String(format: "%.3g", value)) s</text>\n"
    }
    text += line(seconds, wanted, "stroke=\"grey\" stroke-dasharray=\"4 4\"")
    text += line(seconds, series.points.map { max($0.cpu, 0.01) }, "stroke=\"#1f6feb\" stroke-width=\"2\"", dots: "#1f6feb")
    text += line(memory, series.points.map { max($0.peak, 1) }, "stroke=\"#d1700f\" stroke-dasharray=\"2 2\"", dots: "#d1700f")
    let range = String(format: "%.0f to %.0f MiB", memory.low, memory.high)
    text +=
      "<text x=\"\(left)\" y=\"\(height - 8)\"><tspan fill=\"#1f6feb\">CPU time</tspan> <tspan fill=\"#d1700f\">peak memory, \(range)</tspan>"
    return text + " <tspan fill=\"grey\">n log n</tspan></text>\n"
  }

  private static func short(_ value: Double) -> String {
    switch value {
    case 1_000_000...: String(format: "%g M", value / 1_000_000)
    case 1_000...: String(format: "%g k", value / 1_000)
    default: String(format: "%g", value)
    }
  }

  /// A logarithmic axis over values above 0.
  private struct Axis {
    let low: Double
    let high: Double

    init(_ values: [Double]) {
      low = values.min()!
      high = max(values.max()!, low * 1.01)
    }

    /// Where a value lies, from 0 to 1.
    func share(_ value: Double) -> Double { log(value / low) / log(high / low) }
  }
}
