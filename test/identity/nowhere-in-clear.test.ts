import { expect, test } from 'vitest'
import { storeKinds } from '../../src/db/stores.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { findings, type Haystack, historiesOf, tablesOf } from '../secrets/canary.ts'
import { fourPeople, openDeployment, type PromotionAnswer, promotionOf } from '../support/deployment.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'

const logged: string[] = []
const logger = createLogger('trace', { write: (line: string) => logged.push(line) })
const issuer = await openIssuer()
const api = await openDeployment([], logger, { identityProvider: providerOf(issuer) })
const organization = await api.newOrganization({ people: fourPeople })
const { people, environments, id } = organization

const sent: string[] = []
const answered: Haystack[] = []
const tokens = new Map<string, string>()

type Name = 'requester' | 'anna' | 'ben'

/** Asks with a token, through the door of an environment, and keeps the answer. */
async function ask<Answer>(
  status: number,
  name: Name,
  kind: 'staging' | 'production',
  path: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: { method?: string; body?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await api.request(path, {
    key: tokens.get(name),
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'Countersign-Environment': environments[kind], ...headers },
  })
  const text = await response.text()
  answered.push({ name: `the answer to ${path}`, text: `${JSON.stringify([...response.headers])}${text}` })
  expect([path, response.status, text]).toEqual([path, status, expect.anything()])
  return JSON.parse(text)
}

test('people who signed in carry a promotion through, and every act counts as theirs', async () => {
  for (const name of ['requester', 'anna', 'ben'] as const) {
    const token = await issuer.token(`subject of ${name}`)
    tokens.set(name, token)
    sent.push(token)
    await api.expectStatus(200, '/v1/me/identity', {
      key: people[name].keys.organization,
      method: 'PUT',
      body: { accessToken: token },
    })
  }
  const asset = await ask<{ id: never }>(
    201,
    'requester',
    'staging',
    `/v1/environments/${environments.staging}/assets`,
    { method: 'POST', body: { type: 'valueSet', name: 'Codes', content: { values: [{ value: 'A' }] } } },
  )
  const promotion = await ask<PromotionAnswer>(202, 'requester', 'staging', '/v1/promotions', {
    method: 'POST',
    body: promotionOf(organization, [asset]),
    headers: { Prefer: 'wait=20' },
  })
  expect(promotion.state).toBe('awaiting_approval')
  const path = `/v1/promotions/${promotion.id}`
  const decide = (status: number, name: Name) =>
    ask<PromotionAnswer>(status, name, 'production', `${path}/decisions`, {
      method: 'POST',
      body: { verdict: 'approve', comment: 'Read' },
      headers: { 'If-Match': `"${promotion.planDigest}"` },
    })
  expect(await decide(403, 'requester')).toMatchObject({ code: 'contributor-may-not-decide' })
  await decide(201, 'anna')
  const decided = await decide(201, 'ben')
  expect(decided.decisions.map(({ person }) => person).toSorted()).toEqual(
    [people.anna.id, people.ben.id].toSorted(),
  )
  const state = async () => (await ask<PromotionAnswer>(200, 'anna', 'production', path)).state
  await expect.poll(state, { timeout: 30_000 }).toBe('promoted')
  const { rows } = await api.testStores.superuser('control').query(
    `SELECT DISTINCT type, data -> 'actor' ->> 'via' AS via, data -> 'actor' ->> 'person' AS person
       FROM log_entry, LATERAL (SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data) AS entry
      WHERE organization = $1 AND type IN ('promotion.requested', 'promotion.decided') ORDER BY type, person`,
    [id],
  )
  const by = (type: string, person: string) => ({ type, via: 'token', person })
  expect(rows).toEqual(
    expect.arrayContaining([
      by('promotion.requested', people.requester.id),
      by('promotion.decided', people.anna.id),
      by('promotion.decided', people.ben.id),
    ]),
  )
  expect(rows).toHaveLength(3)
})

async function databases(): Promise<readonly Haystack[]> {
  return (
    await Promise.all(storeKinds.map((store) => tablesOf(store, api.testStores.superuser(store))))
  ).flat()
}

test('no part of a token is in an answer, a line of the log, a database or a Temporal history', async () => {
  expect(sent).toHaveLength(3)
  const parts = sent.flatMap((token) =>
    token
      .split('.')
      .slice(1)
      .map((value, place) => ({ planted: `part ${place + 1} of a token`, value })),
  )
  const tables = await databases()
  const workflows = await historiesOf(api.temporal)
  expect(workflows.length).toBeGreaterThan(0)
  expect(findings([{ planted: 'organization', value: id }], workflows)).toHaveLength(workflows.length)
  expect(findings([{ planted: 'subject', value: 'subject of anna' }], tables).toSorted()).toEqual([
    'subject in control.erasable_text',
    'subject in control.person_identity',
  ])
  const log = { name: 'the log', text: logged.join('') }
  expect(logged.length).toBeGreaterThan(20)
  expect(answered.length).toBeGreaterThan(5)
  expect(findings(parts, [...tables, ...workflows, ...answered, log])).toEqual([])
  // Nor is who somebody is elsewhere, but where it may be erased.
  const subjects = ['requester', 'anna', 'ben'].map((name) => `subject of ${name}`)
  const told = subjects.map((value) => ({ planted: 'a subject', value }))
  expect(findings(told, [...workflows, log])).toEqual([])
})
