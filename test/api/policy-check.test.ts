import { describe, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { proposing } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())
const organization = await api.newOrganization({
  people: {
    requester: { staging: 'engineer' },
    supporter: { staging: 'support', production: 'viewer', groups: ['physicians'] },
    onlooker: { staging: 'viewer', production: 'viewer' },
    anna: { production: 'viewer', groups: ['approvers'] },
    ben: { production: 'viewer', groups: ['approvers', 'physicians'] },
    stranger: { groups: ['approvers'] },
    gone: { production: 'engineer', groups: ['approvers'] },
  },
})
const { owner, anna, ben, onlooker, requester, supporter, gone } = organization.people
const { production, staging } = organization.environments
const key = owner.keys.organization
await api.expectStatus(200, `/v1/organizations/${organization.id}/people/${gone.id}`, {
  key,
  method: 'PATCH',
  body: { active: false },
})

interface Checked {
  readonly version: number | null
  readonly satisfiable: boolean
  readonly rules: readonly {
    readonly name: string
    readonly satisfiable: boolean
    readonly unsatisfiableWithout: readonly string[]
    readonly steps: readonly {
      readonly able: readonly string[]
      readonly needed: number
      readonly enough: boolean
    }[]
  }[]
  readonly warnings: readonly { readonly code: string; readonly pointer: string }[]
}

const check = (policy?: object) =>
  api.expectStatus<Checked>(200, '/v1/policies/check', {
    key,
    body: { environment: production, ...(policy === undefined ? {} : { policy }) },
  })
const step = (more: object = {}) => ({ name: 'sign', kind: 'approval', approvals: 1, ...more })
const ruleOf = (...steps: readonly object[]) => ({ rules: [{ name: 'all', steps }] })

describe('the check of a policy', () => {
  test('tells who could sign the one in force: active humans of the group with a role in the destination', async () => {
    const { version, satisfiable, rules, warnings } = await check()
    expect(version).toBe(1)
    expect(rules[0]?.steps).toMatchObject([{ able: [anna.id, ben.id], needed: 2, enough: true }])
    expect([satisfiable, rules[0]?.unsatisfiableWithout, warnings]).toEqual([true, [], []])
  })

  test('tells that whoever has a role may sign where a step names nobody', async () => {
    const { version, rules } = await check(ruleOf(step()))
    expect(version).toBeNull()
    const everybody = [owner, supporter, onlooker, anna, ben].map(({ id }) => id)
    expect(rules[0]?.steps[0]?.able.toSorted()).toEqual(everybody.toSorted())
  })

  test('counts one person once, unless the rule lets one serve several steps', async () => {
    const steps = [step({ groups: ['approvers'], approvals: 2 }), step({ name: 'again', people: [anna.id] })]
    const once = await check(ruleOf(...steps))
    expect(once).toMatchObject({
      satisfiable: false,
      rules: [{ satisfiable: false, steps: [{ enough: true }, { enough: true }] }],
    })
    expect(once.warnings).toMatchObject([{ code: 'too-few-people', pointer: '/rules/0/steps' }])
    const several = await check({ rules: [{ name: 'all', steps, severalSteps: true }] })
    expect(several.satisfiable).toBe(true)
  })

  test('tells for whose request nobody is left', async () => {
    const { satisfiable, rules, warnings } = await check(
      ruleOf(step({ groups: ['physicians'], approvals: 2 })),
    )
    expect(satisfiable).toBe(true)
    expect(rules[0]?.unsatisfiableWithout).toEqual([supporter.id])
    expect(warnings).toMatchObject([{ code: 'too-few-without-requester', pointer: '/rules/0' }])
    expect(requester.id).not.toBe(supporter.id)
  })

  test('tells of one who has to be of certain groups', async () => {
    const answer = await check(ruleOf(step({ approvals: 2, atLeastOneOf: ['physicians'] })))
    expect(answer).toMatchObject({ satisfiable: true })
    const { rules } = await check(
      ruleOf(
        step({ atLeastOneOf: ['physicians'] }),
        step({ name: 'b', atLeastOneOf: ['physicians'] }),
        step({ name: 'c', atLeastOneOf: ['physicians'] }),
      ),
    )
    expect(rules[0]?.satisfiable).toBe(false)
  })

  test('is what saving a policy warns of, and saves it', async () => {
    const policy = ruleOf(step({ approvals: 9 }))
    const path = `/v1/environments/${production}/policy`
    const { warnings } = await api.expectStatus<Checked>(200, path, proposing(owner, policy))
    expect(warnings).toEqual((await check(policy)).warnings)
    expect(await check()).toMatchObject({ version: 2, satisfiable: false })
  })

  test('refuses what cannot be a policy, and is for owners and admins', async () => {
    const post = async (body: object, by: string | undefined = key) =>
      (await api.request('/v1/policies/check', { key: by, body, idempotencyKey: null })).status
    expect(await post({ environment: production, policy: { rules: [] } })).toBe(422)
    expect(await post({ environment: production, policy: ruleOf(step({ groups: ['nobody'] })) })).toBe(422)
    expect(await post({ environment: staging })).toBe(404)
    expect(await post({ environment: production }, anna.keys.organization)).toBe(403)
    expect(await post({ environment: production }, owner.keys.production)).toBe(403)
    expect(await post({ environment: production }, requester.keys.organization)).toBe(404)
  })
})
