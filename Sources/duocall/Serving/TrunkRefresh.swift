import CallModel
import CallRuntime
import CallSwitching
import LinuxIO
import Logging
import SIPNetwork
import SansIO

/// Finds the trunks' servers anew whenever what was found expires, on a thread of its own.
final class TrunkRefresh: Sendable {
    /// How soon a trunk is looked for again whose servers could not be found; those known stay meanwhile.
    private static let retry: Duration = .seconds(30)

    private let resolution: TrunkResolution
    private let service: CallService
    private let logger: Logger
    private let stopped: WakeUp

    /// - Parameter targets: what was found at the start, in the order of the configuration.
    init(
        _ resolution: TrunkResolution, from targets: [[TrunkTarget]], service: CallService, logger: Logger
    ) throws {
        self.resolution = resolution
        self.service = service
        self.logger = logger
        stopped = try WakeUp()
        // The first round only learns how long the names hold; addresses never change.
        guard resolution.configuration.trunks.contains(where: { IPAddress($0.host) == nil }) else { return }
        _ = try DedicatedThread(name: "trunk refresh") { [self] in run(from: targets) }
    }

    /// Asks the thread to end.
    func stop() { stopped.signal() }

    private func run(from start: [[TrunkTarget]]) {
        do {
            let poller = try Poller()
            try poller.add(stopped.descriptor, token: 0)
            let locator = try resolution.locator()
            var targets = start
            var deadlines = DeadlineQueue<Int>()
            let now = MonotonicClock.now()
            for (index, trunk) in resolution.configuration.trunks.enumerated() where IPAddress(trunk.host) == nil {
                deadlines.set(now, for: index)
            }
            while poller.wait(deadlines.next.map { max(.zero, $0 - MonotonicClock.now()) }) == 0 {
                while let index = deadlines.popDue(at: MonotonicClock.now()) {
                    let pause = refresh(index, &targets, by: locator)
                    deadlines.set(MonotonicClock.now() + pause, for: index)
                }
            }
        } catch {
            logger.error("trunks are not looked for any more", metadata: ["reason": "\(error)"])
        }
    }

    /// Returns after how long to look again.
    private func refresh(_ index: Int, _ targets: inout [[TrunkTarget]], by locator: ServerLocator) -> Duration {
        let trunk = resolution.configuration.trunks[index]
        do {
            let located = try resolution.locate(trunk, by: locator)
            if located.targets != targets[index] {
                targets[index] = located.targets
                service.locate(
                    TrunkName(rawValue: trunk.name), at: located.targets, peers: resolution.tlsPeers(targets))
            }
            return located.validity
        } catch {
            logger.warning("trunk not found", metadata: ["reason": "\(error)"])
            return Self.retry
        }
    }
}
