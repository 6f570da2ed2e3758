import { expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { openDeployment, reachState } from '../../support/deployment.ts'
import { breakGlassPolicy, inboxOf, overridden, people, readAs, reviewAs } from '../../support/overriding.ts'

const api = await openDeployment()

interface Told {
  readonly type: string
  readonly actor: { readonly via: string }
  readonly time: string
  readonly details: { readonly override?: string; readonly dueAt?: string }
}

test('a review that nobody gives in time is overdue, once, for everybody to see, and can still be given', async () => {
  const organization = await api.newOrganization({ people, policy: breakGlassPolicy('PT2S') })
  const { anna, ben, auditor } = organization.people
  const asked = await overridden(api, organization)
  await reachState(api, organization, asked, 'promoted')
  const escalations = async () => {
    const key = auditor.keys.organization
    const path = `/v1/audit/events?promotion=${asked.id}&type=review.overdue`
    return (await api.expectStatus<{ data: readonly Told[] }>(200, path, { key })).data
  }
  await eventually('the missed deadline is in the log', async () => (await escalations()).length > 0)
  const { override } = await readAs(api, organization, asked)
  expect(override).toMatchObject({ overdue: true, review: null })
  const [escalated] = await escalations()
  expect(escalated).toMatchObject({ actor: { via: 'workflow' }, details: { dueAt: override?.reviewDueAt } })
  expect(Date.parse(escalated?.time ?? '')).toBeGreaterThanOrEqual(Date.parse(override?.reviewDueAt ?? ''))
  expect(await inboxOf(api, ben)).toContainEqual(
    expect.objectContaining({ kind: 'review', deadline: override?.reviewDueAt }),
  )

  expect((await reviewAs(api, anna, asked)).status).toBe(201)
  expect((await readAs(api, organization, asked)).override).toMatchObject({
    overdue: true,
    review: { person: anna.id, outcome: 'upheld' },
  })
  const timeline = await api.expectStatus<{ data: readonly Told[] }>(
    200,
    `/v1/promotions/${asked.id}/timeline`,
    { key: ben.keys.production },
  )
  const told = timeline.data.map(({ type }) => type)
  expect(told.filter((type) => type === 'promotion.overridden' || type.startsWith('review.'))).toEqual([
    'promotion.overridden',
    'review.overdue',
    'review.reviewed',
  ])
})
