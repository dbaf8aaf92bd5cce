internal import CLibnl
internal import Glibc

/// Encodes requests into one transaction of nf_tables, and finds what became of it.
struct TransactionReader {
    /// What is to be sent, in one piece: the opening, the requests, the closing.
    let bytes: [UInt8]
    private let port: UInt32
    /// The requests by their numbers; the opening stands for the first.
    private let requests: [UInt32: Request]
    private let last: UInt32

    enum Outcome: Equatable {
        /// All is done.
        case done
        /// Nothing is done.
        case failed(NetlinkError)
    }

    /// - Parameters:
    ///   - requests: the requests, at least one.
    ///   - port: the port of the socket.
    ///   - nextSequence: gives a new number for each message.
    /// - Throws: `NetlinkError` ENOMEM.
    init(_ requests: [Request], port: UInt32, nextSequence: () -> UInt32) throws(NetlinkError) {
        var bytes: [UInt8] = []
        var numbered: [UInt32: Request] = [:]
        var last: UInt32 = 0
        if let first = requests.first {
            // What fails as a whole fails by its opening: no right, no nf_tables, out of memory.
            let sequence = nextSequence()
            numbered[sequence] = first
            bytes += try Self.limit(NFNL_MSG_BATCH_BEGIN, of: first).bytes(sequence: sequence)
        }
        for (place, request) in requests.enumerated() {
            last = nextSequence()
            numbered[last] = request
            // A failure is told unasked. The closing would be acknowledged by kernels since 6.10 only, so the last request
            // is to be; its answer comes after the change was made for all to see.
            bytes += request.bytes(sequence: last, adding: place == requests.count - 1 ? NLM_F_ACK : 0)
        }
        if let first = requests.first {
            bytes += try Self.limit(NFNL_MSG_BATCH_END, of: first).bytes(sequence: nextSequence())
        }
        self.bytes = bytes
        self.port = port
        self.requests = numbered
        self.last = last
    }

    /// Takes a datagram; what belongs to other requests is passed over.
    ///
    /// Failures come in the order of their requests, except that of the opening, which comes first. Those after the first
    /// are but consequences, and will be passed over as no longer asked for.
    ///
    /// - Returns: the outcome; nil when it is still to come. EBADMSG when the datagram is no netlink.
    func take(_ datagram: [UInt8]) -> Outcome? {
        var messages = MessageReader(datagram)
        while let message = messages.next() {
            guard message.header.nlmsg_pid == port, let request = requests[message.sequence],
                let answer = Acknowledgement(message)
            else { continue }
            if answer.code != 0 { return .failed(request.error(answer.code, answer)) }
            if message.sequence == last { return .done }
        }
        guard messages.isBroken, let request = requests[last] else { return nil }
        return .failed(request.error(EBADMSG).unanswered)
    }

    /// The message that opens or closes a transaction of nf_tables.
    ///
    /// - Parameters:
    ///   - type: NFNL_MSG_BATCH_BEGIN or NFNL_MSG_BATCH_END.
    ///   - request: a request of the transaction, for the error's words.
    /// - Returns: the message.
    /// - Throws: `NetlinkError` ENOMEM.
    private static func limit(_ type: Int32, of request: Request) throws(NetlinkError) -> Request {
        let header = nfgenmsg(family: AF_UNSPEC, resource: UInt16(NFNL_SUBSYS_NFTABLES))
        return try MessageBuilder(Int(type), header: header).finish(request.operation, request.subject)
    }
}
