import Foundation
import Glibc

/// A program that a test started, and that it ends by its process id.
final class Program: @unchecked Sendable {
    private let process = Process()
    let output: URL
    let name: String

    /// - Parameters:
    ///   - input: what it reads; nothing without one.
    ///   - output: where its standard output and error go.
    init(_ path: String, _ arguments: [String], input: Pipe? = nil, output: URL, in folder: URL? = nil) throws {
        name = (path as NSString).lastPathComponent
        self.output = output
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = input ?? FileHandle.nullDevice
        try Data().write(to: output)
        let file = try FileHandle(forWritingTo: output)
        process.standardOutput = file
        process.standardError = file
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var isRunning: Bool { process.isRunning }
    var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }
    var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Ends the program and those that it started itself: each leads a process group of its own.
    func endGroup() { if process.isRunning { kill(-process.processIdentifier, SIGKILL) } }

    /// Waits until the program has ended; `nil` if it did not in time.
    func wait(_ limit: Duration = .seconds(30)) async throws -> Int32? {
        try await eventually(limit) { !self.process.isRunning }
        return exitStatus
    }
}

/// Asks until it is so, or the time is over.
@discardableResult
func eventually(_ limit: Duration = .seconds(20), _ holds: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return try await holds()
}

/// Whether a program listens for TCP at the port, on any address.
func isListening(_ port: UInt16) throws -> Bool { try tcpStates(of: port).contains("0A") }

/// The states of all TCP sockets at the port, as the kernel lists them.
private func tcpStates(of port: UInt16) throws -> [Substring] {
    let hexadecimal = String(format: ":%04X", Int(port))
    return try ["/proc/net/tcp", "/proc/net/tcp6"].filter(FileManager.default.fileExists).flatMap { file in
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1].hasSuffix(hexadecimal) ? fields[3] : nil
        }
    }
}

/// A UDP port that was free a moment ago, and of TCP too.
func freePort() throws -> UInt16 {
    while true {
        let port = try freeUDPPort()
        if try tcpStates(of: port).isEmpty { return port }
    }
}

private func freeUDPPort() throws -> UInt16 {
    let handle = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(handle) }
    return try bindToLoopback(handle)
}

/// Binds a UDP socket to some free port of the loopback.
func bindToLoopback(_ handle: Int32) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(handle, $0, length) == 0 && getsockname(handle, $0, &length) == 0
        }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    return UInt16(bigEndian: address.sin_port)
}
