// The regularised incomplete beta function for whole parameters, both tails. Knows no tests.
//
// NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction), evaluated by the modified Lentz method
// (Press et al., "Numerical Recipes", 3rd edition, 6.4). Its prefactor is a binomial probability.

enum IncompleteBeta {
    /// I_x(a, b) and 1 − I_x(a, b), each with its own full relative precision where it is the smaller one.
    ///
    /// - Parameters:
    ///   - a: whole, at least 1.
    ///   - b: whole, at least 1.
    static func tails(_ x: Double, _ a: Double, _ b: Double) -> (lower: Double, upper: Double) {
        if x <= 0 { return (0, 1) }
        if x >= 1 { return (1, 0) }
        let y = 1 - x
        // x^a y^b / B(a, b)
        let front = BinomialMass.probability(of: a, in: a + b, p: x, q: y) * a * b / (a + b)
        if x < (a + 1) / (a + b + 2) {
            let lower = front * fraction(x, a, b) / a
            return (lower, 1 - lower)
        }
        let upper = front * fraction(y, b, a) / b
        return (1 - upper, upper)
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        // Stands for a denominator that would be zero.
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var result = d
        var m = 1.0
        while true {
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            result *= d * c
            // It converges within a few square roots of the larger parameter; the second test is for what rounding
            // would keep from settling.
            if abs(d * c - 1) < 3e-16 || m > 1_000 + 10 * max(a, b).squareRoot() { return result }
            m += 1
        }
    }
}
