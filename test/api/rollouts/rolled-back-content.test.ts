import { expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { bundleOf, carry, inShort, newTeam, policyWith, preview, stage, targetOf } from '../plans/planning.ts'
import { activeVersion, done } from './rolling-out.ts'

const api = await openDeployment()

test('content that was rolled back may be asked for again as it is, by name, and is put in use again', async () => {
  const team = await newTeam(api, policyWith({}))
  const staged = await stage(api, team, 'valueSet', { values: [{ value: 'A' }] })
  const first = await carry(api, team, bundleOf(team, [staged]))
  const target = targetOf(first, staged)
  await done(api, team, first, 'activate')
  await done(api, team, first, 'rollback', { body: { reason: 'The receiver was not ready' } })
  expect(await activeVersion(api, team, target)).toBe(null)

  const again = bundleOf(team, [staged])
  await expect
    .poll(async () => inShort(await preview(api, team, again)), { timeout: 10_000 })
    .toEqual(['blocker target-restored'])
  const named = { acknowledge: [{ rule: 'target-restored', asset: staged.id, pointer: '' }] }
  const second = await carry(api, team, bundleOf(team, [staged], named))
  expect(second.items).toMatchObject([{ action: 'unchanged' }])
  await done(api, team, second, 'activate')
  expect(await activeVersion(api, team, target)).toBe(1)
  expect(inShort(await preview(api, team, again))).toEqual(['blocker nothing-to-promote'])
})
