// Laws of the algebra over random trees, against the model. The seed of a failure is printed with it.

import Testing
import Vocabulary
import Workspace

@Suite struct AlgebraPropertyTests {
    static let seeds = Array(UInt64(1)...400)

    @Test(arguments: seeds) func theDifferenceAppliedGivesTheOtherTree(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (from, to) = (random.tree(), random.tree())
        let layer = from.difference(to: to)
        #expect(layer.isWellFormed)
        #expect(from.applying(layer) == to, "seed \(seed)")
        #expect(from.difference(to: from).isEmpty)
    }

    @Test(arguments: seeds) func noEntryOfADifferenceCanBeLeftOut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (from, to) = (random.tree(), random.tree())
        let layer = from.difference(to: to)
        for left in layer.items.indices {
            var items = layer.items
            items.remove(at: left)
            // A missing directory entry may still be implied, with the mode that implied ones have.
            if layer.items[left].entry == .directory(mode: impliedDirectoryMode) { continue }
            #expect(from.applying(Tree(sorted: items)) != to, "seed \(seed), \(layer.items[left].path)")
        }
    }

    @Test(arguments: seeds) func applyingDoesWhatTheModelDoes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (base, layer) = (random.tree(), random.layer())
        var model = Model(base)
        model.apply(layer)
        #expect(layer.isWellFormed)
        #expect(base.applying(layer) == model.tree, "seed \(seed)")
        #expect(base.applying(layer).isComplete, "seed \(seed)")
    }

    @Test(arguments: seeds) func aStackFindsWhatTheViewShows(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let base = random.tree()
        let stack = LayerStack(base: base, layers: (0..<3).map { _ in random.layer() })
        let view = stack.view
        for _ in 0..<30 {
            let path = random.path()
            #expect(stack.find(path)?.entry == view[path], "seed \(seed), \(path)")
        }
        for item in view.items { #expect(stack.find(item.path)?.entry == item.entry, "seed \(seed), \(item.path)") }
    }

    @Test(arguments: seeds) func layersThatDoNotOverlapCommute(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (base, one, two) = (random.tree(), random.layer(), random.layer())
        let paths = one.overlap(with: two)
        #expect(two.overlap(with: one) == paths)
        guard paths.isEmpty else { return }
        #expect(base.applying([one, two]) == base.applying([two, one]), "seed \(seed)")
    }

    @Test(arguments: seeds) func severalLayersCombineIntoOne(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let base = random.tree()
        let layers = (0..<4).map { _ in random.layer() }
        #expect(base.applying(base.combining(layers)) == base.applying(layers), "seed \(seed)")
    }
}
