import { describe, expect, test } from 'vitest'
import { type ApiRequest, openApi } from '../support/api.ts'
import { type PolicyAnswer, policyOf, proposing, setPolicy } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())
const people = {
  admin: { organization: 'admin' },
  anna: { production: 'viewer', groups: ['approvers'] },
  ben: { production: 'viewer', groups: ['approvers', 'physicians'] },
  leaver: {},
} as const
const organization = await api.newOrganization({ people })
const { owner, admin, anna, leaver } = organization.people
const { production, staging } = organization.environments
const base = `/v1/organizations/${organization.id}`
const path = policyOf(production)
await api.expectStatus(200, `${base}/people/${leaver.id}`, {
  key: owner.keys.organization,
  method: 'PATCH',
  body: { active: false },
})
const further = await api.expectStatus<{ id: typeof production }>(201, `${base}/environments`, {
  key: owner.keys.organization,
  body: { name: 'pilot', kind: 'production' },
})

// RFC 8032 §7.1, test 1.
const publicKey = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
const ticket = { name: 'ticket', kind: 'external', publicKey }
const systemOf = (more: object) => ruleOf({ steps: [approval, { ...ticket, ...more }] })
const approval = { name: 'sign', kind: 'approval', approvals: 1 }
const last = { name: 'all', steps: [approval] }
const ruleOf = (more: object) => ({ rules: [{ ...last, ...more }] })
const stepOf = (more: object) => ruleOf({ steps: [{ ...approval, ...more }] })
const followed = (...rules: readonly object[]) => ({ rules: [...rules, last] })
const lab = { name: 'lab', when: { types: ['filter'] }, steps: [approval] }

const dryRun = (body: unknown, more: ApiRequest = {}) =>
  api.request(`${path}?dryRun=true`, { ...proposing(owner, body), ...more })

async function refusal(response: Response) {
  const { code, errors = [] } = (await response.json()) as {
    readonly code: string
    readonly errors?: readonly { readonly pointer: string }[]
  }
  return [response.status, code, ...errors.map(({ pointer }) => pointer)]
}

describe('the language of policies', () => {
  test('says all it knows, keeps it, and takes back what it shows', async () => {
    const full = {
      rules: [
        {
          name: 'grave',
          when: {
            types: { only: ['filter', 'valueSet'] },
            names: { any: ['Lab*'] },
            risk: ['high', 'moderate'],
            requesterGroups: ['approvers'],
          },
          steps: [
            {
              name: 'read',
              kind: 'review',
              approvals: 1,
              groups: ['approvers'],
              atLeastOneOf: ['approvers'],
            },
            { name: 'ticket', kind: 'external', publicKey },
            { name: 'sign', kind: 'approval', approvals: 1, people: [anna.id], atLeastOneOf: ['physicians'] },
          ],
          severalSteps: true,
          minimumDwell: 'P1D',
          requiredEvidence: ['request-response', 'not-testable'],
          manifest: 'warning',
          blocks: ['endpoint-suspicious'],
          reapproval: true,
          activation: 'automatic',
          breakGlass: { group: 'physicians', reviewWithin: 'P1D' },
          pilot: further.id,
          remindAfter: ['P1D', 'P2D'],
          escalation: { after: 'P3D', group: 'physicians' },
          expiresAfter: 'P5D',
          landWithin: 'PT5M',
          restore: 'fast',
          rollback: 'fast',
        },
        { ...last, expiresAfter: 'P7D', landWithin: 'PT10M', restore: 'approval', rollback: 'approval' },
      ],
    }
    const stored = await setPolicy(api, production, full, [owner, admin])
    expect(stored.rules).toEqual(full.rules)
    const again = await api.expectStatus<PolicyAnswer>(200, path, proposing(admin, { rules: stored.rules }))
    expect(again).toMatchObject({ version: stored.version, digest: stored.digest, state: 'in-force' })
  })

  test('takes a plain list of types or names as any of them, and an empty condition as none', async () => {
    const answer = (await (await dryRun(followed(lab))).json()) as PolicyAnswer
    expect(answer.rules[0]).toMatchObject({ when: { types: { any: ['filter'] } } })
    const empty = (await (await dryRun(ruleOf({ when: {} }))).json()) as PolicyAnswer
    expect(empty.rules[0]).not.toHaveProperty('when')
  })

  test.each<[string, object, string]>([
    ['a last rule with a condition', { rules: [lab] }, '/rules/0/when'],
    ['an earlier rule without one', followed({ ...last, name: 'first' }), '/rules/0/when'],
    ['an earlier rule with an empty one', followed({ ...lab, when: {} }), '/rules/0/when'],
    ['two rules of one name', followed({ ...lab, name: 'all' }), '/rules/1/name'],
    ['an empty list of groups', stepOf({ groups: [] }), '/rules/0/steps/0/groups'],
    ['an empty list of people', stepOf({ people: [] }), '/rules/0/steps/0/people'],
    ['two empty lists', stepOf({ groups: [], people: [] }), '/rules/0/steps/0/groups'],
    ['a group that is none', stepOf({ groups: ['nobody'] }), '/rules/0/steps/0/groups/0'],
    ['somebody who is nobody', stepOf({ people: [production] }), '/rules/0/steps/0/people/0'],
    ['somebody who is not active', stepOf({ people: [leaver.id] }), '/rules/0/steps/0/people/0'],
    [
      'one of a group that does not sign',
      stepOf({ groups: ['approvers'], atLeastOneOf: ['physicians'] }),
      '/rules/0/steps/0/atLeastOneOf/0',
    ],
    ['no people at all', ruleOf({ steps: [ticket] }), '/rules/0/steps'],
    [
      'no approval beside a review and a system',
      ruleOf({ steps: [{ ...approval, kind: 'review' }, ticket] }),
      '/rules/0/steps',
    ],
    ['a system without a key', systemOf({ publicKey: undefined }), '/rules/0/steps/1/publicKey'],
    ['a system with what is no key', systemOf({ publicKey: 'any' }), '/rules/0/steps/1/publicKey'],
    ['a system with a padded key', systemOf({ publicKey: `${publicKey}=` }), '/rules/0/steps/1/publicKey'],
    [
      'a system with a key by which anybody could sign',
      systemOf({ publicKey: 'A'.repeat(43) }),
      '/rules/0/steps/1/publicKey',
    ],
    [
      'a system with a key off the curve',
      systemOf({ publicKey: `Ag${'A'.repeat(41)}` }),
      '/rules/0/steps/1/publicKey',
    ],
    ['one of no group', stepOf({ atLeastOneOf: [] }), '/rules/0/steps/0/atLeastOneOf'],
    ['a condition of no type', followed({ ...lab, when: { types: [] } }), '/rules/0/when/types'],
    ['a risk that is none', followed({ ...lab, when: { risk: ['grave'] } }), '/rules/0/when/risk/0'],
    [
      'a requester group that is none',
      followed({ ...lab, when: { requesterGroups: ['x'] } }),
      '/rules/0/when/requesterGroups/0',
    ],
    ['evidence of no kind', ruleOf({ requiredEvidence: ['hearsay'] }), '/rules/0/requiredEvidence/0'],
    ['a dwell of a month', ruleOf({ minimumDwell: 'P1M' }), '/rules/0/minimumDwell'],
    ['a pilot in staging', ruleOf({ pilot: staging }), '/rules/0/pilot'],
    ['itself as pilot', ruleOf({ pilot: production }), '/rules/0/pilot'],
    [
      'a break-glass group that is none',
      ruleOf({ breakGlass: { group: 'x', reviewWithin: 'P1D' } }),
      '/rules/0/breakGlass/group',
    ],
    [
      'an escalation to nobody',
      ruleOf({ escalation: { after: 'P1D', group: 'x' } }),
      '/rules/0/escalation/group',
    ],
    ['only reviews', ruleOf({ steps: [{ ...approval, kind: 'review' }] }), '/rules/0/steps'],
    ['no rules', { rules: [] }, '/rules'],
    [
      '51 rules',
      followed(...Array.from({ length: 50 }, (_, place) => ({ ...lab, name: `${place}` }))),
      '/rules',
    ],
  ])('refuses %s', async (_, body, pointer) => {
    const [status, code, first] = await refusal(await dryRun(body))
    expect([status, code, first]).toEqual([422, 'invalid-body', pointer])
  })

  test('refuses what it does not know, and what is larger than a policy may be', async () => {
    expect(await refusal(await dryRun(ruleOf({ when: { color: 'red' } })))).toContain('unknown-property')
    const names = Array.from({ length: 50 }, (_, place) => `${place}${'n'.repeat(190)}`)
    const rules = Array.from({ length: 10 }, (_, place) => ({ ...lab, name: `${place}`, when: { names } }))
    expect(await refusal(await dryRun(followed(...rules)))).toEqual([422, 'invalid-body', '/rules'])
    expect((await dryRun(ruleOf({ name: 'x'.repeat(140_000) }))).status).toBe(413)
  })

  test('holds no secret in a pattern of names', async () => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    const response = await dryRun(followed({ ...lab, when: { names: { only: [token] } } }))
    expect(await refusal(response)).toEqual([422, 'literal-secret', '/rules/0/when/names/only/0'])
  })
})

describe('a policy in YAML', () => {
  const yaml = (body: string, more: ApiRequest = {}) =>
    dryRun(body, { headers: { 'If-Match': '*', 'Content-Type': 'application/yaml' }, ...more })

  test('is the same policy', async () => {
    const text = `
# The policy of production
rules:
  - name: lab
    when: { types: [filter] }
    steps:
      - { name: sign, kind: approval, approvals: 1 }
  - name: all
    steps:
      - name: sign
        kind: approval
        approvals: 1
`
    const written = (await (await yaml(text)).json()) as PolicyAnswer
    const same = (await (await dryRun(followed(lab))).json()) as PolicyAnswer
    expect(written.digest).toBe(same.digest)
  })

  test('is shown with its version in comments, and can be sent back', async () => {
    const response = await api.request(path, {
      key: owner.keys.organization,
      headers: { Accept: 'application/yaml' },
    })
    expect(response.headers.get('Content-Type')).toMatch(/^application\/yaml/)
    expect(response.headers.get('Vary')).toContain('Accept')
    const text = await response.text()
    const current = await api.expectStatus<PolicyAnswer>(200, path, { key: owner.keys.organization })
    expect(text).toContain(`# Version ${current.version} `)
    const again = (await (await yaml(text)).json()) as PolicyAnswer
    expect(again).toMatchObject({ state: 'in-force', version: current.version, digest: current.digest })
  })

  const rule = 'name: all\n    steps: [{ name: sign, kind: approval, approvals: 1 }]'
  test.each([
    ['a key twice', `rules:\n  - ${rule}\n    name: other`, 'duplicate-key'],
    ['an alias', `rules:\n  - &all\n    ${rule}\n  - *all`, 'malformed-yaml'],
    ['an anchor alone', `rules: &here\n  - ${rule}`, 'malformed-yaml'],
    ['a tag', 'rules: !!binary aGVsbG8=', 'malformed-yaml'],
    ['a tag of its own', `rules: !javascript\n  - ${rule}`, 'malformed-yaml'],
    ['a merge key', `rules:\n  - ${rule}\n    <<: { restore: fast }`, 'unknown-property'],
    ['two documents', `rules: []\n---\nrules: []`, 'malformed-yaml'],
    ['no YAML', 'rules: [', 'malformed-yaml'],
    ['a key that is no text', `rules:\n  - ${rule}\n    1: 2`, 'malformed-yaml'],
    ['no number', `rules:\n  - ${rule}\n    severalSteps: .inf`, 'malformed-yaml'],
    ['a number that cannot be kept', `rules:\n  - ${rule}\n    x: 12345678901234567890`, 'lossy-number'],
    ['a null character', `rules:\n  - ${rule}\n    x: "\\0"`, 'invalid-body'],
    ['nothing', '', 'invalid-body'],
    ['what nests too deep', `rules: ${'['.repeat(70)}${']'.repeat(70)}`, 'too-deep'],
    ['what nests much too deep', '['.repeat(100_000), 'too-deep'],
    ['another shape', 'rules: everybody', 'invalid-body'],
  ])('is refused with %s', async (_, text, code) => {
    expect((await refusal(await yaml(text)))[1]).toBe(code)
  })

  test('of thousands of keys is refused soon', async () => {
    const text = Array.from({ length: 10_000 }, (_, place) => `k${place}: 1`).join('\n')
    const started = performance.now()
    expect((await refusal(await yaml(text)))[1]).toBe('unknown-property')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('is for policies alone', async () => {
    const headers = { 'Content-Type': 'application/yaml' }
    const request = { key: owner.keys.organization, method: 'PUT', body: 'members: []', headers }
    expect((await api.request(`${base}/groups/tried`, request)).status).toBe(415)
  })
})
