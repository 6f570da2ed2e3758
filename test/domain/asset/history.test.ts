import { expect, test } from 'vitest'
import {
  type AssetEntry,
  driftEntries,
  liveVersion,
  pointerEntries,
  versionEntries,
} from '../../../src/domain/asset/history.ts'
import { identifier, type PromotionId } from '../../../src/domain/identifiers.ts'

const promotion = identifier<PromotionId>('018f0000-0000-7000-8000-000000000002')
const entry = (version: number, time: string, person = 'anna'): AssetEntry => ({
  type: 'asset.activated',
  time,
  person,
  version,
  digest: null,
  promotion: version > 1 ? promotion : null,
})

test('nothing is in use before anything was put in use', () => {
  expect(liveVersion([])).toBeNull()
})

test('the version in use is the newest one, since it began, by whom and by which promotion', () => {
  expect(liveVersion([entry(2, '3'), entry(1, '2'), entry(2, '1')])).toEqual({
    version: 2,
    promotion,
    since: '3',
    by: 'anna',
  })
})

test('what a roll-back left in use is the promotion’s that brought it, and nothing where it left nothing', () => {
  const back = (version: number): AssetEntry => ({
    ...entry(version, '3'),
    type: 'asset.rolled-back',
    promotion,
  })
  expect(liveVersion([back(1), entry(2, '2'), entry(1, '1')])).toEqual({
    version: 1,
    promotion: null,
    since: '3',
    by: 'anna',
  })
  expect(liveVersion([back(0), entry(2, '2')])).toBeNull()
  expect(liveVersion([entry(2, '4'), back(0), entry(2, '2')])).toMatchObject({ version: 2, since: '4' })
})

test('to put the same version in use again does not begin anew', () => {
  expect(liveVersion([entry(2, '3', 'clara'), entry(2, '2', 'bela'), entry(1, '1')])).toMatchObject({
    since: '2',
    by: 'bela',
  })
  expect(liveVersion([entry(1, '2', 'bela'), entry(1, '1')])).toEqual({
    version: 1,
    promotion: null,
    since: '1',
    by: 'anna',
  })
})

test('these entries tell of an asset’s newest version, of the one in use, and of drift', () => {
  expect(versionEntries).toEqual([
    'asset.created',
    'asset.version-written',
    'asset.landed',
    'asset.discarded',
  ])
  expect(pointerEntries).toEqual(['asset.activated', 'asset.restored', 'asset.rolled-back'])
  expect(driftEntries).toEqual(['asset.drifted', 'asset.in-sync-again'])
})
