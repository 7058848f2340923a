import CallModel
import CallSwitching
import HTTPAPI

extension MetricFamily {
    /// How the media of ended legs fared, as histograms: what is received from the far end, and what is sent to it as it
    /// reported. Left out as long as there is none.
    static func quality(_ counts: [TrunkName: QualityCounts]) -> [MetricFamily] {
        let trunks = counts.sorted { $0.key.rawValue < $1.key.rawValue }
        guard !trunks.isEmpty else { return [] }
        func family(
            _ name: String, _ help: String, _ histograms: (direction: String?, of: KeyPath<QualityCounts, Histogram>)...
        ) -> MetricFamily {
            MetricFamily(
                name, help: help, kind: .histogram,
                samples: trunks.flatMap { trunk, counts in
                    histograms.flatMap { direction, path in
                        samples(
                            of: counts[keyPath: path],
                            labels: [Label("trunk", trunk.rawValue)]
                                + (direction.map { [Label("direction", $0)] } ?? []))
                    }
                })
        }
        return [
            family(
                "duocall_leg_loss_ratio", "The part of a leg's RTP packets that was lost.",
                ("received", \.lossReceived), ("sent", \.lossSent)),
            family(
                "duocall_leg_jitter_seconds", "The interarrival jitter of a leg's RTP packets at its end.",
                ("received", \.jitterReceived), ("sent", \.jitterSent)),
            family("duocall_leg_round_trip_seconds", "The time to a leg's far end and back.", (nil, \.roundTrip)),
            family(
                "duocall_leg_mos", "The mean opinion score of a leg's far end, estimated by the E-model.",
                (nil, \.meanOpinionScore)),
            MetricFamily(
                "duocall_srtp_dropped_total",
                help: "Packets of ended legs that SRTP refused: not authentic, or come before.",
                kind: .counter,
                samples: trunks.flatMap { trunk, counts in
                    [("forged", counts.forged), ("replayed", counts.replayed)].map { reason, count in
                        Sample(Double(count), labels: [Label("trunk", trunk.rawValue), Label("reason", reason)])
                    }
                }),
        ]
    }

    private static func samples(of histogram: Histogram, labels: [Label]) -> [Sample] {
        var total: UInt64 = 0
        let buckets = zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts).map { bound, count in
            total += count
            return Sample(Double(total), part: .bucket, labels: labels + [Label("le", bound)])
        }
        return buckets + [
            Sample(histogram.sum, part: .sum, labels: labels), Sample(Double(total), part: .count, labels: labels),
        ]
    }
}
