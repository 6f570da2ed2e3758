import { beforeEach, describe, expect, test } from 'vitest'
import { phaseShape } from '../../src/contract/promotions/promotions.ts'
import { digest } from '../../src/domain/identifiers.ts'
import { commit } from '../../src/trust/commitment.ts'
import { made, socialSecurity } from '../screening/corpus/values.ts'
import { type Asset, type Page, type Problem, valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi, type TestOrganization } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const superuser = stores.superuser('control')

interface Comment {
  readonly id: string
  readonly promotion: string
  readonly person: string
  readonly account: string | null
  readonly text: string | null
  readonly createdAt: string
}

const people = {
  requester: { staging: 'engineer' },
  approver: { production: 'viewer', groups: ['approvers'] },
  otherApprover: { production: 'viewer', groups: ['approvers'] },
  developer: { development: 'engineer' },
  admin: { organization: 'admin' },
  auditor: { auditor: true },
  member: { organization: 'member' },
} as const

let organization: TestOrganization<keyof typeof people>
let promotion: string
let path: string

beforeEach(async () => {
  organization = await api.newOrganization({ people })
  const { environments } = organization
  const key = organization.people.requester.keys.staging
  const assets = `/v1/environments/${environments.staging}/assets`
  const asset = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('A') })
  const body = {
    promotingAssets: [{ id: asset.id, type: asset.type }],
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason: 'For Monday',
  }
  promotion = (await api.expectStatus<{ id: string }>(202, '/v1/promotions', { key, body })).id
  path = `/v1/promotions/${promotion}/comments`
})

const requester = () => organization.people.requester.keys.staging
const approver = () => organization.people.approver.keys.production

const say = (text: string, key = requester(), more: ApiRequest = {}) =>
  api.expectStatus<Comment>(201, path, { key, body: { text }, ...more })
const read = (query = '', key = approver()) =>
  api.expectStatus<Page<Comment>>(200, `${path}${query}`, { key })

async function refusal(
  asked: ApiRequest,
): Promise<Problem & { readonly status: number; readonly text: string }> {
  const response = await api.request(path, asked)
  const text = await response.text()
  return { ...(JSON.parse(text) as Problem), status: response.status, text }
}

const events = async () => {
  const timeline = `/v1/promotions/${promotion}/timeline`
  const { data } = await api.expectStatus<Page<{ type: string; actor: object; details: object }>>(
    200,
    timeline,
    {
      key: approver(),
    },
  )
  return data.filter(({ type }) => type === 'promotion.commented')
}

async function count(table: string): Promise<number> {
  const counting = `SELECT count(*)::integer AS total FROM ${table} WHERE organization = $1`
  return (await superuser.query(counting, [organization.id])).rows[0].total
}

describe('a comment', () => {
  test('is said at either end of a promotion and read at both, newest first', async () => {
    const first = await say('Which codes are new?')
    const second = await say('Those of ward 7', approver())
    expect(first).toEqual({
      id: expect.any(String),
      promotion,
      person: organization.people.requester.id,
      account: null,
      text: 'Which codes are new?',
      createdAt: expect.any(String),
    })
    for (const key of [requester(), approver()]) {
      expect(await read('', key)).toEqual({ data: [second, first], nextCursor: null })
    }
  })

  test('of a service account says for whom it spoke', async () => {
    const { owner } = organization.people
    const { id } = await api.expectStatus<{ id: string }>(
      201,
      `/v1/organizations/${organization.id}/people`,
      {
        key: owner.keys.organization,
        body: { kind: 'service', name: 'Pipeline', owner: owner.id },
      },
    )
    const { staging } = organization.environments
    const role = { key: owner.keys.organization, method: 'PUT', body: { role: 'viewer' } }
    await api.expectStatus(200, `/v1/environments/${staging}/members/${id}`, role)
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: owner.keys.organization,
      body: { name: 'pipeline', environment: staging, account: id },
    })
    expect(await say('Build 12 is green', secret)).toMatchObject({ person: owner.id, account: id })
  })

  test.each(phaseShape.options)('is said while the promotion is %s', async (state) => {
    await superuser.query('UPDATE promotion SET state = $2 WHERE id = $1', [promotion, state])
    await say('Still worth saying')
    expect((await read()).data).toHaveLength(1)
  })

  test('has 1 to 4000 characters and nothing beside them', async () => {
    await say('x'.repeat(4000))
    for (const body of [{ text: '' }, { text: 'x'.repeat(4001) }, {}, { text: 'x', state: 'approved' }]) {
      expect((await refusal({ key: requester(), body })).status).toBe(422)
    }
    expect(await count('promotion_comment')).toBe(1)
  })

  test('is an entry in the timeline, which holds a commitment to its text, and no event of the numbered stream', async () => {
    const before = await count('stream_event')
    const said = await say('Between us and the log')
    const [entry] = await events()
    expect(entry).toMatchObject({
      actor: { person: organization.people.requester.id, via: 'key' },
      details: { comment: said.id, text: { commitment: expect.any(String) } },
    })
    expect(JSON.stringify(entry)).not.toContain('Between us')
    const { rows } = await superuser.query(
      `SELECT text, salt, encode(commitment, 'hex') AS commitment FROM erasable_text
       JOIN promotion_comment ON comment_text = erasable_text.id WHERE promotion_comment.id = $1`,
      [said.id],
    )
    const commitment = digest(commit(rows[0].text, rows[0].salt))
    expect(entry?.details).toMatchObject({ text: { commitment } })
    expect(await count('stream_event')).toBe(before)
    expect(await count('command')).toBe(1)
  })

  test('whose text was erased stays in its place', async () => {
    const said = await say('To be erased')
    await superuser.query(
      `UPDATE erasable_text SET text = NULL, salt = NULL
       WHERE id = (SELECT comment_text FROM promotion_comment WHERE id = $1)`,
      [said.id],
    )
    expect((await read()).data).toEqual([{ ...said, text: null }])
    expect(await events()).toHaveLength(1)
  })
})

describe('a comment that is sent again', () => {
  test('gets the first answer, at once as well as later, and is said once', async () => {
    const again = { idempotencyKey: 'once' }
    const texts = await count('erasable_text')
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => say('Once', requester(), again)))
    for (const other of others) expect(other).toEqual(first)
    const later = await api.request(path, { key: requester(), body: { text: 'Once' }, ...again })
    expect([later.status, later.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    expect(await later.json()).toEqual(first)
    expect((await read()).data).toEqual([first])
    expect(await events()).toHaveLength(1)
    expect(await count('erasable_text')).toBe(texts + 1)
  })

  test('with another text is refused', async () => {
    await say('Once', requester(), { idempotencyKey: 'once' })
    const other = { key: requester(), body: { text: 'Twice' }, idempotencyKey: 'once' }
    expect(await refusal(other)).toMatchObject({ status: 422, code: 'idempotency-key-reused' })
    expect((await refusal({ ...other, idempotencyKey: null })).code).toBe('idempotency-key-missing')
  })
})

test('comments are read page by page, each once, while more are said', async () => {
  const said = []
  for (const text of ['one', 'two', 'three', 'four', 'five']) said.unshift(await say(text))
  const first = await read('?limit=2')
  await say('six')
  const second = await read(`?limit=2&cursor=${first.nextCursor}`)
  const third = await read(`?limit=2&cursor=${second.nextCursor}`)
  expect([...first.data, ...second.data, ...third.data]).toEqual(said)
  expect(third.nextCursor).toBeNull()
  for (const query of ['?limit=0', '?limit=101', '?cursor=mine', '?state=promoted']) {
    expect((await api.request(`${path}${query}`, { key: approver() })).status).toBe(400)
  }
})

describe('who', () => {
  test.each(['owner', 'admin', 'auditor'] as const)(
    'oversees promotions as %s reads comments and says nothing',
    async (name) => {
      const said = await say('For the record')
      const key = organization.people[name].keys.organization
      expect((await read('', key)).data).toEqual([said])
      expect(await refusal({ key, body: { text: 'From above' } })).toMatchObject({
        status: 403,
        code: 'forbidden',
      })
      expect((await read()).data).toEqual([said])
    },
  )

  test('has no role at either end, or a key of another door, finds no comments', async () => {
    await say('Among ourselves')
    const { member, developer, requester: asking } = organization.people
    const stranger = (await api.newOrganization({ people })).people.approver.keys.production
    for (const key of [
      member.keys.organization,
      developer.keys.development,
      asking.keys.organization,
      stranger,
    ]) {
      expect((await api.request(path, { key })).status).toBe(404)
      expect((await refusal({ key, body: { text: 'Let me in' } })).code).toBe('not-found')
    }
    expect((await read()).data).toHaveLength(1)
  })

  test('lost the role says nothing any more', async () => {
    const { owner, approver: leaving } = organization.people
    const member = `/v1/environments/${organization.environments.production}/members/${leaving.id}`
    await api.expectStatus(204, member, { key: owner.keys.organization, method: 'DELETE' })
    expect((await refusal({ key: approver(), body: { text: 'One more thing' } })).code).toBe('not-found')
  })
})

describe('a comment that holds', () => {
  const planted = [
    ['a secret', 'literal-secret', `The token is ghp${'_'}${made('comment', 36)}`],
    ['data of a patient', 'patient-data', `It is about SSN ${socialSecurity('comment')}`],
  ] as const

  test.each(planted)(
    '%s is refused without repeating it, and nothing of it is kept',
    async (_, code, text) => {
      const problem = await refusal({ key: requester(), body: { text } })
      expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer: '/text' }] })
      const value = text.split(' ').at(-1) ?? ''
      expect(problem.text).not.toContain(value)
      expect(await count('promotion_comment')).toBe(0)
      const { rows } = await superuser.query(
        `SELECT text AS kept FROM erasable_text UNION ALL SELECT convert_from(leaf, 'UTF8') FROM log_entry`,
      )
      expect(rows.filter(({ kept }) => kept?.includes(value))).toEqual([])
    },
  )

  test('something confidential is not told to who may not comment', async () => {
    const [, , text] = planted[0]
    const key = organization.people.auditor.keys.organization
    expect((await refusal({ key, body: { text } })).code).toBe('forbidden')
  })
})
