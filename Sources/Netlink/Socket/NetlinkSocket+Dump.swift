internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// How often a dump is repeated that changes of the kernel's tables disturbed.
    private static let dumpAttempts = 16

    /// Reads a list from the kernel, again if it changed meanwhile.
    ///
    /// - Parameters:
    ///   - request: the query; NLM_F_DUMP is added.
    ///   - parse: makes a value of a message; nil leaves it out.
    /// - Returns: the values, in the order of the kernel.
    /// - Throws: `NetlinkError` with the kernel's code and words when it refuses; EINTR when the list never held still;
    ///   EBADMSG when what came is no netlink.
    func dump<Value>(_ request: Request, _ parse: @escaping (Message) -> Value?) throws(NetlinkError) -> [Value] {
        for _ in 0..<Self.dumpAttempts {
            if let values = try dumpOnce(request, parse) { return values }
        }
        throw NetlinkError(
            request.operation, request.subject, code: EINTR, hint: "it changed all the time while it was read")
    }

    /// Reads a list; nil when it was disturbed and must be read again.
    private func dumpOnce<Value>(
        _ request: Request, _ parse: @escaping (Message) -> Value?
    ) throws(NetlinkError) -> [Value]? {
        var reader = DumpReader(sequence: nextSequence(), port: port, parse: parse)
        let code = send(request.bytes(sequence: reader.sequence, adding: NLM_F_DUMP))
        guard code == 0 else { throw request.error(code) }
        while true {
            switch receive() {
            case .failure(ENOBUFS): reader.noteLoss()
            case .failure(let code): throw request.error(code)
            case .messages(let bytes):
                switch reader.take(bytes) {
                case .values(let values): return values
                case .disturbed: return nil
                case .refused(let code, let acknowledgement): throw request.error(code, acknowledgement)
                case nil: break
                }
            }
        }
    }
}
