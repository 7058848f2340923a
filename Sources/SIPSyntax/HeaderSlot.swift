/// Where one header line lies in its message: eight bytes, so that a message of 20 lines needs 160.
struct HeaderSlot: Sendable {
    let nameStart: UInt16
    let nameLength: UInt8
    let name: HeaderName
    let value: ByteRange

    var nameRange: ByteRange { ByteRange(Int(nameStart), Int(nameStart) + Int(nameLength)) }
}
