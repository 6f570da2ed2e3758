import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalJWKSet, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { SignatureAlgorithm } from '../../src/identity/settings.ts'
import { type Verification, verifyToken } from '../../src/identity/verify-token.ts'
import { systemClock } from '../support/issuer.ts'

interface Group {
  readonly comment: string
  readonly public?: JWK
  readonly private?: JWK
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws: string
    readonly result: 'valid' | 'invalid' | 'acceptable'
  }[]
}

const file = join(import.meta.dirname, 'wycheproof/json_web_signature_test.json')
const { numberOfTests, testGroups } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly numberOfTests: number
  readonly testGroups: readonly Group[]
}

interface Vector {
  readonly name: string
  readonly key: JWK
  readonly jws: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

const vectors: readonly Vector[] = testGroups.flatMap((group) =>
  group.tests.map(({ tcId, comment, jws, result }) => ({
    name: `${tcId} ${group.comment} ${comment}`,
    key: group.public ?? group.private ?? {},
    jws,
    result,
  })),
)

const byDefault: readonly SignatureAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA']
const all: readonly SignatureAlgorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]

// A payload of the vectors is no set of claims, so that one whose signature holds is refused for its claims, and only
// then: what a token claims is looked at after its signature.
async function verdictOn({ key, jws }: Vector, algorithms: readonly SignatureAlgorithm[]): Promise<string> {
  const rules = { issuer: 'https://issuer.example', audience: 'countersign', tokenType: 'at+jwt', algorithms }
  const verification: Verification = await verifyToken(
    jws,
    createLocalJWKSet({ keys: [key] }),
    rules,
    systemClock,
  )
  if (verification.kind === 'verified') return 'taken for an access token'
  return verification.part === 'claims' ? 'signature accepted' : 'refused'
}

function headerOf(jws: string): { readonly alg?: string } {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())
  } catch {
    return {}
  }
}

test('every vector of the file is run', () => {
  expect(numberOfTests).toBe(401)
  expect(vectors.length).toBe(401)
  const invalid = vectors.filter(({ result }) => result === 'invalid')
  const valid = vectors.filter(({ result }) => result === 'valid')
  expect([invalid.length, valid.length]).toEqual([355, 46])
})

// Examples of RFC 7520 whose keys name another algorithm than their signatures have: RSA keys of PS256 for PS384, and
// ES521, which does not exist, for ES512. A key is used for the algorithm that it names.
const misnamed = ({ jws, key }: Vector) => key.alg !== undefined && key.alg !== headerOf(jws).alg

describe.each([
  ['by default', byDefault, 16],
  ['with every algorithm there is', all, 32],
])('%s', (_, algorithms, count) => {
  const isAllowed = (vector: Vector) =>
    algorithms.some((algorithm) => algorithm === headerOf(vector.jws).alg) && !misnamed(vector)

  test('no invalid signature is accepted', async () => {
    const accepted: string[] = []
    for (const vector of vectors.filter(({ result }) => result !== 'valid')) {
      const verdict = await verdictOn(vector, algorithms)
      if (verdict !== 'refused') accepted.push(`${vector.name}: ${verdict}`)
    }
    expect(accepted).toEqual([])
  })

  test('a valid one is accepted exactly where its algorithm is allowed', async () => {
    const wrong: string[] = []
    let accepted = 0
    for (const vector of vectors.filter(({ result }) => result === 'valid')) {
      const verdict = await verdictOn(vector, algorithms)
      if (verdict === 'signature accepted') accepted += 1
      const expected = isAllowed(vector) ? 'signature accepted' : 'refused'
      if (verdict !== expected) wrong.push(`${vector.name} with ${headerOf(vector.jws).alg}: ${verdict}`)
    }
    expect(wrong).toEqual([])
    expect(accepted).toBe(count)
  })
})

test('the valid ones whose key names another algorithm are accepted by the same key that names none', async () => {
  const four = vectors.filter((vector) => vector.result === 'valid' && misnamed(vector))
  const verdicts = four.map(({ key: { alg, ...key }, ...vector }) => verdictOn({ ...vector, key }, all))
  expect(await Promise.all(verdicts)).toEqual(Array(4).fill('signature accepted'))
})

test('what is valid and never accepted is signed with a shared secret', () => {
  const valid = vectors.filter((vector) => vector.result === 'valid')
  const symmetric = valid.filter(({ jws }) => headerOf(jws).alg?.startsWith('HS') === true)
  expect(symmetric.length).toBe(valid.length - 32 - 4)
})
