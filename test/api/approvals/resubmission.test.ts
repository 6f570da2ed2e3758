import { describe, expect, test } from 'vitest'
import { holdLock } from '../../faults/support/lock.ts'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, openRoom, type Promotion, refusal } from './approving.ts'

const api = await openDeployment()

const answerOf = async (response: Response): Promise<Promotion> => {
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Promotion
}

describe('a resubmission', () => {
  test('makes the next revision of the newest versions, and what was decided before is outdated', async () => {
    const { newAsset, ask, approve, edit, resubmit, reach, read, vote } = await openRoom(api)
    const { id } = await newAsset()
    const asked = await ask({ notBefore: inOneHour() }, [{ id }])
    await approve(asked, 'anna')
    await edit(id, 'Z')
    const again = await answerOf(await resubmit(asked))
    expect(again).toMatchObject({ revision: 2, state: 'awaiting_approval', notBefore: asked.notBefore })
    expect(again.items.map(({ source }) => source.version)).toEqual([2])
    expect(again.planDigest).not.toBe(asked.planDigest)
    expect(again.decisions).toMatchObject([{ revision: 1, outdated: true, withdrawnAt: null }])
    expect(again.steps.map(({ approved }) => approved)).toEqual([0])
    expect(await refusal(vote('ben', asked))).toEqual([412, 'precondition-failed'])
    await approve(again, 'ben')
    expect((await read(again)).state).toBe('awaiting_approval')
    await approve(again, 'anna')
    await reach(again, 'scheduled')
  })

  test('keeps what it leaves out: manifest and evidence stay as they were', async () => {
    const { ask, resubmit, call } = await openRoom(api)
    const manifest = { automationLogic: 'Routes by department' }
    const evidence = [{ kind: 'operational-flow', link: 'https://wiki.example.org/run/7' }]
    const asked = await ask({ manifest, evidence, notBefore: inOneHour() })
    const planOf = async ({ id }: Promotion) =>
      (await (await call('anna', `/v1/promotions/${id}/plan`)).json()) as object
    const before = await planOf(asked)
    const again = await answerOf(await resubmit(asked))
    const after = await planOf(again)
    const kept = (plan: object) => ({
      manifest: 'manifest' in plan ? plan.manifest : undefined,
      evidence: 'evidence' in plan ? plan.evidence : undefined,
    })
    expect(kept(before).manifest).toMatchObject(manifest)
    expect(kept(after)).toEqual(kept(before))
  })

  test('makes who resubmitted a contributor: they may not decide on it', async () => {
    const { ask, resubmit, vote, reach, approve } = await openRoom(api)
    const asked = await ask()
    await approve(asked, 'editor')
    const again = await answerOf(await resubmit(asked, {}, 'editor'))
    expect(await refusal(vote('editor', again))).toEqual([403, 'contributor-may-not-decide'])
    // Whoever resubmits next does not free them of it.
    const third = await answerOf(await resubmit(again))
    expect(await refusal(vote('editor', third))).toEqual([403, 'contributor-may-not-decide'])
    await approve(third, 'anna', 'ben')
    await reach(third, 'promoted')
  })

  test('holds what it is about now, and frees what it is about no more', async () => {
    const { newAsset, ask, resubmit, held, request } = await openRoom(api)
    const [kept, dropped, added] = [await newAsset(), await newAsset(), await newAsset()]
    const asked = await ask({}, [kept, dropped])
    const named = [kept, added].map(({ id }) => ({ id, type: 'valueSet' }))
    await answerOf(await resubmit(asked, { promotingAssets: named }))
    expect(await held(asked)).toEqual([kept.id, added.id].sort())
    expect((await request({}, [dropped])).status).toBe(202)
    expect(await refusal(request({}, [added]))).toEqual([409, 'promotion-open'])
  })

  test('of what another promotion holds is refused, and changes nothing', async () => {
    const { newAsset, ask, resubmit, held, read, story } = await openRoom(api)
    const [own, foreign] = [await newAsset(), await newAsset()]
    const [asked] = [await ask({}, [own]), await ask({}, [foreign])]
    const before = await story(asked)
    const named = [own, foreign].map(({ id }) => ({ id, type: 'valueSet' }))
    expect(await refusal(resubmit(asked, { promotingAssets: named }))).toEqual([409, 'promotion-open'])
    expect([await held(asked), (await read(asked)).revision]).toEqual([[own.id], 1])
    expect(await story(asked)).toEqual(before)
  })

  test('at once with another one is one resubmission, and nothing of them is mixed', async () => {
    const { newAsset, ask, resubmit, held, read, reach, story } = await openRoom(api)
    const [own, mine, theirs] = [await newAsset(), await newAsset(), await newAsset()]
    const asked = await ask({}, [own])
    const naming = (other: { readonly id: string }) => ({
      promotingAssets: [own, other].map(({ id }) => ({ id, type: 'valueSet' })),
    })
    const answers = await Promise.all([
      resubmit(asked, naming(mine)),
      resubmit(asked, naming(theirs), 'editor'),
    ])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect([409, 412]).toContain(statuses.find((status) => status !== 200))
    const winner = statuses[0] === 200 ? mine : theirs
    await reach(asked, 'awaiting_approval')
    const { revision, items } = await read(asked)
    expect([revision, items.map(({ source }) => source.id)]).toEqual([2, [own.id, winner.id]])
    expect(await held(asked)).toEqual([own.id, winner.id].sort())
    expect((await story(asked)).filter((type) => type === 'resubmitted')).toHaveLength(1)
  })

  test('of nothing that production lacks is refused', async () => {
    const { newAsset, ask, edit, approve, reach, resubmit } = await openRoom(api)
    const { id } = await newAsset()
    const first = await ask({}, [{ id, version: 1 }])
    await approve(first, 'anna', 'ben')
    await reach(first, 'promoted')
    await edit(id, 'Z')
    const asked = await ask({}, [{ id }])
    const older = { promotingAssets: [{ id, type: 'valueSet', version: 1 }] }
    expect(await refusal(resubmit(asked, older))).toEqual([422, 'nothing-to-promote'])
  })

  test('comes too late once what was approved is on its way, and after the end', async () => {
    const { ask, approve, reach, resubmit } = await openRoom(api)
    const asked = await ask()
    const lock = await holdLock(
      api.testStores.superuser('production'),
      'LOCK TABLE asset_version IN SHARE MODE',
    )
    await approve(asked, 'anna', 'ben')
    await lock.waitedForBy('worker_production')
    expect(await refusal(resubmit(asked))).toEqual([409, 'illegal-state'])
    await lock.release()
    await reach(asked, 'promoted')
    expect(await refusal(resubmit(asked))).toEqual([409, 'illegal-state'])
  })

  test('is asked for by who may write in the source alone', async () => {
    const { ask, act, read } = await openRoom(api)
    const asked = await ask()
    const wrongKey = act('anna', asked, 'resubmit', { body: { reason: 'Mine now' } })
    expect((await wrongKey).status).toBe(403)
    expect((await read(asked)).revision).toBe(1)
  })
})

test('what preflight sent back goes on with what it lacked', async () => {
  const rule = { requiredEvidence: ['operational-flow'] as const }
  const { ask, resubmit, approve, reach } = await openRoom(api, rule)
  const blocked = await ask()
  expect(blocked.state).toBe('changes_requested')
  const evidence = [{ kind: 'operational-flow', link: 'https://wiki.example.org/run/7' }]
  const again = await answerOf(await resubmit(blocked, { evidence }))
  expect([again.state, again.revision]).toEqual(['awaiting_approval', 2])
  await approve(again, 'anna', 'ben')
  await reach(again, 'promoted')
})

test('what people asked to change goes on with the change', async () => {
  const { newAsset, ask, vote, edit, resubmit, reach, approve } = await openRoom(api)
  const { id } = await newAsset()
  const asked = await ask({}, [{ id }])
  expect((await vote('anna', asked, 'request-changes')).status).toBe(201)
  await reach(asked, 'changes_requested')
  await edit(id, 'Z')
  const again = await answerOf(await resubmit(asked))
  await approve(again, 'anna', 'ben')
  const { items } = await reach(again, 'promoted')
  expect(items.map(({ source }) => source.version)).toEqual([2])
})
