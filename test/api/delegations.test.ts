import { describe, expect, test } from 'vitest'
import { digest } from '../../src/domain/identifiers.ts'
import { commit } from '../../src/trust/commitment.ts'
import { made, socialSecurity } from '../screening/corpus/values.ts'
import type { Page } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { bodyTo, type Delegation, delegating, delegations, inDays, type Name, people } from './delegating.ts'

const stores = await openStores()
const api = openApi(stores)
const superuser = stores.superuser('control')
const { current, keyOf, idOf, give, list, refusal, entries } = delegating(stores, api)

describe('a delegation', () => {
  test('is seen by who gave it, who received it and who oversees the organization, and by nobody else', async () => {
    const given = await give('anna', 'ben')
    expect(given).toMatchObject({
      delegator: idOf('anna'),
      to: idOf('ben'),
      reason: 'On leave',
      revokedAt: null,
    })
    for (const name of ['anna', 'ben', 'owner', 'admin', 'auditor'] as const) {
      expect([name, await list(name)]).toEqual([name, [given]])
    }
    expect(await list('carl')).toEqual([])
  })

  test('is an entry with what was not and what is, and a commitment to its reason', async () => {
    const { id, delegator, to, startsAt, endsAt } = await give('anna', 'ben')
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry).toMatchObject({
      type: 'delegation.given',
      subject: `delegation/${id}`,
      data: {
        actor: { person: idOf('anna'), via: 'key' },
        details: { before: null, after: { delegator, to, startsAt, endsAt, revokedAt: null } },
      },
    })
    expect(JSON.stringify(entry)).not.toContain('leave')
    const { rows } = await superuser.query(
      'SELECT text, salt FROM erasable_text JOIN delegation ON reason_text = erasable_text.id WHERE delegation.id = $1',
      [id],
    )
    const commitment = digest(commit(rows[0].text, rows[0].salt))
    expect(entry?.data).toMatchObject({ details: { reason: { commitment } } })
  })

  test('may overlap another, also the other way round', async () => {
    await give('anna', 'ben')
    await give('anna', 'ben', { startsAt: inDays(1), endsAt: inDays(90) })
    await give('anna', 'carl')
    await give('ben', 'anna')
    expect(await list('anna')).toHaveLength(4)
  })

  test.each<[string, () => object, string]>([
    ['oneself', () => ({ to: idOf('anna') }), '/to'],
    ['the past', () => ({ startsAt: inDays(-1) }), '/startsAt'],
    ['a time that is over', () => ({ startsAt: inDays(-3), endsAt: inDays(-2) }), '/startsAt'],
    [
      'no time at all',
      () => ({ startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-01-01T00:00:00Z' }),
      '/endsAt',
    ],
    ['a time that ends before it starts', () => ({ startsAt: inDays(3), endsAt: inDays(2) }), '/endsAt'],
    [
      'a moment more than ninety days',
      () => ({ startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-04-01T00:00:00.001Z' }),
      '/endsAt',
    ],
    ['no reason', () => ({ reason: '' }), '/reason'],
    ['a reason without end', () => ({ reason: 'x'.repeat(4001) }), '/reason'],
    ['an unknown wish', () => ({ groups: ['approvers'] }), '/groups'],
    ['no instant', () => ({ endsAt: 'soon' }), '/endsAt'],
  ])('is refused for %s', async (_, given, pointer) => {
    const problem = await refusal({ key: keyOf('anna'), body: bodyTo(idOf('ben'), given()) })
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer }] })
    expect(await list('owner')).toEqual([])
  })

  test('lasts ninety days at the most, in any offset', async () => {
    const period = { startsAt: '2999-01-01T02:00:00+02:00', endsAt: '2999-04-01T00:00:00Z' }
    expect(await give('anna', 'ben', period)).toMatchObject({
      startsAt: '2999-01-01T00:00:00.000Z',
      endsAt: '2999-04-01T00:00:00.000Z',
    })
  })

  test('goes to an active human of the organization', async () => {
    const { id } = await api.expectStatus<{ id: string }>(201, `/v1/organizations/${current().id}/people`, {
      key: keyOf('owner'),
      body: { kind: 'service', name: 'Pipeline', owner: idOf('ben') },
    })
    await deactivate('carl')
    for (const to of [id, idOf('carl')]) {
      const problem = await refusal({ key: keyOf('anna'), body: bodyTo(to) })
      expect(problem).toMatchObject({ status: 422, code: 'invalid-body', errors: [{ pointer: '/to' }] })
    }
    const stranger = (await api.newOrganization({ people })).people.ben.id
    for (const to of [stranger, crypto.randomUUID()]) {
      const problem = await refusal({ key: keyOf('anna'), body: bodyTo(to) })
      expect(problem).toMatchObject({ status: 404, code: 'not-found' })
    }
  })

  test('that is given again gets the first answer, and another one under its key none', async () => {
    const request = { key: keyOf('anna'), body: bodyTo(idOf('ben')), idempotencyKey: 'once' }
    const first = await api.expectStatus<Delegation>(201, delegations, request)
    const again = await api.request(delegations, request)
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toEqual(first)
    const other = await refusal({ ...request, body: bodyTo(idOf('carl')) })
    expect(other.code).toBe('idempotency-key-reused')
    expect((await refusal({ ...request, idempotencyKey: null })).code).toBe('idempotency-key-missing')
    expect(await list('anna')).toEqual([first])
    expect(await entries()).toHaveLength(1)
  })
})

describe('a reason that holds', () => {
  test.each([
    ['a secret', 'literal-secret', `The token is ghp${'_'}${made('delegation', 36)}`],
    ['data of a patient', 'patient-data', `I am with SSN ${socialSecurity('delegation')}`],
  ])('%s is refused without repeating it, and nothing of it is kept', async (_, code, reason) => {
    const problem = await refusal({ key: keyOf('anna'), body: bodyTo(idOf('ben'), { reason }) })
    expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer: '/reason' }] })
    const value = reason.split(' ').at(-1) ?? ''
    expect(problem.text).not.toContain(value)
    const { rows } = await superuser.query(
      `SELECT text AS kept FROM erasable_text UNION ALL SELECT convert_from(leaf, 'UTF8') FROM log_entry`,
    )
    expect(rows.filter(({ kept }) => kept?.includes(value))).toEqual([])
  })
})

test('delegations are read page by page, each once, while more are given', async () => {
  const given: Delegation[] = []
  for (let turn = 0; turn < 3; turn += 1) given.unshift(await give('anna', 'ben'))
  const page = (query: string) =>
    api.expectStatus<Page<Delegation>>(200, `${delegations}?limit=2${query}`, { key: keyOf('anna') })
  const first = await page('')
  await give('anna', 'carl')
  const second = await page(`&cursor=${first.nextCursor}`)
  expect([...first.data, ...second.data]).toEqual(given)
  expect(second.nextCursor).toBeNull()
  for (const query of ['limit=0', 'limit=101', 'cursor=mine', 'to=me']) {
    expect((await api.request(`${delegations}?${query}`, { key: keyOf('anna') })).status).toBe(400)
  }
})

async function deactivate(name: Name): Promise<void> {
  await api.expectStatus(200, `/v1/organizations/${current().id}/people/${idOf(name)}`, {
    key: keyOf('owner'),
    method: 'PATCH',
    body: { active: false },
  })
}
