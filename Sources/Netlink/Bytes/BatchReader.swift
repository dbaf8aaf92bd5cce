internal import CLibnl

/// Encodes requests into one send, and matches the answers by their numbers.
struct BatchReader: Sendable {
    /// What is to be sent.
    let bytes: [UInt8]
    /// The requests, in order.
    let requests: [Request]
    /// What was told of requests that failed, by their places.
    private(set) var failures: [Int: NetlinkError] = [:]
    /// Whether the last answer has come.
    private(set) var isComplete = false
    private let port: UInt32
    /// The number of the first request; the others have the ones behind it.
    private let first: UInt32

    /// - Parameters:
    ///   - requests: the requests.
    ///   - port: the port of the socket.
    ///   - nextSequence: gives a new number for each request, the one behind the last.
    init(_ requests: some Sequence<Request>, port: UInt32, nextSequence: () -> UInt32) {
        let requests = Array(requests)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(requests.reduce(0) { $0 + $1.bytes.count })
        var first: UInt32?
        for (place, request) in requests.enumerated() {
            let sequence = nextSequence()
            if first == nil { first = sequence }
            // A failure is told unasked; the acknowledgement of the last one tells that all are through.
            bytes.append(request, sequence: sequence, adding: place == requests.count - 1 ? NLM_F_ACK : 0)
        }
        self.bytes = bytes
        self.requests = requests
        self.port = port
        self.first = first ?? 0
    }

    /// Takes a datagram; what belongs to other requests is passed over.
    ///
    /// - Returns: false when it is no netlink.
    mutating func take(_ datagram: [UInt8]) -> Bool {
        var messages = MessageReader(datagram)
        while let message = messages.next() {
            let place = Int(message.sequence &- first)
            guard message.header.nlmsg_pid == port, requests.indices.contains(place),
                let acknowledgement = Acknowledgement(message)
            else { continue }
            if acknowledgement.code != 0 {
                failures[place] = requests[place].error(acknowledgement.code, acknowledgement)
            }
            if place == requests.count - 1 { isComplete = true }
        }
        return !messages.isBroken
    }
}
