import Audio
import MediaControl
import SansIO
import Testing

@testable import MediaNetwork

struct NegotiatedPayloadsTests {
    @Test func onlyNegotiatedTypesAreAccepted() {
        let address = TransportAddress(ip: .v4(0x7F00_0001), port: 4000)
        let remote = RemoteMedia(
            rtp: address, rtcp: address, latching: LatchPolicy(anySource: false, signallingPeer: address.ip),
            sends: PayloadMapping(payloadType: 8, codec: .pcma),
            accepts: [
                PayloadMapping(payloadType: 8, codec: .pcma), PayloadMapping(payloadType: 0, codec: .pcmu),
                PayloadMapping(payloadType: 127, codec: .pcmu), PayloadMapping(payloadType: 96, codec: .pcmu),
                // One more than there is room for.
                PayloadMapping(payloadType: 97, codec: .pcmu),
            ], acceptsEventsAs: 101)
        let payloads = NegotiatedPayloads(remote)
        var kinds: [UInt8: String] = [:]
        for type in UInt8(0)..<128 {
            switch payloads.kind(of: type) {
            case .audio(let codec): kinds[type] = codec.rawValue
            case .telephoneEvent: kinds[type] = "event"
            case .refused: break
            }
        }
        #expect(kinds == [8: "PCMA", 0: "PCMU", 127: "PCMU", 96: "PCMU", 101: "event"])
    }
}
