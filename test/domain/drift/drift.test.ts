import { describe, expect, test } from 'vitest'
import { findDrift, foundDigest, type StandingAsset } from '../../../src/domain/drift/drift.ts'
import { addCounts, nothingSwept } from '../../../src/domain/drift/sweep.ts'
import { type AssetId, digest, identifier, type PromotionId } from '../../../src/domain/identifiers.ts'

const asset = identifier<AssetId>('018f0000-0000-7000-8000-000000000001')
const promotion = identifier<PromotionId>('018f0000-0000-7000-8000-000000000002')
const landedDigest = digest('a'.repeat(64))
const otherDigest = digest('b'.repeat(64))
const landed = { asset, promotion, version: 3, digest: landedDigest }

const asLanded: StandingAsset = {
  asset,
  version: 3,
  recordedDigest: landedDigest,
  digest: landedDigest,
  stored: true,
  promotion,
  pointerExplained: true,
}

const found = (parts: Partial<StandingAsset>) => findDrift(landed, { ...asLanded, ...parts })

describe('what stands in production, compared with what was landed', () => {
  test('agrees when its bytes are the landed ones, whatever number they have', () => {
    expect(found({})).toBeNull()
    expect(found({ version: 7 })).toBeNull()
  })

  test('is changed when its version has other bytes, or its bytes are not those of its version', () => {
    expect(found({ version: 4, recordedDigest: otherDigest, digest: otherDigest })).toBe('changed')
    expect(found({ version: 2, recordedDigest: otherDigest, digest: otherDigest })).toBe('changed')
    expect(found({ digest: otherDigest })).toBe('changed')
    expect(found({ recordedDigest: otherDigest, digest: null })).toBe('changed')
  })

  test('is erased when the landed bytes were blanked, and missing when nothing is there', () => {
    expect(found({ digest: null })).toBe('erased')
    expect(found({ version: 0, recordedDigest: null, digest: null, stored: false })).toBe('missing')
    expect(found({ digest: null, stored: false })).toBe('missing')
    expect(found({ version: 0 })).toBe('missing')
  })

  test('is repointed when another version is in use than any recorded act chose', () => {
    expect(found({ pointerExplained: false })).toBe('repointed')
    expect(found({ pointerExplained: false, digest: otherDigest })).toBe('changed')
  })

  test('is named by the digest of its bytes, by the recorded one where they were erased, by none where nothing is', () => {
    expect(foundDigest({ ...asLanded, digest: otherDigest })).toBe(otherDigest)
    expect(foundDigest({ ...asLanded, digest: null })).toBe(landedDigest)
    expect(foundDigest({ ...asLanded, digest: null, stored: false })).toBeNull()
    expect(foundDigest({ ...asLanded, version: 0 })).toBeNull()
  })
})

test('the counts of a sweep add up page by page', () => {
  const page = { compared: 4, drifted: 1, inSyncAgain: 2, unreached: 3 }
  expect(addCounts(nothingSwept, page)).toEqual(page)
  expect(addCounts(page, page)).toEqual({ compared: 8, drifted: 2, inSyncAgain: 4, unreached: 6 })
})
