//  Flink's shapes of the cluster: `/overview`, `/config`, `/taskmanagers`.

import Coordinator
import Dataflow

/// The release whose API this is; clients compare versions.
private let flinkVersion = "2.3.0"

extension ClusterOverview {
  var json: JSON {
    [
      "taskmanagers": JSON(workerCount), "slots-total": JSON(slotsTotal), "slots-available": JSON(slotsAvailable),
      "jobs-running": JSON(jobsRunning), "jobs-finished": JSON(jobsFinished), "jobs-cancelled": JSON(jobsCanceled),
      "jobs-failed": JSON(jobsFailed), "flink-version": JSON(flinkVersion), "flink-commit": "swiftwater",
    ]
  }
}

enum DashboardConfiguration {
  static let json: JSON = [
    "refresh-interval": 3000, "timezone-name": "Coordinated Universal Time", "timezone-offset": 0,
    "flink-version": JSON(flinkVersion), "flink-revision": "swiftwater @ 2026-01-01T00:00:00+00:00",
    "features": ["web-submit": false, "web-cancel": true, "web-rescale": false, "web-history": false],
  ]
}

extension WorkerDetails {
  /// An entry of `/taskmanagers`. We divide no memory into pools, so those sizes are 0.
  var json: JSON {
    [
      "id": JSON(id.name), "path": JSON("swiftwater://\(dataHost):\(dataPort)/\(id.name)"), "dataPort": JSON(dataPort),
      "jmxPort": -1, "timeSinceLastHeartbeat": .milliseconds(lastHeartbeatAt), "slotsNumber": JSON(slotsTotal),
      "freeSlots": JSON(slotsFree), "assignedTasks": JSON(allocatedSlots.reduce(0) { $0 + $1.subtaskCount }),
      "totalResource": Self.resource(cores: Double(slotsTotal)), "freeResource": Self.resource(cores: Double(slotsFree)),
      "hardware": [
        "cpuCores": JSON(cores), "physicalMemory": JSON(physicalMemoryBytes), "freeMemory": 0, "managedMemory": 0,
      ],
      "memoryConfiguration": [
        "frameworkHeap": 0, "taskHeap": 0, "frameworkOffHeap": 0, "taskOffHeap": 0, "networkMemory": 0, "managedMemory": 0,
        "jvmMetaspace": 0, "jvmOverhead": 0, "totalFlinkMemory": 0, "totalProcessMemory": 0,
      ],
    ]
  }

  /// `/taskmanagers/:id`: with its slots, and a JVM's figures as 0.
  var detailJSON: JSON {
    json + [
      "allocatedSlots": JSON(
        allocatedSlots.map {
          ["jobId": JSON($0.job.hex), "resource": Self.resource(cores: 1), "assignedTasks": JSON($0.subtaskCount)]
        }),
      "metrics": [
        "heapUsed": 0, "heapCommitted": 0, "heapMax": 0, "nonHeapUsed": 0, "nonHeapCommitted": 0, "nonHeapMax": 0,
        "directCount": 0, "directUsed": 0, "directMax": 0, "mappedCount": 0, "mappedUsed": 0, "mappedMax": 0,
        "nettyShuffleMemorySegmentsAvailable": 0, "nettyShuffleMemorySegmentsUsed": 0, "nettyShuffleMemorySegmentsTotal": 0,
        "nettyShuffleMemoryAvailable": 0, "nettyShuffleMemoryUsed": 0, "nettyShuffleMemoryTotal": 0, "garbageCollectors": [],
      ],
    ]
  }

  private static func resource(cores: Double) -> JSON {
    [
      "cpuCores": JSON(cores), "taskHeapMemory": 0, "taskOffHeapMemory": 0, "managedMemory": 0, "networkMemory": 0,
      "extendedResources": [:],
    ]
  }
}
