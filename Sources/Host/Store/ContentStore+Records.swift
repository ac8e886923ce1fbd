// Results of tasks by key and by name. Does not look at the content they refer to.

public import Ports
import Synchronization
public import Vocabulary

extension ContentStore: ActionReading {
    public func record(for key: Digest) -> ActionRecord? {
        let found = catalogue.withLock { catalogue in
            catalogue.use(key).map { (place: $0, file: catalogue.segments[$0.segment].file) }
        }
        return found.flatMap { record(key, $0.place, $0.file) }
    }

    public func records(ofTask name: String, limit: Int) -> [ActionRecord] {
        let tag = name.stableHash
        let found = catalogue.withLock { catalogue in
            catalogue.records(tag: tag, limit: limit).map {
                ($0.key, $0.place, catalogue.segments[$0.place.segment].file)
            }
        }
        // The hash of a name may be another name's too.
        return found.compactMap { record($0.0, $0.1, $0.2) }.filter { $0.task == name }
    }

    private func record(_ key: Digest, _ place: RecordPlace, _ file: StoreFile) -> ActionRecord? {
        let bytes = payload(of: key, .record, in: file, at: place.offset, size: Int(place.length), isChecked: true)
        guard let record = bytes.flatMap({ ActionRecord(encoded: $0) }), record.key == key else { return nil }
        return record
    }
}

extension ContentStore: ActionWriting {
    public func publish(_ record: ActionRecord, adding blobs: [Blob]) throws(StoreError) {
        var entries: [NewEntry] = []
        for blob in blobs where !contains(blob.digest) {
            if blob.bytes.count > ContentStore.smallSize {
                _ = try add(blob.bytes)
            } else {
                entries.append(NewEntry(.blob, blob.digest, blob.bytes))
            }
        }
        entries.append(NewEntry(.record, record.key, tag: record.task.stableHash, record.encoded))
        try append(entries)
    }
}
