// Verifies ML-DSA-44 signatures (FIPS 204) with an empty context. Node has ML-DSA of its own from 24.6 on; for older ones
// it is written out here.
// Verification handles public data only, so nothing here needs constant time. Compared with two other implementations in
// the tests. Algorithm numbers are those of FIPS 204.
import { createHash, createPublicKey, verify } from 'node:crypto'

const q = 8380417
const n = 256
const k = 4
const l = 4
const d = 13
const tau = 39
const gamma1 = 1 << 17
const gamma2 = (q - 1) / 88
const beta = 78
const omega = 80
const challengeBytes = 32

const shake = (name, bytes, length) => createHash(name, { outputLength: length }).update(bytes).digest()
const shake256 = (bytes, length) => shake('shake256', bytes, length)

const multiply = (a, b) => (a * b) % q // below 2^46: exact in a double
const reduce = (a) => ((a % q) + q) % q

const zetas = (() => {
  const powers = [1]
  for (let i = 1; i < n; i++) powers.push(multiply(powers[i - 1], 1753))
  return Array.from(
    { length: n },
    (_, i) => powers[parseInt(i.toString(2).padStart(8, '0').split('').reverse().join(''), 2)],
  )
})()

// Algorithm 41
function ntt(poly) {
  const w = poly.slice()
  let m = 0
  for (let length = 128; length >= 1; length /= 2) {
    for (let start = 0; start < n; start += 2 * length) {
      const zeta = zetas[++m]
      for (let j = start; j < start + length; j++) {
        const t = multiply(zeta, w[j + length])
        w[j + length] = reduce(w[j] - t)
        w[j] = (w[j] + t) % q
      }
    }
  }
  return w
}

// Algorithm 42
function inverseNtt(poly) {
  const w = poly.slice()
  let m = 256
  for (let length = 1; length < n; length *= 2) {
    for (let start = 0; start < n; start += 2 * length) {
      const zeta = q - zetas[--m]
      for (let j = start; j < start + length; j++) {
        const t = w[j]
        w[j] = (t + w[j + length]) % q
        w[j + length] = multiply(zeta, reduce(t - w[j + length]))
      }
    }
  }
  return w.map((value) => multiply(value, 8347681))
}

// Algorithm 30: one polynomial of the matrix, by rejection
function sampleUniform(seed) {
  for (let length = 1024; ; length *= 2) {
    const bytes = shake('shake128', seed, length)
    const poly = []
    for (let i = 0; i + 2 < bytes.length && poly.length < n; i += 3) {
      const value = bytes[i] + bytes[i + 1] * 256 + (bytes[i + 2] & 127) * 65536
      if (value < q) poly.push(value)
    }
    if (poly.length === n) return poly
  }
}

// Algorithm 29
function sampleInBall(seed) {
  const bytes = shake256(seed, 1024)
  const poly = new Array(n).fill(0)
  let next = 8
  for (let i = n - tau, bit = 0; i < n; i++, bit++) {
    while (bytes[next] > i) next++
    const j = bytes[next++]
    poly[i] = poly[j]
    poly[j] = (bytes[bit >> 3] >> (bit & 7)) & 1 ? q - 1 : 1
  }
  return poly
}

/** Little-endian fields of `width` bits. */
function unpackBits(bytes, width) {
  const values = []
  let [buffer, bits] = [0, 0]
  for (const byte of bytes) {
    buffer += byte * 2 ** bits
    bits += 8
    while (bits >= width) {
      values.push(buffer % 2 ** width)
      buffer = Math.floor(buffer / 2 ** width)
      bits -= width
    }
  }
  return values
}

// Algorithm 21: undefined unless the hint is in its one valid form
function unpackHint(bytes) {
  const hint = Array.from({ length: k }, () => new Array(n).fill(0))
  let index = 0
  for (let i = 0; i < k; i++) {
    const end = bytes[omega + i]
    if (end < index || end > omega) return undefined
    const first = index
    for (; index < end; index++) {
      if (index > first && bytes[index - 1] >= bytes[index]) return undefined
      hint[i][bytes[index]] = 1
    }
  }
  for (; index < omega; index++) if (bytes[index] !== 0) return undefined
  return hint
}

// Algorithms 36 and 40
function useHint(hint, value) {
  let low = value % (2 * gamma2)
  if (low > gamma2) low -= 2 * gamma2
  let high = (value - low) / (2 * gamma2)
  if (value - low === q - 1) {
    high = 0
    low -= 1
  }
  if (hint === 0) return high
  return low > 0 ? (high + 1) % 44 : (high + 43) % 44
}

function packSixBits(values) {
  const bytes = []
  for (let i = 0; i < values.length; i += 4) {
    const [a, b, c, e] = values.slice(i, i + 4)
    bytes.push((a | (b << 6)) & 255, ((b >> 2) | (c << 4)) & 255, ((c >> 4) | (e << 2)) & 255)
  }
  return Buffer.from(bytes)
}

// The DER frame around a raw ML-DSA-44 public key.
const spki = Buffer.from('30820532300b06096086480165030403110382052100', 'hex')

/** True only if `signature` is the key's over the message. */
export function verifyMlDsa44(publicKey, message, signature) {
  if (publicKey.length !== 1312 || signature.length !== 2420) return false
  try {
    const key = createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' })
    return verify(null, message, key, signature)
  } catch {
    return verifyInJavaScript(publicKey, message, signature)
  }
}

/** Algorithms 3 and 8. */
export function verifyInJavaScript(publicKey, message, signature) {
  if (publicKey.length !== 1312 || signature.length !== 2420) return false
  const challenge = signature.subarray(0, challengeBytes)
  const zEnd = challengeBytes + l * 576
  const z = Array.from({ length: l }, (_, i) =>
    unpackBits(signature.subarray(challengeBytes + i * 576, challengeBytes + (i + 1) * 576), 18).map(
      (v) => gamma1 - v,
    ),
  )
  const hint = unpackHint(signature.subarray(zEnd))
  if (!hint || z.some((poly) => poly.some((value) => Math.abs(value) >= gamma1 - beta))) return false

  const rho = publicKey.subarray(0, 32)
  const mu = shake256(Buffer.concat([shake256(publicKey, 64), Buffer.of(0, 0), message]), 64)
  const c = ntt(sampleInBall(challenge))
  const zHat = z.map((poly) => ntt(poly.map(reduce)))
  const rows = []
  for (let row = 0; row < k; row++) {
    const t1 = unpackBits(publicKey.subarray(32 + row * 320, 32 + (row + 1) * 320), 10)
    const t = ntt(t1.map((value) => multiply(value, 2 ** d)))
    const sum = t.map((value, i) => reduce(-multiply(c[i], value)))
    for (let column = 0; column < l; column++) {
      const a = sampleUniform(Buffer.concat([rho, Buffer.of(column, row)]))
      for (let i = 0; i < n; i++) sum[i] = (sum[i] + multiply(a[i], zHat[column][i])) % q
    }
    rows.push(packSixBits(inverseNtt(sum).map((value, i) => useHint(hint[row][i], value))))
  }
  return shake256(Buffer.concat([mu, ...rows]), challengeBytes).equals(challenge)
}
