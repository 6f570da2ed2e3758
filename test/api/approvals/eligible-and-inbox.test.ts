import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, type Name, openRoom, type Promotion, type Room, staff, step } from './approving.ts'

const api = await openDeployment()
const everybody: readonly Name[] = ['owner', ...(Object.keys(staff) as (keyof typeof staff)[])]

async function eligible({ call, people }: Room, { id }: Promotion): Promise<readonly Name[]> {
  const response = await call('anna', `/v1/promotions/${id}/eligible`)
  const { eligible: found } = (await response.json()) as { eligible: { person: string }[] }
  const ids = found.map(({ person }) => person)
  return everybody.filter((name) => ids.includes(people[name].id))
}

/** Who has it in their inbox, and who finds it among what awaits them. */
async function waitedFor({ call }: Room, { id }: Promotion): Promise<readonly (readonly Name[])[]> {
  const finds = async (name: Name, path: string): Promise<boolean> => {
    const response = await call(name, path)
    if (response.status !== 200) return false
    const { data } = (await response.json()) as { data: { id?: string; promotion?: string }[] }
    return data.some((one) => one.id === id || one.promotion === id)
  }
  const inboxes: Name[] = []
  const lists: Name[] = []
  for (const name of everybody) {
    if (await finds(name, '/v1/inbox')) inboxes.push(name)
    if (await finds(name, '/v1/promotions?awaiting=me')) lists.push(name)
  }
  return [inboxes, lists]
}

/** Asks for what the editor has edited, so that two of the approvers contributed. */
async function askForEdited({ newAsset, edit, ask }: Room): Promise<Promotion> {
  const { id } = await newAsset()
  await edit(id, 'Z', 'editor')
  return ask({}, [{ id }])
}

/** Everybody tries to sign, and takes the vote back where it was let through. */
async function letThrough(
  { vote, takeBack, read, people }: Room,
  promotion: Promotion,
): Promise<readonly Name[]> {
  const signed: Name[] = []
  for (const name of everybody) {
    if ((await vote(name, promotion)).status !== 201) continue
    signed.push(name)
    const { decisions } = await read(promotion)
    const given = decisions.find((one) => one.person === people[name].id && one.withdrawnAt === null)
    if (given === undefined) throw new TypeError('a vote that was let through is there')
    expect((await takeBack(name, promotion, given)).status).toBe(200)
  }
  return signed
}

const threeOf = (...groups: readonly string[]) => ({ steps: [step(3, { groups })] })

describe('those who are told that they can sign are exactly those who are let through:', () => {
  test.each<[string, Parameters<typeof openRoom>[1], (room: Room) => Promise<unknown>, readonly Name[]]>([
    ['members of the group', threeOf('approvers'), async () => {}, ['anna', 'ben', 'carl']],
    [
      'members of two groups',
      threeOf('physicians', 'rescuers', 'approvers'),
      async () => {},
      ['anna', 'ben', 'carl', 'dora'],
    ],
    [
      'without who lost their role or was deactivated',
      threeOf('approvers', 'rescuers'),
      async ({ takeRole, deactivate }) => [await takeRole('ben'), await deactivate('carl')],
      ['anna', 'dora'],
    ],
    [
      'with who stands in for one of them',
      threeOf('approvers'),
      ({ delegate }) => delegate('ben', 'erik'),
      ['anna', 'ben', 'carl', 'erik'],
    ],
    [
      'without who stands in for a contributor',
      threeOf('approvers'),
      ({ delegate }) => delegate('requester', 'erik'),
      ['anna', 'ben', 'carl'],
    ],
    [
      'without a contributor who stands in for one of them',
      threeOf('approvers'),
      ({ delegate }) => delegate('ben', 'requester'),
      ['anna', 'ben', 'carl'],
    ],
  ])('%s', async (_, rule, change, expected) => {
    const room = await openRoom(api, rule)
    const asked = await askForEdited(room)
    await change(room)
    expect(await eligible(room, asked)).toEqual(expected)
    expect(await letThrough(room, asked)).toEqual(expected)
    expect(await waitedFor(room, asked)).toEqual([expected, expected])
  })

  test('once somebody signed, without them and without who stands in for them alone', async () => {
    const room = await openRoom(api, threeOf('approvers'))
    const asked = await askForEdited(room)
    await room.delegate('ben', 'erik')
    await room.approve(asked, 'ben')
    const left = ['anna', 'carl'] as const
    expect(await eligible(room, asked)).toEqual(left)
    expect(await waitedFor(room, asked)).toEqual([left, left])
    expect(await letThrough(room, asked)).toEqual(left)
  })

  test('once somebody was signed for, without them, who still find it, since they may reject', async () => {
    const room = await openRoom(api, threeOf('approvers'))
    const asked = await askForEdited(room)
    await room.delegate('ben', 'erik')
    await room.approve(asked, 'erik')
    const left = ['anna', 'carl'] as const
    expect(await eligible(room, asked)).toEqual(left)
    expect(await letThrough(room, asked)).toEqual(left)
    const finding = ['anna', 'ben', 'carl'] as const
    expect(await waitedFor(room, asked)).toEqual([finding, finding])
  })

  test('in the next step, by its own groups, without who signed the one before', async () => {
    const room = await openRoom(api, {
      steps: [step(1, { name: 'review', kind: 'review' }), step(2, { groups: ['approvers', 'rescuers'] })],
    })
    const asked = await askForEdited(room)
    await room.approve(asked, 'anna')
    const left = ['ben', 'carl', 'dora'] as const
    expect(await eligible(room, asked)).toEqual(left)
    expect(await waitedFor(room, asked)).toEqual([left, left])
    expect(await letThrough(room, asked)).toEqual(left)
  })

  test('nobody once it is approved', async () => {
    const room = await openRoom(api)
    const asked = await room.ask({ notBefore: inOneHour() })
    await room.approve(asked, 'anna', 'ben')
    await room.reach(asked, 'scheduled')
    expect(await eligible(room, asked)).toEqual([])
    expect(await waitedFor(room, asked)).toEqual([[], []])
  })
})

test('an inbox is read page by page, oldest first, with deadlines', async () => {
  const { ask, call } = await openRoom(api)
  const asked: string[] = []
  for (let count = 0; count < 3; count += 1) asked.push((await ask()).id)
  interface Page {
    readonly data: { promotion: string; deadline: string | null }[]
    readonly nextCursor: string | null
  }
  const page = async (query: string) =>
    (await (await call('anna', `/v1/inbox?limit=2${query}`)).json()) as Page
  const first = await page('')
  const second = await page(`&cursor=${first.nextCursor}`)
  expect([...first.data, ...second.data].map(({ promotion }) => promotion)).toEqual(asked)
  expect(second.nextCursor).toBeNull()
  expect(first.data.every(({ deadline }) => deadline !== null)).toBe(true)
})

test('what was sent back waits for its requester, and what landed for who may take it live', async () => {
  const { ask, approve, vote, reach, call } = await openRoom(api)
  const [back, landed] = [await ask(), await ask()]
  expect((await vote('anna', back, 'request-changes')).status).toBe(201)
  await approve(landed, 'anna', 'ben')
  await reach(landed, 'promoted')
  const kinds = async (name: Name, door: 'staging' | 'production') => {
    const { data } = (await (await call(name, '/v1/inbox', { door })).json()) as {
      data: { kind: string; promotion: string }[]
    }
    return data.map(({ kind, promotion }) => [kind, promotion])
  }
  expect(await kinds('requester', 'staging')).toEqual([['resubmit', back.id]])
  expect(await kinds('editor', 'staging')).toEqual([])
  await expect.poll(() => kinds('erik', 'production')).toEqual([['activate', landed.id]])
  expect(await kinds('ben', 'production')).toEqual([])
})
