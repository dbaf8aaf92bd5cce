internal import CLibnl

/// Encodes requests into one send, and matches the answers by their numbers.
struct BatchReader {
    /// What is to be sent.
    let bytes: [UInt8]
    /// What became of each request, as far as it was told; success where nothing was.
    private(set) var answers: [Result<Void, NetlinkError>]
    /// Whether the last answer has come.
    private(set) var isComplete = false
    private let requests: [Request]
    private let port: UInt32
    private let places: [UInt32: Int]
    private let last: UInt32

    /// - Parameters:
    ///   - requests: the requests.
    ///   - port: the port of the socket.
    ///   - nextSequence: gives a new number for each request.
    init(_ requests: some Sequence<Request>, port: UInt32, nextSequence: () -> UInt32) {
        let requests = Array(requests)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(requests.reduce(0) { $0 + $1.bytes.count })
        var places: [UInt32: Int] = [:]
        var last: UInt32 = 0
        for (place, request) in requests.enumerated() {
            last = nextSequence()
            places[last] = place
            // A failure is told unasked; the acknowledgement of the last one tells that all are through.
            bytes += request.bytes(sequence: last, adding: place == requests.count - 1 ? NLM_F_ACK : 0)
        }
        self.bytes = bytes
        self.requests = requests
        self.port = port
        self.places = places
        self.last = last
        answers = Array(repeating: .success(()), count: requests.count)
    }

    /// Takes a datagram; what belongs to other requests is passed over.
    ///
    /// - Returns: false when it is no netlink.
    mutating func take(_ datagram: [UInt8]) -> Bool {
        var messages = MessageReader(datagram)
        while let message = messages.next() {
            guard message.header.nlmsg_pid == port, let place = places[message.sequence],
                let acknowledgement = Acknowledgement(message)
            else { continue }
            if acknowledgement.code != 0 {
                answers[place] = .failure(requests[place].error(acknowledgement.code, acknowledgement))
            }
            if message.sequence == last { isComplete = true }
        }
        return !messages.isBroken
    }
}
