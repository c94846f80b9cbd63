//  A picture of how cost grows, as SVG: a field for each series with all axes logarithmic, CPU time (left) and peak memory (right) as
//  lines over whole decades, and a line for n log n from the first point to hold them against.

import Foundation

struct LinearPlot {
  private static let (width, height) = (420.0, 300.0)
  private static let (left, right, top, bottom) = (56.0, 72.0, 34.0, 40.0)

  static func svg(_ all: [LinearSeries]) -> String {
    let (columns, rows) = (2, (all.count + 1) / 2)
    let size = (Double(columns) * width, Double(rows) * height)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(size.0))" height="\(Int(size.1))" font-family="sans-serif" font-size="11">
      <rect width="100%" height="100%" fill="white"/>
      <clipPath id="field"><rect x="\(left)" y="\(top)" width="\(width - left - right)" height="\(height - top - bottom)"/></clipPath>

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
    let x = Axis(low: sizes[0], high: sizes[sizes.count - 1])
    let seconds = Axis(decadesAround: series.points.map { max($0.cpu, 0.01) })
    let memory = Axis(decadesAround: series.points.map { max($0.peak, 1) })
    func height(_ axis: Axis, _ value: Double) -> Double { Self.height - bottom - axis.share(value) * (Self.height - top - bottom) }

    func line(_ axis: Axis, _ values: [Double], _ style: String, dots: String? = nil) -> String {
      let places = zip(sizes, values).map { size, value in
        (left + x.share(size) * (width - left - right), height(axis, value))
      }
      let points = places.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
      let marks = dots.map { colour in
        places.map { String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"\(colour)\"/>\n", $0.0, $0.1) }.joined()
      }
      return "<polyline points=\"\(points)\" fill=\"none\" clip-path=\"url(#field)\" \(style)/>\n" + (marks ?? "")
    }
    var text = "<text x=\"\(left)\" y=\"18\" font-size=\"13\">\(series.name)</text>\n"
    let (base, end) = (Self.height - bottom, width - right)
    for decade in seconds.decades {
      let place = height(seconds, decade)
      text += "<path d=\"M\(left) \(place)H\(end)\" stroke=\"#ddd\"/>\n"
      text += "<text x=\"\(left - 6)\" y=\"\(place + 4)\" text-anchor=\"end\" fill=\"#1f6feb\">\(String(format: "%g", decade)) s</text>\n"
    }
    for decade in memory.decades {
      text += "<text x=\"\(end + 6)\" y=\"\(height(memory, decade) + 4)\" fill=\"#d1700f\">\(String(format: "%g", decade)) MiB</text>\n"
    }
    text += "<path d=\"M\(left) \(top)V\(base)H\(end)V\(top)\" fill=\"none\" stroke=\"black\"/>\n"
    for size in sizes {
      let place = left + x.share(size) * (width - left - right)
      text += "<text x=\"\(place)\" y=\"\(base + 16)\" text-anchor=\"middle\">\(short(size))</text>\n"
    }
    text += line(seconds, wanted, "stroke=\"grey\" stroke-dasharray=\"4 4\"")
    text += line(seconds, series.points.map { max($0.cpu, 0.01) }, "stroke=\"#1f6feb\" stroke-width=\"2\"", dots: "#1f6feb")
    text += line(memory, series.points.map { max($0.peak, 1) }, "stroke=\"#d1700f\" stroke-dasharray=\"2 2\"", dots: "#d1700f")
    text += "<text x=\"\(left)\" y=\"\(Self.height - 8)\"><tspan fill=\"#1f6feb\">CPU time</tspan> "
    return text + "<tspan fill=\"#d1700f\">peak memory</tspan> <tspan fill=\"grey\">n log n</tspan></text>\n"
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

    init(low: Double, high: Double) {
      self.low = low
      self.high = max(high, low * 1.01)
    }

    /// From a power of ten to another, at least one decade.
    init(decadesAround values: [Double]) {
      let low = floor(log10(values.min()!))
      self.init(low: pow(10, low), high: pow(10, max(ceil(log10(values.max()!)), low + 1)))
    }

    var decades: [Double] { (Int(log10(low).rounded())...Int(log10(high).rounded())).map { pow(10, Double($0)) } }

    /// Where a value lies, from 0 to 1.
    func share(_ value: Double) -> Double { log(value / low) / log(high / low) }
  }
}
