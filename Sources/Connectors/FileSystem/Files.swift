//  The file calls that the connector makes, with errors that name the path.

import Dataflow
import Glibc

enum Files {
  /// `file:///data/x` and `/data/x` are the same place.
  static func path(_ text: String) throws(OperatorError) -> String {
    guard let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].hasPrefix("/"), !text.hasPrefix("/") else { return text }
    guard text.hasPrefix("file:") else {
      throw OperatorError(.user, .never, "option \"path\" is \"\(text)\", expected a path or a file:// URL")
    }
    let rest = text.dropFirst("file:".count)
    // After `//` an authority may stand, which is empty or this host.
    if rest.hasPrefix("//") {
      let authority = rest.dropFirst(2)
      guard let slash = authority.firstIndex(of: "/"), authority[..<slash].isEmpty || authority[..<slash] == "localhost" else {
        throw OperatorError(.user, .never, "option \"path\" is \"\(text)\", expected file:///... with no host")
      }
      return String(authority[slash...])
    }
    return String(rest)
  }

  static func failure(_ action: String, _ path: String, _ code: Int32 = errno) -> OperatorError {
    let isUsers = code == ENOENT || code == EACCES || code == EISDIR || code == ENOTDIR || code == EPERM
    return OperatorError(
      isUsers ? .user : .external, isUsers ? .never : .restartFromCheckpoint,
      "could not \(action) \"\(path)\": \(String(cString: strerror(code)))")
  }

  struct Status {
    var isDirectory: Bool
    var size: Int64
  }

  /// Nil if there is no such file.
  static func status(_ path: String) throws(OperatorError) -> Status? {
    var information = stat()
    if stat(path, &information) != 0 {
      if errno == ENOENT { return nil }
      throw failure("look at", path)
    }
    return Status(isDirectory: information.st_mode & S_IFMT == S_IFDIR, size: Int64(information.st_size))
  }

  /// The names in a directory, sorted by their bytes, `.` and `..` left out.
  static func names(in directory: String) throws(OperatorError) -> [String] {
    guard let handle = opendir(directory) else { throw failure("list", directory) }
    defer { closedir(handle) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw failure("list", directory) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) throws(OperatorError) {
    if try status(path)?.isDirectory == true { return }
    let parent = parent(of: path)
    if parent != path { try makeDirectory(parent) }
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw failure("make directory", path) }
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes what happened to the names in a directory durable.
  static func syncDirectory(_ path: String) throws(OperatorError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open directory", path) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0, errno != EINVAL { throw failure("sync directory", path) }
  }

  /// All bytes of a small file; nil if there is none.
  static func contents(of path: String) throws(OperatorError) -> [UInt8]? {
    guard let size = try status(path)?.size else { return nil }
    let file: OpenFile
    do throws(OperatorError) { file = try OpenFile(reading: path) } catch {
      // Gone since.
      if try status(path) == nil { return nil }
      throw error
    }
    var failure: OperatorError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      do throws(OperatorError) { count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Removes a file; one that is not there is no error.
  static func remove(_ path: String) throws(OperatorError) {
    if unlink(path) != 0, errno != ENOENT { throw failure("remove", path) }
  }
}

/// An open file, closed with the object.
final class OpenFile {
  let path: String
  private let descriptor: Int32

  init(reading path: String) throws(OperatorError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.failure("open", path) }
  }

  /// A new file; an old one of that name is emptied.
  init(writing path: String) throws(OperatorError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.failure("create", path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills the buffer from `offset` on; gives fewer bytes only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(OperatorError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset) + off_t(filled))
      if count < 0 {
        if errno == EINTR { continue }
        throw Files.failure("read", path)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OperatorError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw Files.failure("write", path)
      }
      written += count
    }
  }

  func write(_ bytes: [UInt8]) throws(OperatorError) {
    var failure: OperatorError?
    bytes.withUnsafeBytes { bytes in
      do throws(OperatorError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  func sync() throws(OperatorError) {
    if fsync(descriptor) != 0 { throw Files.failure("sync", path) }
  }
}
