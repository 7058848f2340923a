import MediaControl
import SansIO

/// The packet loop of a run: it binds ports and reports by chance, and checks that every leg is used in order.
struct VirtualMedia {
    private var open: [MediaLegID: UInt16] = [:]
    /// Legs that could not be opened; closing one of them means nothing.
    private var failed: Set<MediaLegID> = []
    private(set) var violations: [Violation] = []

    var openPorts: Int { open.count }

    /// What the loop reports on a command, and when.
    mutating func perform(
        _ command: MediaCommand, portFailures: Double, _ fate: inout Fate
    ) -> [(after: Duration, report: MediaReport)] {
        switch command {
        case .open(let leg, let endpoint): return open(leg, endpoint.port, fails: fate.strikes(portFailures))
        case .close(let leg):
            if failed.contains(leg), open[leg] == nil { return [] }
            guard open.removeValue(forKey: leg) != nil else { return complain("\(leg) is closed, but was not open") }
            return [(.microseconds(300), .closed(leg, MediaSummary()))]
        case .describe(let leg, _): return open[leg] == nil ? complain("\(leg) is described, but not open") : []
        case .feed(let leg, let feed):
            if case .leg(let other) = feed, open[other] == nil { return complain("\(leg) is fed from a closed leg") }
            return open[leg] == nil ? complain("\(leg) is fed, but not open") : []
        case .watch(let leg, let watch):
            return open[leg] == nil ? complain("\(leg) is watched, but not open") : reports(leg, watch, &fate)
        }
    }

    /// After a crash nothing is open.
    mutating func reset() { open = [:] }

    private mutating func open(
        _ leg: MediaLegID, _ port: UInt16, fails: Bool
    ) -> [(after: Duration, report: MediaReport)] {
        if fails {
            failed.insert(leg)
            return [(.microseconds(100), .openFailed(leg))]
        }
        if open.values.contains(port) { return complain("port \(port) is open twice") }
        open[leg] = port
        return [(.microseconds(100), .opened(leg))]
    }

    private func reports(
        _ leg: MediaLegID, _ watch: MediaWatch, _ fate: inout Fate
    ) -> [(after: Duration, report: MediaReport)] {
        switch watch {
        case .nothing: return []
        case .activity:
            guard fate.strikes(0.5) else { return [] }
            let start = fate.duration(in: .zero...(.seconds(3)))
            return [(start, .flowing(leg)), (start + .seconds(1), .quiet(leg)), (start + .seconds(3), .flowing(leg))]
        case .liveness(let idleAfter):
            // In one call of eight both parties' media is dead from the start.
            return leg.number / 2 % 8 == 3 ? [(idleAfter, .idle(leg))] : []
        }
    }

    private mutating func complain(_ words: String) -> [(after: Duration, report: MediaReport)] {
        violations.append(Violation(.media, words))
        return []
    }
}
