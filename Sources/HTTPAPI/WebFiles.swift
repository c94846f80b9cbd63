//  The page's files, which are part of the executable. They hold nothing secret: everything shown is asked of the API.

import HTTPTypes
import Hummingbird

/// A file of the page.
struct WebFile: Sendable {
  var contentType: String
  var bytes: [UInt8]
  /// Changes with the content.
  var entityTag: String

  init(_ contentType: String, _ bytes: [UInt8]) {
    self.contentType = contentType
    self.bytes = bytes
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.entityTag = "\"\(String(hash, radix: 16))\""
  }

  /// By path.
  static let all: [String: WebFile] = {
    let page = WebFile("text/html; charset=utf-8", PackageResources.index_html)
    let script = "text/javascript; charset=utf-8"
    return [
      "/": page, "/index.html": page,
      "/style.css": WebFile("text/css; charset=utf-8", PackageResources.style_css),
      "/app.js": WebFile(script, PackageResources.app_js),
      "/api.js": WebFile(script, PackageResources.api_js),
      "/dom.js": WebFile(script, PackageResources.dom_js),
      "/format.js": WebFile(script, PackageResources.format_js),
      "/parts.js": WebFile(script, PackageResources.parts_js),
      "/graph.js": WebFile(script, PackageResources.graph_js),
      "/jobs.js": WebFile(script, PackageResources.jobs_js),
      "/job.js": WebFile(script, PackageResources.job_js),
      "/workers.js": WebFile(script, PackageResources.workers_js),
      "/submit.js": WebFile(script, PackageResources.submit_js),
      "/icon.svg": WebFile("image/svg+xml", PackageResources.icon_svg),
    ]
  }()

  /// Only our own scripts and styles, and nobody may frame the page: a stolen click would cancel a job.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'"

  func response(to request: Request) -> Response {
    var headers: HTTPFields = [
      .contentType: contentType, .eTag: entityTag, .cacheControl: "no-cache",
      .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
    ]
    headers[HTTPField.Name("X-Frame-Options")!] = "DENY"
    headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
    headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
    headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "same-origin"
    if request.headers[.ifNoneMatch] == entityTag { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
