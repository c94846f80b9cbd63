//  The one place where the coordinator looks at a clock.

import Glibc

public enum SystemClock {
  /// Microseconds since 1970.
  @Sendable public static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
