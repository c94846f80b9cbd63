//  Operating system threads, and how they sleep and are woken. Nothing here runs on Swift's cooperative pool: slots are
//  CPU-bound, readers and committers block.

import Glibc
import Synchronization

/// Starts a detached thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      let body = Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue()
      body.run()
      return nil
    }, box.toOpaque())
  precondition(status == 0, "the system has a thread for us")
  pthread_detach(thread)
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Lets one thread sleep until it is woken or a moment has come; a wake-up that comes while it is awake is not lost.
///
/// `@unchecked Sendable`: the mutex and the condition are made for sharing and live at fixed addresses until `deinit`;
/// `state` is atomic.
final class Sleeper: @unchecked Sendable {
  private static let awake: UInt8 = 0
  private static let woken: UInt8 = 1
  private static let asleep: UInt8 = 2

  private let state = Atomic<UInt8>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// From any thread. Costs one atomic exchange when the sleeper is awake.
  func wake() {
    if state.exchange(Self.woken, ordering: .acquiringAndReleasing) == Self.asleep {
      pthread_mutex_lock(mutex)
      pthread_cond_signal(condition)
      pthread_mutex_unlock(mutex)
    }
  }

  /// By the sleeping thread, before it looks for work: wake-ups from here on count.
  func beginLooking() { state.store(Self.awake, ordering: .sequentiallyConsistent) }

  /// By the sleeping thread, after it found none. Returns at once if it was woken since `beginLooking`.
  /// - Parameter microseconds: at most this long; nil for as long as it takes.
  func sleep(atMost microseconds: Int64?) {
    if let microseconds, microseconds <= 0 { return }
    var deadline = timespec()
    if let microseconds {
      clock_gettime(CLOCK_MONOTONIC, &deadline)
      let nanoseconds = Int64(deadline.tv_nsec) + (microseconds % 1_000_000) * 1_000
      deadline.tv_sec += Int(microseconds / 1_000_000 + nanoseconds / 1_000_000_000)
      deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard state.compareExchange(expected: Self.awake, desired: Self.asleep, ordering: .acquiringAndReleasing).exchanged else { return }
    while state.load(ordering: .acquiring) == Self.asleep {
      if microseconds != nil {
        if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return }
      } else {
        pthread_cond_wait(condition, mutex)
      }
    }
  }
}

/// Microseconds since 1970, never going back: the wall clock at the start, and the monotonic one since.
public struct WorkerClock: Sendable {
  public let now: @Sendable () -> Int64
  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  public static let system: WorkerClock = {
    let offset = microseconds(CLOCK_REALTIME) - microseconds(CLOCK_MONOTONIC)
    return WorkerClock { microseconds(CLOCK_MONOTONIC) + offset }
  }()
}

private func microseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}

/// A thread that does one piece of work after the other, in order.
final class WorkThread: Sendable {
  private struct Queue {
    var work: [@Sendable () -> Void] = []
    var isStopped = false
  }
  private let queue = Mutex(Queue())
  private let sleeper = Sleeper()

  /// Bounded by what its owner puts in: one piece for each control message or snapshot in flight.
  init() {
    startThread { [self] in
      while true {
        sleeper.beginLooking()
        let (work, isStopped) = queue.withLock { queue in
          defer { queue.work = [] }
          return (queue.work, queue.isStopped)
        }
        for piece in work { piece() }
        if work.isEmpty {
          if isStopped { return }
          sleeper.sleep(atMost: nil)
        }
      }
    }
  }

  /// Dropped after `stop`.
  func perform(_ work: @escaping @Sendable () -> Void) {
    queue.withLock { if !$0.isStopped { $0.work.append(work) } }
    sleeper.wake()
  }

  /// Ends the thread once everything before has been done.
  func stop() {
    queue.withLock { $0.isStopped = true }
    sleeper.wake()
  }
}

/// Carries an object from the thread that made it to the one that will own it.
///
/// `@unchecked Sendable`: the giver puts it in, keeps no reference and never touches it again; the one taker is the only
/// thread that ever uses it.
struct Handover<Object>: @unchecked Sendable {
  let object: Object
  init(_ object: Object) { self.object = object }
}
