import { describe, expect, test } from 'vitest'
import { identifier, type PersonId } from '../../../src/domain/identifiers.ts'
import type { Act } from '../../../src/domain/rights/acts.ts'
import { type Circumstances, judge, mayDo } from '../../../src/domain/rights/judge.ts'
import type { Standing } from '../../../src/domain/rights/standing.ts'

const nobody: Standing = {
  person: identifier<PersonId>('0190a7a6-0000-7000-8000-000000000001'),
  kind: 'human',
  active: true,
  organizationRole: null,
  auditor: false,
  environmentRole: null,
  groups: [],
}

test('whoever is not active, or not of the organization, may do nothing', () => {
  for (const standing of [undefined, { ...nobody, active: false, organizationRole: 'owner' as const }]) {
    expect(judge('key.make', standing)).toMatchObject({ code: 'forbidden' })
  }
})

test('a role in the organization gives nothing in an environment, and none there anything in the organization', () => {
  const owner: Standing = { ...nobody, organizationRole: 'owner' }
  const engineer: Standing = { ...nobody, environmentRole: 'engineer' }
  expect(mayDo('asset.read', owner, { through: 'environment' })).toBe(false)
  expect(mayDo('promotion.decide', owner, { through: 'destination' })).toBe(false)
  expect(mayDo('people.read', engineer, { through: 'organization' })).toBe(false)
})

test('a right goes through the door that it names', () => {
  const both: Standing = { ...nobody, organizationRole: 'owner', environmentRole: 'engineer' }
  expect(mayDo('promotion.withdraw', both, { through: 'organization' })).toBe(true)
  expect(
    judge('promotion.withdraw', both, { through: 'destination', writableBy: ['engineer'] }),
  ).toMatchObject({
    detail: 'To withdraw a promotion takes a key of the source or a key of the organization.',
  })
  expect(mayDo('person.write', both, { through: 'environment' })).toBe(false)
})

test('a type says which roles write it, and without a type nobody writes', () => {
  const support: Standing = { ...nobody, environmentRole: 'support' }
  const write = (about: Circumstances) => mayDo('asset.write', support, { through: 'environment', ...about })
  expect(write({ writableBy: ['engineer', 'support'] })).toBe(true)
  expect(write({ writableBy: ['engineer'] })).toBe(false)
  expect(write({})).toBe(false)
})

describe('deciding', () => {
  const viewer: Standing = { ...nobody, environmentRole: 'viewer' }
  const refusal = (standing: Standing, about: Circumstances = {}) =>
    judge('promotion.decide', standing, { through: 'destination', ...about })?.code

  test('takes any role in the destination', () => {
    expect(refusal(viewer)).toBeUndefined()
    expect(refusal(nobody)).toBe('forbidden')
  })

  test('is kept from service accounts, contributors and whom the step does not name', () => {
    expect(refusal({ ...viewer, kind: 'service' })).toBe('forbidden')
    expect(refusal(viewer, { contributed: true })).toBe('contributor-may-not-decide')
    expect(refusal(viewer, { named: false })).toBe('not-eligible')
  })
})

test('a refusal says what the act takes', () => {
  const acts: readonly Act[] = ['audit.read', 'environment-role.give', 'asset.write']
  expect(acts.map((act) => judge(act, nobody)?.detail)).toEqual([
    "To read the organization's log takes being owner of the organization or the auditor grant.",
    'To give somebody a role in an environment takes being owner or admin of the organization.',
    'To write assets in development and staging takes a role in that environment that may write every type of asset at hand.',
  ])
})

test('being active is all that some rights take', () => {
  expect(judge('key.make', nobody)).toBeNull()
  expect(judge('key.make', { ...nobody, active: false })).toEqual({
    kind: 'refused',
    code: 'forbidden',
    detail: 'Whoever asks for this is not active any more.',
  })
})

test('who asked for a promotion steers it, as long as they have a role in staging', () => {
  const steer = (standing: Standing, about: Circumstances) =>
    mayDo('promotion.schedule', standing, { through: 'source', ...about })
  const viewer: Standing = { ...nobody, environmentRole: 'viewer' }
  expect(steer(viewer, { requested: true })).toBe(true)
  expect(steer(viewer, { requested: false })).toBe(false)
  expect(steer(viewer, {})).toBe(false)
  expect(steer(nobody, { requested: true })).toBe(false)
  expect(judge('promotion.schedule', viewer, { through: 'source' })?.detail).toContain('having asked for it')
})

test('one of several ways to a right is enough, and one of those whom it is given to', () => {
  const owner: Standing = { ...nobody, organizationRole: 'owner' }
  const auditor: Standing = { ...nobody, auditor: true }
  const viewer: Standing = { ...nobody, environmentRole: 'viewer' }
  for (const standing of [owner, auditor, viewer]) expect(mayDo('promotion.read', standing)).toBe(true)
  expect(mayDo('promotion.read', nobody)).toBe(false)
  expect(mayDo('audit.read', owner)).toBe(true)
  expect(mayDo('audit.read', auditor)).toBe(true)
  expect(mayDo('audit.read', viewer)).toBe(false)
  expect(mayDo('audit.read', { ...nobody, organizationRole: 'admin' })).toBe(false)
})

test('a refusal names its rule', () => {
  const viewer: Standing = { ...nobody, environmentRole: 'viewer' }
  const refusal = (standing: Standing, about: Circumstances) => judge('promotion.override', standing, about)
  expect(refusal({ ...viewer, kind: 'service' }, {})?.detail).toBe('A service account never does this.')
  expect(refusal(viewer, { contributed: true })?.detail).toBe(
    'You requested or edited what is promoted. Somebody who contributed nothing has to decide.',
  )
  expect(refusal(viewer, { named: false })?.detail).toBe("The policy's step names others to decide.")
  expect(judge('person.write', viewer, { through: 'environment' })?.code).toBe('forbidden')
})

test('a group that the policy names freezes, with any role there and through both doors, and lifts nothing', () => {
  const viewer: Standing = { ...nobody, environmentRole: 'viewer', groups: ['on-call'] }
  const freeze = (standing: Standing, about: Circumstances) => mayDo('environment.freeze', standing, about)
  for (const through of ['organization', 'environment'] as const) {
    expect(freeze(viewer, { through, policyGroups: ['physicians', 'on-call'] })).toBe(true)
    expect(freeze(viewer, { through, policyGroups: ['physicians'] })).toBe(false)
    expect(freeze(viewer, { through })).toBe(false)
    expect(freeze({ ...viewer, environmentRole: null }, { through, policyGroups: ['on-call'] })).toBe(false)
    expect(mayDo('environment.unfreeze', viewer, { through, policyGroups: ['on-call'] })).toBe(false)
    expect(mayDo('organization.freeze', viewer, { through, policyGroups: ['on-call'] })).toBe(false)
  }
  expect(judge('environment.freeze', viewer, { through: 'environment' })?.detail).toBe(
    'To freeze an environment takes a role in that environment and a group that its policy names for it.',
  )
})
