internal import Glibc

extension NetlinkSocket {
    /// Performs requests to the firewall as one transaction: all of them, or none.
    ///
    /// - Parameter requests: the requests, in order, all of them about the firewall; none does nothing.
    /// - Throws: `NetlinkError` of the first request that fails, and then nothing was changed: EEXIST, ENOENT, EPERM
    ///   without CAP_NET_ADMIN, EOPNOTSUPP when the kernel has no nf_tables, EINVAL on a socket of another subsystem.
    ///   When `isUnanswered` it may have been done.
    public func perform(together requests: [Request]) throws(NetlinkError) {
        guard let first = requests.first else { return }
        guard subsystem == .netfilter else { throw first.error(EINVAL) }
        let reader = try TransactionReader(requests, port: port, nextSequence: { nextSequence() })
        let code = send(reader.bytes)
        guard code == 0 else { throw first.error(code) }
        while true {
            switch receive() {
            case .failure(let code): throw first.error(code).unanswered
            case .messages(let bytes):
                switch reader.take(bytes) {
                case .done: return
                case .failed(let error): throw error
                case nil: continue
                }
            }
        }
    }
}
