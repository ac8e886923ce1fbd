// The content of a task for those that need it: its outputs and its layer, nothing else.

import Hashing
import Vocabulary

/// Digest over outputs (stored or only stamped) and the layer. Neither key, log, reports nor metrics are in it, so a
/// rebuilt but identical result stops the wave (early cutoff).
func contentDigest(outputs: [Tree], layer: Digest?) -> Digest {
    var writer = ByteWriter()
    for tree in outputs { tree.encode(into: &writer) }
    writer.digest(layer ?? .zero)
    return Digest(of: writer.bytes)
}

extension ActionRecord {
    var content: Digest { contentDigest(outputs: [outputs, stampedOnly], layer: layer) }
}
