internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// Performs requests in as few sends as possible, in their order, and tells what became of each.
    ///
    /// The kernel goes on after a request that failed, so a request that needs an earlier one fails after it. Only the
    /// last request of a send asks for an acknowledgement; a failure is always told, and is matched by its number.
    ///
    /// When answers are lost (ENOBUFS), or a send fails, every request whose fate is not known has that failure, and so
    /// have all later ones, which were not sent.
    ///
    /// - Parameter requests: the requests; any number, also none.
    /// - Returns: a result for each request, at its place.
    public func perform(_ requests: [Request]) -> [Result<Void, NetlinkError>] {
        let failures = perform(pack(requests))
        return requests.indices.map { place in failures[place].map { .failure($0) } ?? .success(()) }
    }

    /// Encodes requests, so that nothing but sending is left to do.
    ///
    /// - Parameter requests: the requests; any number, also none.
    /// - Returns: what this socket can perform, once.
    public func pack(_ requests: [Request]) -> Parcel {
        var batches: [BatchReader] = []
        var start = 0
        while start < requests.count {
            let end = endOfBatch(from: start, in: requests)
            batches.append(BatchReader(requests[start..<end], port: port, nextSequence: { nl_socket_use_seq(handle) }))
            start = end
        }
        return Parcel(batches: batches)
    }

    /// Performs requests that were encoded before, as `perform(_:)` does requests.
    ///
    /// - Parameter parcel: the requests.
    /// - Returns: why requests have failed, by their places; empty when none has.
    public func perform(_ parcel: Parcel) -> [Int: NetlinkError] {
        var failures: [Int: NetlinkError] = [:]
        var start = 0
        // Why nothing more is sent.
        var end: Silence?
        for var batch in parcel.batches {
            if let silence = end ?? exchange(&batch) {
                end = Silence(code: silence.code, wasSent: false)
                for (place, request) in batch.requests.enumerated() {
                    let error = request.error(silence.code)
                    failures[start + place] = silence.wasSent ? error.unanswered : error
                }
            } else {
                for (place, error) in batch.failures { failures[start + place] = error }
            }
            start += batch.requests.count
        }
        return failures
    }

    /// Performs one request.
    ///
    /// - Parameter request: the request.
    /// - Throws: `NetlinkError` with the kernel's code and words when it refuses.
    public func perform(_ request: Request) throws(NetlinkError) {
        // One request has one result.
        for result in perform([request]) { try result.get() }
    }

    /// Where the batch ends that begins at `start`: at a limit of the socket's, but after one request at least.
    private func endOfBatch(from start: Int, in requests: [Request]) -> Int {
        var end = start
        var size = 0
        while end < requests.count, end - start < batchLimit {
            size += requests[end].bytes.count
            if size > sizeLimit, end > start { break }
            end += 1
        }
        return end
    }

    /// Nothing is known for certain of a batch.
    private struct Silence {
        /// The errno.
        let code: Int32
        /// Whether the batch was sent.
        let wasSent: Bool
    }

    /// Sends a batch and waits for the last answer.
    ///
    /// - Returns: nil when it is known what came of each request.
    private func exchange(_ batch: inout BatchReader) -> Silence? {
        let code = send(batch.bytes)
        guard code == 0 else { return Silence(code: code, wasSent: false) }
        while !batch.isComplete {
            switch receive() {
            // Not even the earlier ones are certain then: any failure may have been lost.
            case .failure(let code): return Silence(code: code, wasSent: true)
            case .messages(let bytes): if !batch.take(bytes) { return Silence(code: EBADMSG, wasSent: true) }
            }
        }
        return nil
    }
}

/// Requests that are encoded and ready to be sent by the socket that packed them (`NetlinkSocket.pack(_:)`).
public struct Parcel: Sendable {
    fileprivate let batches: [BatchReader]
}
