import { expect, test } from 'vitest'
import { openDeployment, promotionOf } from '../../support/deployment.ts'
import { openRoom, type Promotion, refusal } from './approving.ts'

const api = await openDeployment()

test('that nobody could approve is said before anybody waits, and approves nothing', async () => {
  const { setGroup, request, landed } = await openRoom(api)
  await setGroup('approvers', 'requester', 'anna')
  const [status, code] = await refusal(request())
  expect([status >= 400, code]).toEqual([true, 'nobody-can-approve'])
  expect(await landed()).toBe(0)
})

test('a group that is empty is nobody, never everybody', async () => {
  const { ask, setGroup, vote, read } = await openRoom(api)
  const asked = await ask()
  await setGroup('approvers')
  for (const name of ['anna', 'erik', 'owner'] as const) expect((await vote(name, asked)).ok).toBe(false)
  expect((await read(asked)).state).toBe('awaiting_approval')
})

test('an owner does not approve what they asked for, whatever groups they put themselves into', async () => {
  const { organization, setGroup, newAsset, call, vote } = await openRoom(api)
  const { id } = await newAsset()
  const answer = await call('owner', '/v1/promotions', {
    door: 'staging',
    body: promotionOf(organization, [{ id }]),
    headers: { Prefer: 'wait=20' },
  })
  expect(answer.status, await answer.clone().text()).toBe(202)
  await setGroup('approvers', 'owner', 'anna', 'ben')
  const asked = (await answer.json()) as Promotion
  expect(await refusal(vote('owner', asked))).toEqual([403, 'contributor-may-not-decide'])
})
