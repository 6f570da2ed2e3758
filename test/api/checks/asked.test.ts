import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openTemporalClient } from '../../../src/temporal/connection.ts'
import { eventually } from '../../faults/support/eventually.ts'
import { decideAs, type FourPeople, openDeployment, reachState } from '../../support/deployment.ts'
import {
  ask,
  bundleOf,
  newTeam,
  policyWith,
  preview,
  readPlan,
  type StagedAsset,
  signedPlan,
  stage,
} from '../plans/planning.ts'
import { checksOf, openReceiver, saying, silent } from './receiver.ts'

const receiver = await openReceiver()
const checks = {
  key: new Uint8Array(32).fill(9),
  hosts: [{ host: '127.0.0.1', port: receiver.port, plaintext: true }],
}
const api = await openDeployment([], undefined, { checks })

const codes = { values: [{ value: 'A' }, { value: 'B' }] }

async function asking(
  rule: Parameters<typeof policyWith>[0],
  more: object = {},
): Promise<{ team: FourPeople; asset: StagedAsset; asked: Awaited<ReturnType<typeof ask>> }> {
  const team = await newTeam(api, policyWith(rule))
  const asset = await stage(api, team, 'valueSet', codes, 'Department codes')
  const asked = await ask(api, team, bundleOf(team, [asset], more))
  return { team, asset, asked }
}

interface Question {
  readonly type: string
  readonly data: { readonly items: readonly object[] } & Readonly<Record<string, unknown>>
}

test('what a check finds stands in the plan that people sign, in its words', async () => {
  const check = receiver.check((request, response) => {
    const finding = {
      severity: 'warning',
      pointer: '/values/0',
      message: 'Code A is\nlicensed\u202e until May.',
    }
    void request
    saying({ ...finding, asset: assetOf(check.arrived().at(-1)?.body) })(request, response)
  })
  const { team, asset, asked } = await asking({ checks: checksOf(check) })
  expect(asked.state).toBe('awaiting_approval')
  const plan = await readPlan(api, team, asked)
  expect(plan.findings).toEqual([
    {
      rule: 'external-check',
      severity: 'warning',
      asset: asset.id,
      pointer: '/values/0',
      message: `The check “licence” at 127.0.0.1:${receiver.port} says: Code A is licensed until May.`,
      acknowledged: false,
      justification: null,
    },
  ])
  const signed = await signedPlan(api.testStores, asked)
  expect(signed.digest).toBe(asked.planDigest)
  expect(signed.plan.findings).toEqual(plan.findings)
  expect((await decideAs(api, team.people.anna, asked)).status).toBe(201)
})

function assetOf(body = '{}'): unknown {
  const { data } = JSON.parse(body) as { data: { items: readonly { asset: string }[] } }
  return data.items[0]?.asset
}

test('a check is told what is promoted where, and nothing of what it holds or why', async () => {
  const check = receiver.check(saying())
  const { team, asset, asked } = await asking({ checks: checksOf(check) })
  const [arrived, ...more] = check.arrived()
  expect(more).toEqual([])
  expect(arrived).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(arrived?.body ?? '')).toEqual({
    type: 'promotion.check',
    data: {
      check: 'licence',
      organization: team.id,
      promotion: asked.id,
      revision: 1,
      fromEnvironment: { id: team.environments.staging },
      toEnvironment: { id: team.environments.production },
      risk: 'moderate',
      policy: { version: 1, rule: 1 },
      items: [
        {
          asset: asset.id,
          type: 'valueSet',
          name: 'Department codes',
          version: 1,
          digest: asset.digest,
          action: 'create',
          target: null,
        },
      ],
    },
  })
  expect(arrived?.body).not.toContain('open on Monday')
})

test('what is sent is signed with the key that the organization shows', async () => {
  const check = receiver.check(saying())
  const { team } = await asking({ checks: checksOf(check) })
  const shown = async () =>
    api.expectStatus<{ checksPublicKey: string | null }>(200, `/v1/organizations/${team.id}`, {
      key: team.people.ben.keys.production,
    })
  await eventually('the key is published', async () => (await shown()).checksPublicKey !== null)
  const { checksPublicKey } = await shown()
  expect(checksPublicKey).toMatch(/^whpk_/)
  const x = Buffer.from(checksPublicKey?.slice('whpk_'.length) ?? '', 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const [arrived] = check.arrived()
  const headers = arrived?.headers ?? {}
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${arrived?.body}`
  const [scheme, signature = ''] = String(headers['webhook-signature']).split(',')
  expect(scheme).toBe('v1a')
  expect(verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64'))).toBe(true)
  const other = await newTeam(api)
  await eventually('the other organization has one, too', async () => {
    const answer = await api.expectStatus<{ checksPublicKey: string | null }>(
      200,
      `/v1/organizations/${other.id}`,
      { key: other.people.owner.keys.organization },
    )
    return answer.checksPublicKey !== null && answer.checksPublicKey !== checksPublicKey
  })
})

describe('nobody is asked to decide', () => {
  const blocked = async (answer: Parameters<typeof receiver.check>[0], deadline = 'PT10S') => {
    const check = receiver.check(answer, { deadline })
    const { team, asked } = await asking({ checks: checksOf(check) })
    expect(asked.state).toBe('changes_requested')
    const { findings } = await readPlan(api, team, asked)
    expect(findings).toHaveLength(1)
    expect(JSON.stringify(findings)).not.toContain('hush')
    return findings[0]
  }

  test('while a check says that something blocks', async () => {
    expect(await blocked(saying({ severity: 'blocker', message: 'Not licensed.' }))).toMatchObject({
      rule: 'external-check',
      severity: 'blocker',
      pointer: '',
    })
  })

  test('when a check has not answered by its deadline', async () => {
    expect(await blocked(silent, 'PT1S')).toMatchObject({
      rule: 'external-check-unanswered',
      severity: 'blocker',
      message: expect.stringMatching(
        /The check “licence” at 127\.0\.0\.1:\d+ gave no answer that counts\. .*in time.*Resubmit to ask it again\./,
      ),
    })
  })

  test.each<[string, Parameters<typeof receiver.check>[0], RegExp]>([
    ['answers with another status', (_, response) => response.writeHead(503).end(), /status 503/],
    [
      'sends elsewhere',
      (_, response) => response.writeHead(307, { location: 'https://else.example/' }).end(),
      /elsewhere/,
    ],
    ['breaks off', (_, response) => response.destroy(), /broke off/],
    [
      'answers with something else',
      saying({ severity: 'grave', message: 'x' }),
      /no blocker, warning or info/,
    ],
    [
      'names a stranger',
      saying({ severity: 'info', message: 'x', asset: crypto.randomUUID() }),
      /not in the bundle/,
    ],
    [
      'says too much',
      saying(...Array(60).fill({ severity: 'info', message: 'x'.repeat(500) }), {
        message: 'y'.repeat(40_000),
      }),
      /larger than is read/,
    ],
  ])('when a check %s', async (_, answer, because) => {
    expect(await blocked(answer)).toMatchObject({
      rule: 'external-check-unanswered',
      message: expect.stringMatching(because),
    })
  })

  test('when the policy says that whatever a check finds blocks', async () => {
    const check = receiver.check(saying({ severity: 'info', message: 'Looks new.' }))
    const { team, asked } = await asking({ checks: checksOf(check), blocks: ['external-check'] })
    expect(asked.state).toBe('changes_requested')
    expect((await readPlan(api, team, asked)).findings).toMatchObject([
      { rule: 'external-check', severity: 'blocker' },
    ])
  })
})

test('several checks are asked at once, each by its name', async () => {
  let waiting = 0
  const both: (() => void)[] = []
  const together = (message: string) =>
    receiver.check(
      (request, response) => {
        waiting += 1
        both.push(() => saying({ severity: 'info', message })(request, response))
        if (waiting === 2) for (const answer of both) answer()
      },
      { name: message },
    )
  const [one, other] = [together('one'), together('other')]
  const { team, asked } = await asking({ checks: checksOf(one, other) })
  const { findings } = await readPlan(api, team, asked)
  expect(findings.map(({ message }) => /“(.*)”.* says: (.*)/.exec(message)?.slice(1))).toEqual([
    ['one', 'one'],
    ['other', 'other'],
  ])
  expect(one.arrived()[0]?.headers['webhook-id']).not.toBe(other.arrived()[0]?.headers['webhook-id'])
})

test('a resubmission asks again, about its revision', async () => {
  let answers = 0
  const check = receiver.check((request, response) => {
    answers += 1
    const findings = answers === 1 ? [{ severity: 'blocker', message: 'Not yet.' }] : []
    saying(...findings)(request, response)
  })
  const { team, asked } = await asking({ checks: checksOf(check) })
  expect(asked.state).toBe('changes_requested')
  await api.expectStatus(200, `/v1/promotions/${asked.id}/resubmit`, {
    key: team.people.requester.keys.staging,
    body: { reason: 'The licence is here now' },
  })
  await reachState(api, team, asked, 'awaiting_approval')
  const revisions = check.arrived().map(({ body }) => (JSON.parse(body) as Question).data.revision)
  expect(revisions).toEqual([1, 2])
  expect(new Set(check.arrived().map(({ headers }) => headers['webhook-id'])).size).toBe(2)
})

test('an approved promotion that waited lands on what the check said before, without asking it again', async () => {
  const check = receiver.check(saying({ severity: 'info', message: 'Fine.' }))
  const notBefore = new Date(Date.now() + 8_000).toISOString()
  const { team, asked } = await asking({ checks: checksOf(check) }, { notBefore })
  expect((await decideAs(api, team.people.anna, asked)).status).toBe(201)
  expect((await decideAs(api, team.people.ben, asked)).status).toBe(201)
  await reachState(api, team, asked, 'scheduled')
  await reachState(api, team, asked, 'promoted')
  expect(check.arrived()).toHaveLength(1)
})

test('a dry run asks nobody and says whom a request would ask', async () => {
  const check = receiver.check(saying({ severity: 'blocker', message: 'Never.' }))
  const team = await newTeam(api, policyWith({ checks: checksOf(check) }))
  const asset = await stage(api, team, 'valueSet', codes)
  const { findings } = await preview(api, team, bundleOf(team, [asset]))
  expect(findings).toMatchObject([
    {
      rule: 'external-check-pending',
      severity: 'info',
      message: expect.stringContaining(`The check “licence” at 127.0.0.1:${receiver.port} is asked`),
    },
  ])
  expect(check.arrived()).toEqual([])
})

test('only checks of the rule that routes a promotion are asked', async () => {
  const [grave, plain] = [receiver.check(saying()), receiver.check(saying())]
  const before = { name: 'grave', when: { risk: ['high'] }, checks: checksOf(grave) }
  const team = await newTeam(api, policyWith({ checks: checksOf(plain) }, before))
  const asset = await stage(api, team, 'valueSet', codes)
  await ask(api, team, bundleOf(team, [asset]))
  expect([grave.arrived().length, plain.arrived().length]).toEqual([0, 1])
})

test('neither an address nor what a check says reaches the histories of workflows, or the log', async () => {
  const check = receiver.check(saying({ severity: 'info', message: 'Said in confidence.' }))
  const { team, asked } = await asking({ checks: checksOf(check) })
  const { client, close } = openTemporalClient(api.temporal)
  const history = await client.workflow.getHandle(`promotion/${asked.id}`).fetchHistory()
  await close()
  const payloads = JSON.stringify(history, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : value,
  )
  expect(payloads).toContain('askChecks')
  const { rows } = await api.testStores
    .superuser('control')
    .query<{ leaf: Buffer }>('SELECT leaf FROM log_entry WHERE organization = $1', [team.id])
  const entries = rows.map(({ leaf }) => leaf.toString())
  expect(entries.filter((entry) => entry.includes('promotion.check-answered'))).toHaveLength(1)
  for (const told of [payloads, entries.join()]) {
    for (const secret of ['hush-hush', 'Said in confidence', `:${receiver.port}`]) {
      expect(told.includes(secret)).toBe(false)
    }
  }
})
