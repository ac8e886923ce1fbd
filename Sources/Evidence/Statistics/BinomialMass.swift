// The binomial probability of exactly k events in n trials, to nearly full precision for any n. Knows no tests.
//
// C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000): the saddle-point expansion, in which
// nothing large cancels. With logarithms of factorials nine digits would be lost at a million trials.

import Glibc

enum BinomialMass {
    /// - Parameters:
    ///   - k: whole, from 0 to `n`.
    ///   - n: whole, at least 1.
    ///   - p: the probability of an event in one trial, and `q`, which is 1 − p; one of them may be tiny.
    static func probability(of k: Double, in n: Double, p: Double, q: Double) -> Double {
        if p <= 0 { return k == 0 ? 1 : 0 }
        if q <= 0 { return k == n ? 1 : 0 }
        if k == 0 { return exp(n * logarithm(of: q, complement: p)) }
        if k == n { return exp(n * logarithm(of: p, complement: q)) }
        let exponent =
            stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q)
        return exp(exponent) * (n / (2 * Double.pi * k * (n - k))).squareRoot()
    }

    private static func logarithm(of value: Double, complement: Double) -> Double {
        complement < 0.5 ? log1p(-complement) : log(value)
    }

    /// What Stirling's formula leaves of log n!.
    private static func stirlingError(_ n: Double) -> Double {
        if n <= 15 { return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi) }
        let square = n * n
        let coefficients: [Double] = [1 / 12, 1 / 360, 1 / 1_260, 1 / 1_680, 1 / 1_188]
        return coefficients.reversed().reduce(0) { rest, coefficient in coefficient - rest / square } / n
    }

    /// x log(x / mean) + mean − x, without cancellation where both are near each other.
    private static func deviance(_ x: Double, _ mean: Double) -> Double {
        let ratio = (x - mean) / (x + mean)
        guard abs(ratio) < 0.1 else { return x * log(x / mean) + mean - x }
        var sum = (x - mean) * ratio
        var term = 2 * x * ratio
        var divisor = 3.0
        while true {
            term *= ratio * ratio
            let next = sum + term / divisor
            if next == sum { return next }
            sum = next
            divisor += 2
        }
    }
}
