//  Random failures of everything at once; whatever happens, the protocol's promises hold.

import Dataflow
import Testing

@testable import Coordination

struct SimulationTests {
  @Test(
    "no two attempts at once, epochs ascend, nothing is committed before it is stored, every record exactly once, and the job ends",
    arguments: 0..<150 as Range<UInt64>)
  func exactlyOnce(seed: UInt64) throws {
    let simulation = try Simulation(seed: seed)
    simulation.run()
    #expect(simulation.violations == [])
    #expect(simulation.state == .finished)
    #expect(simulation.isComplete)
  }

  @Test("the simulation does cause trouble: restarts, dead coordinators, and checkpoints in spite of them")
  func isHarsh() throws {
    var (restarts, deaths, completed) = (0, 0, 0)
    for seed in 0..<20 as Range<UInt64> {
      let simulation = try Simulation(seed: seed)
      simulation.run()
      restarts += simulation.restartCount
      deaths += simulation.coordinatorDeathCount
      completed += simulation.completedCount
    }
    #expect(restarts > 60 && deaths > 10 && completed > 100, "\(restarts) restarts, \(deaths) deaths, \(completed) checkpoints")
  }
}
