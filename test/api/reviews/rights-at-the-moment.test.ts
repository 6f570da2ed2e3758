import { expect, test } from 'vitest'
import { holdLock } from '../../faults/support/lock.ts'
import type { ApiRequest } from '../../support/api.ts'
import { openDeployment } from '../../support/deployment.ts'
import {
  breakGlassPolicy,
  type Hospital,
  overridden,
  people,
  readAs,
  reviewAs,
} from '../../support/overriding.ts'

const api = await openDeployment()
const control = api.testStores.superuser('control')

type Change = (hospital: Hospital) => readonly [path: string, request: ApiRequest]

const losses: readonly (readonly [string, Change, string])[] = [
  [
    'left the group that the step names',
    ({ id, people: { ben } }) => [
      `/v1/organizations/${id}/groups/approvers`,
      { method: 'PUT', body: { members: [ben.id] } },
    ],
    'not-eligible',
  ],
  [
    'lost their role in production',
    ({ environments, people: { anna } }) => [
      `/v1/environments/${environments.production}/members/${anna.id}`,
      { method: 'DELETE' },
    ],
    'forbidden',
  ],
  [
    'was deactivated',
    ({ id, people: { anna } }) => [
      `/v1/organizations/${id}/people/${anna.id}`,
      { method: 'PATCH', body: { active: false } },
    ],
    'forbidden',
  ],
]

test.each(losses)(
  'who %s while their review waited to be recorded has not given it',
  async (_, change, code) => {
    const organization = await api.newOrganization({ people, policy: breakGlassPolicy() })
    const { owner, anna } = organization.people
    const promotion = await overridden(api, organization)
    const { rows } = await control.query('SELECT id FROM override_review WHERE promotion = $1', [
      promotion.id,
    ])
    const lock = await holdLock(control, 'select from stream where id = $1 for update', [rows[0]?.id])
    const asked = reviewAs(api, anna, promotion)
    await lock.waitedForBy('worker_control')
    const [path, request] = change(organization)
    const changed = await api.request(path, { ...request, key: owner.keys.organization })
    expect(changed.status).toBeLessThan(300)
    await lock.release()
    await asked
    const answered = () =>
      control.query("SELECT code FROM answer WHERE stream_kind = 'review' AND stream = $1", [rows[0]?.id])
    await expect.poll(async () => (await answered()).rows, { timeout: 20_000 }).toEqual([{ code }])
    expect((await readAs(api, organization, promotion)).override?.review).toBeNull()
  },
)
