internal import LinuxIO
internal import Synchronization

extension MediaLoop {
    /// What a thread needs of the system, made before the thread is, so that failing has somebody to tell.
    final class Parts: Sendable {
        let poller: Poller
        let clock: AlarmClock
        /// Legs open at a time.
        let legLimit: Int
        private let legs = Atomic(0)

        init(inbox: CommandInbox, legLimit: Int) throws(SystemError) {
            self.legLimit = legLimit
            poller = try Poller(capacity: 128)
            clock = try AlarmClock()
            try poller.add(inbox.descriptor, token: Token.inbox.bits)
            try poller.add(clock.descriptor, token: Token.ticks.bits)
        }

        /// Takes one of the places for legs, if one is free.
        func enterLeg() -> Bool {
            guard legs.add(1, ordering: .relaxed).newValue > legLimit else { return true }
            leaveLeg()
            return false
        }

        /// A leg is closed, or did not come to be.
        func leaveLeg() { legs.subtract(1, ordering: .relaxed) }
    }

    /// What a descriptor was registered for, in the 64 bits that the poller gives back.
    enum Token {
        enum Port: UInt64 {
            case rtp = 0
            case rtcp = 1
        }

        case inbox
        case ticks
        case leg(slot: Int, generation: UInt32, Port)

        /// The slot's number where there is none.
        private static let reserved: UInt64 = 0x7FFF_FFFF

        init(_ bits: UInt64) {
            let slot = bits >> 1 & Token.reserved
            let port: Port = bits & 1 == 0 ? .rtp : .rtcp
            guard slot != Token.reserved else {
                self = bits & 1 == 0 ? .inbox : .ticks
                return
            }
            self = .leg(slot: Int(slot), generation: UInt32(bits >> 32), port)
        }

        var bits: UInt64 {
            switch self {
            case .inbox: Token.reserved << 1
            case .ticks: Token.reserved << 1 | 1
            case .leg(let slot, let generation, let port):
                UInt64(generation) << 32 | UInt64(slot) << 1 | port.rawValue
            }
        }
    }
}

/// The memory that packets pass through, one piece of each kind for a thread.
struct PacketMemory: ~Copyable {
    /// More than an Ethernet frame holds; longer packets are refused.
    static let size = 2048

    let received = UnsafeMutableRawBufferPointer.allocate(byteCount: PacketMemory.size, alignment: 16)
    let made = UnsafeMutableRawBufferPointer.allocate(byteCount: PacketMemory.size, alignment: 16)
    let sealed = UnsafeMutableRawBufferPointer.allocate(
        byteCount: PacketMemory.size + PacketCipher.longestTrailer, alignment: 16)

    deinit {
        received.deallocate()
        made.deallocate()
        sealed.deallocate()
    }
}
