import CallModel
import CallRuntime
import CallSwitching
import HTTPAPI
import SIPNetwork
import SIPTransactions
import SIPUserAgent
import Storage
import Webhooks

extension MetricFamily {
    /// The server's figures for `GET /metrics`.
    static func all(
        of figures: RuntimeFigures, events: WebhookCounts, log: LogQueue, committer: GroupCommitter
    ) -> [MetricFamily] {
        calls(figures) + signalling(figures.signalling) + network(figures.network)
            + streams(figures.network.streams) + registrations(figures) + quality(figures.counts.quality)
            + deliveries(events) + [
                gauge("duocall_store_waiting", "Submissions that wait for their commit.", committer.waitingCount),
                counter(
                    "duocall_log_dropped_total", "Log lines dropped because nobody read them in time.", log.droppedLines
                ),
            ]
    }

    private static func calls(_ figures: RuntimeFigures) -> [MetricFamily] {
        let (counts, occupancy) = (figures.counts, figures.occupancy)
        return [
            counter("duocall_calls_placed_total", "Requests for a call that were taken in hand.", counts.placed),
            MetricFamily(
                "duocall_calls_refused_total", help: "Requests for a call or a cancel that were refused, by code.",
                kind: .counter,
                samples: counts.refused.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, count in
                    Sample(Double(count), labels: [Label("code", code.rawValue)])
                }),
            MetricFamily(
                "duocall_calls_ended_total", help: "Calls that ended, by reason.", kind: .counter,
                samples: counts.ended.sorted { $0.key.token < $1.key.token }.map { reason, count in
                    Sample(Double(count), labels: [Label("reason", reason.token)])
                }),
            gauge("duocall_calls", "Calls that are alive.", occupancy.calls),
            gauge("duocall_sip_sessions", "SIP sessions of calls.", occupancy.sessions),
            gauge("duocall_media_ports_used", "Port pairs in use.", occupancy.mediaPorts),
            gauge("duocall_media_ports", "Port pairs there are.", occupancy.mediaPortsInAll),
            MetricFamily(
                "duocall_trunk_calls", help: "Calls on a trunk.", kind: .gauge,
                samples: occupancy.trunkCalls.map { entry in
                    Sample(Double(entry.calls), labels: [Label("trunk", entry.trunk.rawValue)])
                }),
            MetricFamily(
                "duocall_trunk_up", help: "Whether a trunk's server is up, as calls and pings found.", kind: .gauge,
                samples: occupancy.servers.map { server in
                    let place = "\(server.flow.transport.name)://\(server.flow.remote)"
                    return Sample(
                        server.isUp ? 1 : 0, labels: [Label("trunk", server.trunk.rawValue), Label("server", place)])
                }),
        ]
    }

    private static func signalling(_ counts: UserAgentCounts) -> [MetricFamily] {
        let (drops, transactions) = (counts.drops, counts.transactions)
        let dropped: [(String, UInt64)] = [
            ("unreadable", drops.unreadable), ("stranger", drops.strangers), ("stray response", drops.strayResponses),
            ("stray acknowledgement", drops.strayAcknowledgements), ("too many forks", drops.forks),
            ("table full", transactions.overflows),
        ]
        return [
            MetricFamily(
                "duocall_sip_dropped_total", help: "SIP messages that got no answer, by reason.", kind: .counter,
                samples: dropped.map { Sample(Double($0.1), labels: [Label("reason", $0.0)]) }),
            counter(
                "duocall_sip_retransmissions_total", "SIP messages sent again.",
                Int(clamping: transactions.retransmissions)),
            gauge("duocall_sip_transactions", "SIP transactions that are alive.", transactions.living),
            counter(
                "duocall_sip_blocked_total", "Of the strangers' messages, those of sources blocked for a while.",
                Int(clamping: drops.blocked)),
        ] + registrations(counts.registrar)
    }

    private static func registrations(_ counts: RegistrarCounts) -> [MetricFamily] {
        let outcomes: [(String, UInt64)] = [
            ("accepted", counts.accepted), ("challenged", counts.challenged), ("wrong password", counts.rejected),
            ("no answer", counts.limited),
        ]
        return [
            gauge("duocall_registered_contacts", "Contacts of registered phones.", counts.bindings),
            MetricFamily(
                "duocall_registrations_total", help: "REGISTERs of phones, by what became of them.", kind: .counter,
                samples: outcomes.map { Sample(Double($0.1), labels: [Label("outcome", $0.0)]) }),
            counter("duocall_sources_blocked_total", "Sources blocked for a while.", Int(clamping: counts.blocks)),
        ]
    }

    /// Left out where no trunk wants us to register.
    private static func registrations(_ figures: RuntimeFigures) -> [MetricFamily] {
        guard !figures.registrations.isEmpty else { return [] }
        let family = MetricFamily(
            "duocall_trunk_registered", help: "Whether we are registered at a trunk (1) or not (0).", kind: .gauge,
            samples: figures.registrations.map { entry in
                Sample(entry.isRegistered ? 1 : 0, labels: [Label("trunk", entry.trunk.rawValue)])
            })
        return [family]
    }

    private static func network(_ counts: SignallingSockets.Counts) -> [MetricFamily] {
        func sample(_ count: UInt64, _ outcome: String) -> Sample {
            Sample(Double(count), labels: [Label("outcome", outcome)])
        }
        return [
            MetricFamily(
                "duocall_sip_datagrams_total", help: "SIP datagrams by what became of them.", kind: .counter,
                samples: [
                    sample(counts.received, "received"), sample(counts.sent, "sent"),
                    sample(counts.overlong, "overlong"), sample(counts.lostToFullQueue, "lost to a full queue"),
                    sample(counts.undelivered, "undelivered"),
                ])
        ]
    }

    private static func streams(_ counts: StreamCounts) -> [MetricFamily] {
        let outcomes: [(String, UInt64)] = [
            ("opened", counts.opened), ("failed", counts.failed), ("accepted", counts.accepted),
            ("refused", counts.refused), ("garbled", counts.garbled), ("stalled", counts.stalled),
        ]
        return [
            gauge("duocall_sip_connections", "SIP connections over TCP and TLS.", counts.connections),
            MetricFamily(
                "duocall_sip_connections_total", help: "SIP connections by what became of them.", kind: .counter,
                samples: outcomes.map { Sample(Double($0.1), labels: [Label("outcome", $0.0)]) }),
            MetricFamily(
                "duocall_sip_stream_messages_total", help: "SIP messages over TCP and TLS.", kind: .counter,
                samples: [
                    Sample(Double(counts.received), labels: [Label("direction", "received")]),
                    Sample(Double(counts.sent), labels: [Label("direction", "sent")]),
                ]),
        ]
    }

    private static func deliveries(_ counts: WebhookCounts) -> [MetricFamily] {
        [
            MetricFamily(
                "duocall_event_attempts_total", help: "Attempts to deliver an event, by outcome.", kind: .counter,
                samples: [
                    Sample(Double(counts.delivered), labels: [Label("outcome", "delivered")]),
                    Sample(Double(counts.failedAttempts), labels: [Label("outcome", "failed")]),
                ]),
            counter("duocall_events_given_up_total", "Events that joined the dead letters.", counts.deadLettered),
            gauge("duocall_event_attempts", "Attempts to deliver an event that are under way.", counts.running),
            gauge("duocall_event_receivers", "Receivers of events in memory.", counts.receivers),
        ]
    }

    private static func gauge(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily(name, help: help, kind: .gauge, samples: [Sample(Double(value))])
    }

    private static func counter(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily(name, help: help, kind: .counter, samples: [Sample(Double(value))])
    }
}
