const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

// RFC 8032 §5.1: the field, and d of the curve −x² + y² = 1 + dx²y².
const prime = 2n ** 255n - 19n
const signBit = 2n ** 255n
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

// The y of a point of order 8; the other one is its negative. Points of order 1, 2 and 4 have y = 1, −1 and 0.
const ofOrderEight = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
const ofLowOrder: ReadonlySet<bigint> = new Set([0n, 1n, prime - 1n, ofOrderEight, prime - ofOrderEight])

function modulo(value: bigint): bigint {
  const rest = value % prime
  return rest < 0n ? rest + prime : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left % 2n === 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

/** 32 bytes in unpadded base64url, as the number that they are in little-endian order; undefined for anything else. */
function littleEndian(text: string): bigint | undefined {
  const digits = [...text].map((letter) => alphabet.indexOf(letter))
  if (digits.length !== 43 || digits.includes(-1)) return undefined
  const bits = digits.reduce((sofar, digit) => sofar * 64n + BigInt(digit), 0n)
  // The last letter has two bits to spare, which are nothing, so that a key is written in one way only.
  if (bits % 4n !== 0n) return undefined
  const bytes = (bits / 4n).toString(16).padStart(64, '0').match(/../g) ?? []
  return BigInt(`0x${bytes.toReversed().join('')}`)
}

/**
 * Whether a text is an Ed25519 public key that proves something: the unpadded base64url of its 32 bytes, as in the `x` of
 * a JWK, of a point of the curve in its one encoding, and not of low order, by which signatures could be made by anybody.
 */
export function isVerifyingKey(text: string): boolean {
  const number = littleEndian(text)
  if (number === undefined) return false
  const y = number % signBit
  if (y >= prime || ofLowOrder.has(y)) return false
  const square = modulo(y * y)
  const ratio = modulo((square - 1n) * power(modulo(d * square + 1n), prime - 2n))
  return power(ratio, (prime - 1n) / 2n) === 1n
}
