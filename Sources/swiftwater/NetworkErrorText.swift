//  Errors of sockets for a person: what the system said, without the names of its calls.

import Foundation
import NIOCore
import NIOPosix

extension Error {
  /// Of the errors of every address that was tried, one.
  var networkText: String {
    if let error = self as? IOError { return String(cString: strerror(error.errnoCode)) }
    guard let error = self as? NIOConnectionError else { return "\(self)" }
    return (error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError)?.networkText ?? "\(self)"
  }
}
