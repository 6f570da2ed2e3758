import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, openRoom, refusal } from './approving.ts'

const api = await openDeployment()
const breakGlass = { group: 'rescuers', reviewWithin: 'P1D' }
const later = () => ({ notBefore: inOneHour() })

test('one person of the named group stands in for two, and that is an entry of its own kind', async () => {
  const room = await openRoom(api, { breakGlass })
  const asked = await room.ask()
  expect((await room.override('dora', asked)).status).toBe(201)
  const { decisions } = await room.reach(asked, 'promoted')
  expect(decisions).toMatchObject([
    { person: room.people.dora.id, verdict: 'override', comment: 'The intake is down', printedName: 'dora' },
  ])
  expect(await room.entries(asked, 'promotion.overridden')).toMatchObject([
    { actor: { person: room.people.dora.id }, details: { reviewWithin: 'P1D' } },
  ])
  const { rows } = await api.testStores
    .superuser('control')
    .query('SELECT kind FROM "authorization" WHERE promotion = $1', [asked.id])
  expect(rows).toEqual([{ kind: 'override' }])
})

describe('nobody stands in for the quorum', () => {
  test('who is not of the named group, though they may approve', async () => {
    const { ask, override, read } = await openRoom(api, { breakGlass })
    const asked = await ask()
    expect(await refusal(override('anna', asked))).toEqual([403, 'not-eligible'])
    expect((await read(asked)).state).toBe('awaiting_approval')
  })

  test('who contributed, though they are of the group', async () => {
    const { ask, edit, newAsset, override, setGroup, landed } = await openRoom(api, { breakGlass })
    const asset = await newAsset()
    await edit(asset.id, 'Z', 'editor')
    await setGroup('rescuers', 'requester', 'editor', 'dora')
    const asked = await ask({}, [{ id: asset.id }])
    for (const name of ['requester', 'editor'] as const) {
      expect(await refusal(override(name, asked))).toEqual([403, 'contributor-may-not-decide'])
    }
    expect(await landed()).toBe(0)
  })

  test('without words', async () => {
    const { ask, override } = await openRoom(api, { breakGlass })
    const asked = await ask()
    expect((await override('dora', asked, '')).status).toBe(422)
    expect(await refusal(override('dora', asked, ' \n '))).toEqual([422, 'comment-required'])
  })

  test('where the policy names nobody for it', async () => {
    const { ask, override } = await openRoom(api)
    expect(await refusal(override('dora', await ask()))).toEqual([403, 'forbidden'])
  })

  test('without a role in the destination', async () => {
    const { ask, override, takeRole } = await openRoom(api, { breakGlass })
    const asked = await ask()
    await takeRole('dora')
    expect((await override('dora', asked)).ok).toBe(false)
  })

  test('for another plan than the one that they read', async () => {
    const { ask, override, resubmit } = await openRoom(api, { breakGlass })
    const asked = await ask()
    expect((await resubmit(asked)).status).toBe(200)
    expect(await refusal(override('dora', asked))).toEqual([412, 'precondition-failed'])
  })

  test('by a service account that acts for a rescuer', async () => {
    const { organization, people, environments, administer, call, ask } = await openRoom(api, { breakGlass })
    const asked = await ask()
    const account = await administer('POST', `/v1/organizations/${organization.id}/people`, {
      kind: 'service',
      name: 'pager',
      owner: people.dora.id,
    })
    const { id } = (await account.json()) as { id: string }
    const member = `/v1/environments/${environments.production}/members/${id}`
    expect((await administer('PUT', member, { role: 'viewer' })).status).toBe(200)
    const made = await call('dora', '/v1/api-keys', {
      method: 'POST',
      body: { name: 'pager', environment: environments.production, account: id },
    })
    const { secret } = (await made.json()) as { secret: string }
    const refused = await api.request(`/v1/promotions/${asked.id}/override`, {
      key: secret,
      body: { reason: 'The intake is down' },
      headers: { 'If-Match': `"${asked.planDigest}"` },
    })
    expect(refused.status).toBe(403)
  })
})

test('an override ends no freeze and brings no time forward', async () => {
  const { ask, override, reach, landed } = await openRoom(api, { breakGlass })
  const asked = await ask(later())
  expect((await override('dora', asked)).status).toBe(201)
  expect((await reach(asked, 'scheduled')).hindrances).toEqual(['not-before'])
  expect(await landed()).toBe(0)
})

test('an ordinary approval is no override: its log has no such entry', async () => {
  const { ask, approve, reach, entries } = await openRoom(api, { breakGlass })
  const asked = await ask()
  await approve(asked, 'anna', 'ben')
  await reach(asked, 'promoted')
  expect(await entries(asked, 'promotion.overridden')).toEqual([])
})

test('an override that was taken over by a resubmission counts no more', async () => {
  const { ask, override, reach, resubmit, read } = await openRoom(api, { breakGlass })
  const asked = await ask(later())
  expect((await override('dora', asked)).status).toBe(201)
  await reach(asked, 'scheduled')
  expect((await resubmit(asked)).status).toBe(200)
  const again = await read(asked)
  expect([again.state, again.decisions[0]?.outdated]).toEqual(['awaiting_approval', true])
})
