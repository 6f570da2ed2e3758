import { describe, expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { holdLock } from '../../faults/support/lock.ts'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, openRoom, type Promotion, type Room, refusal, step } from './approving.ts'

const api = await openDeployment()
const contributor = [403, 'contributor-may-not-decide']

async function serviceAccountOf(
  { administer, people, organization, environments, call }: Room,
  name: 'requester' | 'anna',
) {
  const path = `/v1/organizations/${organization.id}/people`
  const made = await administer('POST', path, { kind: 'service', name: 'robot', owner: people[name].id })
  const { id } = (await made.json()) as { id: string }
  const member = `/v1/environments/${environments.production}/members/${id}`
  expect((await administer('PUT', member, { role: 'viewer' })).status).toBe(200)
  const body = { name: 'robot', environment: environments.production, account: id }
  return ((await (await call(name, '/v1/api-keys', { method: 'POST', body })).json()) as { secret: string })
    .secret
}

const deciding = (key: string, { id, planDigest }: Promotion, headers: object = {}) =>
  api.request(`/v1/promotions/${id}/decisions`, {
    key,
    body: { verdict: 'approve', comment: '' },
    headers: { 'If-Match': `"${planDigest}"`, ...headers },
  })

describe('segregation of duties', () => {
  test('case 1: the requester does not approve their own request', async () => {
    const { ask, vote, read } = await openRoom(api)
    const asked = await ask()
    for (const verdict of ['approve', 'reject', 'request-changes'] as const) {
      expect(await refusal(vote('requester', asked, verdict))).toEqual(contributor)
    }
    expect((await read(asked)).decisions).toEqual([])
  })

  test('case 2: neither does an earlier nor the last editor of what is promoted', async () => {
    const { newAsset, edit, ask, vote } = await openRoom(api)
    const { id } = await newAsset()
    await edit(id, 'Y', 'editor')
    await edit(id, 'Z')
    expect(await refusal(vote('editor', await ask({}, [{ id }])))).toEqual(contributor)
  })

  test('case 3: not through a second key, and no service account decides, whoever owns it', async () => {
    const room = await openRoom(api)
    const asked = await room.ask()
    const body = { name: 'another', environment: room.environments.production }
    const second = await room.call('requester', '/v1/api-keys', { method: 'POST', body })
    const { secret } = (await second.json()) as { secret: string }
    expect(await refusal(deciding(secret, asked))).toEqual(contributor)
    for (const owner of ['requester', 'anna'] as const) {
      expect((await deciding(await serviceAccountOf(room, owner), asked)).status).toBe(403)
    }
    expect((await room.read(asked)).decisions).toEqual([])
  })

  test('case 4: nobody acts as somebody else: a name in a header or a body signs nothing', async () => {
    const { ask, people, read } = await openRoom(api)
    const asked = await ask()
    const key = people.requester.keys.production ?? ''
    const headers = { 'X-Acting-As': people.anna.id, 'X-Person': people.anna.id }
    expect(await refusal(deciding(key, asked, headers))).toEqual(contributor)
    const named = await api.request(`/v1/promotions/${asked.id}/decisions`, {
      key,
      body: { verdict: 'approve', comment: '', person: people.anna.id },
      headers: { 'If-Match': `"${asked.planDigest}"` },
    })
    expect(named.status).toBe(422)
    expect((await read(asked)).decisions).toEqual([])
  })

  test('case 5: a request that a colleague took over stays the request of who asked first', async () => {
    const { ask, resubmit, vote, read, people } = await openRoom(api)
    const asked = await ask()
    const again = (await (await resubmit(asked, {}, 'editor')).json()) as Promotion
    for (const name of ['requester', 'editor'] as const) {
      expect(await refusal(vote(name, again))).toEqual(contributor)
    }
    expect(await read(again)).toMatchObject({ requestedBy: people.requester.id })
  })

  test('case 7: one approver who clicks twice at once for a quorum of two is one approval', async () => {
    const { ask, vote, read } = await openRoom(api)
    const asked = await ask()
    const answers = await Promise.all([vote('anna', asked), vote('anna', asked)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(await read(asked)).toMatchObject({ state: 'awaiting_approval', decisions: [{ step: 1 }] })
  })

  test('case 10: a signature is on one plan, and fits no other promotion', async () => {
    const { ask, vote, read } = await openRoom(api)
    const [one, other] = [await ask(), await ask()]
    const lifted = { ...other, planDigest: one.planDigest }
    expect(await refusal(vote('anna', lifted))).toEqual([412, 'precondition-failed'])
    expect((await read(other)).decisions).toEqual([])
  })
})

describe('state, time and races', () => {
  test('case 18: a decision that is on its way when the time runs out is judged by the database’s clock', async () => {
    const { ask, vote, read, reach } = await openRoom(api, { expiresAfter: 'PT3S' })
    const asked = await ask()
    const control = api.testStores.superuser('control')
    const lock = await holdLock(control, 'select from stream where id = $1 for update', [asked.id])
    const late = vote('anna', asked)
    await eventually('the time is over', async () => Date.now() > Date.parse(asked.expiresAt ?? '') + 100)
    await lock.release()
    expect(await refusal(late)).toEqual([409, 'illegal-state'])
    await reach(asked, 'expired')
    expect((await read(asked)).decisions).toEqual([])
  })

  test('case 19: of an approval, a rejection and a withdrawal at once one ends it, and the log has that order', async () => {
    const { ask, vote, act, story, read, landed } = await openRoom(api, { steps: [step(1)] })
    const asked = await ask({ notBefore: inOneHour() })
    const answers = await Promise.all([
      vote('anna', asked),
      vote('ben', asked, 'reject'),
      act('requester', asked, 'withdraw', { door: 'staging', body: { reason: 'Never mind' } }),
    ])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true)
    const { state } = await read(asked)
    expect(['rejected', 'withdrawn']).toContain(state)
    // Whatever was let through after an approval is a withdrawal, and nothing comes after an end.
    expect((await story(asked)).at(-1)).toBe(state)
    expect((await story(asked)).filter((type) => type === 'rejected' || type === 'withdrawn')).toHaveLength(1)
    expect(await landed()).toBe(0)
  })

  test('case 20: what is edited after the approval changes nothing of what lands', async () => {
    const { newAsset, ask, approve, edit, reach, act } = await openRoom(api)
    const { id } = await newAsset()
    const asked = await ask({ notBefore: inOneHour() }, [{ id }])
    await approve(asked, 'anna', 'ben')
    await reach(asked, 'scheduled')
    await edit(id, 'after the approval')
    expect((await act('anna', asked, 'schedule', { body: { notBefore: null } })).status).toBe(200)
    const { items } = await reach(asked, 'promoted')
    expect(items).toMatchObject([{ source: { version: 1 }, digest: asked.items[0]?.digest }])
  })

  test('case 23: a decision on a plan that nobody shows any more is refused, one on no plan as well', async () => {
    const { ask, resubmit, vote, act } = await openRoom(api)
    const asked = await ask()
    expect((await resubmit(asked)).status).toBe(200)
    expect(await refusal(vote('anna', asked))).toEqual([412, 'precondition-failed'])
    const blind = act('anna', asked, 'decisions', { body: { verdict: 'approve', comment: '' } })
    expect(await refusal(blind)).toEqual([428, 'precondition-required'])
  })

  test('case 24: what was approved before a newer version went live does not land over it', async () => {
    const { newAsset, ask, approve, edit, reach, act, landed } = await openRoom(api)
    const { id } = await newAsset()
    const first = await ask({}, [{ id }])
    await approve(first, 'anna', 'ben')
    await reach(first, 'promoted')
    const again = await act('anna', first, 'decisions', {
      body: { verdict: 'approve', comment: '' },
      headers: { 'If-Match': `"${first.planDigest}"` },
    })
    expect(await refusal(again)).toEqual([409, 'illegal-state'])
    await edit(id, 'newer')
    const second = await ask({}, [{ id }])
    await approve(second, 'anna', 'ben')
    await reach(second, 'promoted')
    expect((await act('anna', first, 'retry')).status).toBe(409)
    expect(await landed()).toBe(1)
  })
})
