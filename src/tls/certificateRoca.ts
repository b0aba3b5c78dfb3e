/**
 * Whether an RSA modulus has the mark of keys made by Infineon's chips, which can be factored (CVE-2017-15361). Their
 * primes are `k * M + (65537^a mod M)` for M the product of the first primes, so the modulus is a power of 65537 modulo
 * each of these. The structure is published by Nemec and others, "The Return of Coppersmith's Attack" (ACM CCS 2017), 2.1;
 * the primes up to 167 are those of the shortest keys, so that all sizes are seen. Chance makes a false alarm in fewer
 * than one of 2^100 keys.
 */
export function isRocaModulus(modulus: bigint): boolean {
  const logarithms: { readonly exponent: number; readonly order: number }[] = []
  for (const { prime, exponents } of (fields ??= primes.map(describeField))) {
    const exponent = exponents.get(Number(modulus % BigInt(prime)))
    if (exponent === undefined) return false
    logarithms.push({ exponent, order: exponents.size })
  }
  // Many a number is some power modulo each prime; for the mark it is one and the same power modulo all.
  return logarithms.every((one, index) =>
    logarithms.slice(index + 1).every((other) => (one.exponent - other.exponent) % divide(one.order, other.order) === 0),
  )
}

interface Field {
  readonly prime: number
  /** Of each power of 65537 modulo the prime, its exponent; as many as the order of 65537. */
  readonly exponents: ReadonlyMap<number, number>
}

/** 3 to 167; 2 tells nothing of an odd number. */
const primes = Array.from({ length: 165 }, (_, index) => index + 3).filter((number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return true
})

let fields: readonly Field[] | undefined

function describeField(prime: number): Field {
  const exponents = new Map<number, number>()
  for (let power = 1; !exponents.has(power); power = (power * 65_537) % prime) exponents.set(power, exponents.size)
  return { prime, exponents }
}

/** The greatest common divisor. */
function divide(a: number, b: number): number {
  return b === 0 ? a : divide(b, a % b)
}
