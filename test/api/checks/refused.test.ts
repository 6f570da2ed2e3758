import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { type PolicyAnswer, policyOf, proposing } from '../../support/policies.ts'
import { ask, bundleOf, newTeam, policyWith, readPlan, refusalOf, stage } from '../plans/planning.ts'
import { openReceiver, saying } from './receiver.ts'

const receiver = await openReceiver()
const key = new Uint8Array(32).fill(9)
// Named under another name than it is tried by below.
const hosts = [{ host: 'checks.example', port: receiver.port, plaintext: true }]
const api = await openDeployment([], undefined, { checks: { key, hosts } })

const policy = (...checks: readonly object[]) => ({
  rules: [{ name: 'every promotion', steps: [{ name: 'sign', kind: 'approval', approvals: 1 }], checks }],
})
const check = (more: object = {}) => ({
  name: 'licence',
  url: 'https://checks.example.org/?token=hush-hush',
  deadline: 'PT10S',
  ...more,
})

const team = await newTeam(api)
const { owner } = team.people
const path = policyOf(team.environments.production)
const set = async (...checks: readonly object[]) =>
  refusalOf(await api.request(path, proposing(owner, policy(...checks))))

const inward = [
  ['an address of this machine', 'https://127.0.0.1/'],
  ['one number', 'https://2130706433/'],
  ['hexadecimal', 'https://0x7f.1/'],
  ['IPv6', 'https://[::1]/'],
  ['an IPv4-mapped address', 'https://[::ffff:127.0.0.1]/'],
  ['an address of a private network', 'https://10.1.2.3/'],
  ['the address of metadata', 'https://169.254.169.254/latest/meta-data/'],
] as const

const otherwise = [
  ['no address', 'checks.example', /no address/],
  ['http', 'http://checks.example.org/', /Only https/],
  ['another scheme', 'file:///etc/passwd', /Only https/],
  ['a user name', 'https://hush-hush@checks.example.org/', /user name or a password/],
  ['a password', 'https://a:hush-hush@checks.example.org/', /user name or a password/],
  ['an odd port', 'https://checks.example.org:8443/', /port/],
] as const

describe('a policy is not set with a check at', () => {
  test.each([...inward.map(([what, url]) => [what, url, /public address/] as const), ...otherwise])(
    '%s',
    async (_, url, because) => {
      const refusal = await set(check({ url: `${url}?token=hush-hush` }))
      expect(refusal).toMatchObject({ status: 422, code: 'invalid-body' })
      expect(refusal.errors).toEqual([
        { pointer: '/rules/0/checks/0/url', message: expect.stringMatching(because) },
      ])
      expect(refusal.text).not.toContain('hush-hush')
      const checked = { environment: team.environments.production, policy: policy(check({ url })) }
      const asked = { key: owner.keys.organization, body: checked }
      expect((await api.request('/v1/policies/check', asked)).status).toBe(422)
    },
  )
})

test.each([
  ['too little time', [check({ deadline: 'PT0.5S' })], '/rules/0/checks/0/deadline'],
  ['too much time', [check({ deadline: 'PT61S' })], '/rules/0/checks/0/deadline'],
  ['a name twice', [check(), check()], '/rules/0/checks'],
  ['no check', [], '/rules/0/checks'],
  ['six of them', [1, 2, 3, 4, 5, 6].map((place) => check({ name: `${place}` })), '/rules/0/checks'],
  ['something else besides', [check({ secret: 'x' })], '/rules/0/checks/0/secret'],
])('a policy is not set with checks that have %s', async (_, checks, pointer) => {
  const { status, errors = [] } = await set(...checks)
  expect([status, errors[0]?.pointer]).toEqual([422, pointer])
})

test('whoever may not change a policy sees of a check no more than where it leads', async () => {
  const other = await newTeam(api)
  const rules = policyOf(other.environments.production)
  const read = (who: 'owner' | 'ben', door: 'organization' | 'production', more = '') =>
    api.expectStatus<PolicyAnswer>(200, rules + more, { key: other.people[who].keys[door] })
  await api.expectStatus(200, rules, proposing(other.people.owner, policy(check())))
  const url = ({ rules: [rule] }: PolicyAnswer) =>
    (rule?.checks as readonly { url: string }[] | undefined)?.[0]?.url
  expect(url(await read('owner', 'organization'))).toBe('https://checks.example.org/?token=hush-hush')
  expect(url(await read('ben', 'production'))).toBe('https://checks.example.org')
  expect(JSON.stringify(await read('ben', 'production', '/versions'))).not.toContain('hush-hush')
  expect(JSON.stringify(await read('owner', 'organization', '/versions'))).toContain('hush-hush')
})

describe('case 60: nothing is connected to, and the promotion is blocked, where a check is', () => {
  test.each<readonly [string, string]>([
    ...inward,
    ['a name of this machine', 'https://localhost/'],
    ['a name of this machine, by http', `http://localhost:${receiver.port}/`],
    ['this very host at its port, by http', `http://127.0.0.1:${receiver.port}/`],
    ['a user name', `http://a@checks.example:${receiver.port}/`],
    ['an odd port', 'https://checks.example.org:8443/'],
  ])('at %s', async (_, url) => {
    const here = receiver.check(saying())
    const { pathname } = new URL(here.url)
    const checks = [{ name: 'licence', url: url + pathname.slice(1), deadline: 'PT10S' }]
    const blocked = await newTeam(api, policyWith({ checks }))
    const asset = await stage(api, blocked, 'valueSet', { values: [{ value: 'A' }] })
    const asked = await ask(api, blocked, bundleOf(blocked, [asset]))
    expect(asked.state).toBe('changes_requested')
    expect((await readPlan(api, blocked, asked)).findings).toMatchObject([
      { rule: 'external-check-unanswered', severity: 'blocker' },
    ])
    expect(receiver.connections()).toBe(0)
  })
})
