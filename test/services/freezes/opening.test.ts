import { expect, test } from 'vitest'
import { withOrganization } from '../../../src/db/transaction.ts'
import { instant } from '../../../src/domain/identifiers.ts'
import type { Window } from '../../../src/domain/policy/window.ts'
import { readOpening } from '../../../src/services/freezes/opening.ts'
import { openApi } from '../../support/api.ts'
import { openStores } from '../../support/stores.ts'

const stores = await openStores()
const { expectStatus, newOrganization } = openApi(stores)

const evenings: Window = {
  name: 'evenings',
  kind: 'allow',
  recurrence: 'DTSTART:20260101T200000\nRRULE:FREQ=DAILY',
  zone: 'UTC',
  duration: 'PT2H',
}

async function frozenWorld() {
  const organization = await newOrganization()
  const { production } = organization.environments
  const key = organization.people.owner.keys.organization
  const freezes = `/v1/environments/${production}/freezes`
  const made = {
    // Set by the clock of the database, so that nothing of it is over when it is asked for.
    once: {
      reason: 'Inventory',
      name: 'Inventory',
      startsAt: '2099-03-02T20:30:00Z',
      endsAt: '2099-03-02T21:00:00Z',
    },
    weekly: {
      reason: 'No Tuesdays',
      recurrence: 'DTSTART:20260106T000000\nRRULE:FREQ=WEEKLY;BYDAY=TU',
      zone: 'UTC',
      duration: 'P1D',
    },
  }
  const { id: once } = await expectStatus<{ id: string }>(201, freezes, { key, body: made.once })
  const { id: weekly } = await expectStatus<{ id: string }>(201, freezes, { key, body: made.weekly })
  return { ...organization, key, freezes, once, weekly }
}

test.each(['api', 'worker_control'] as const)(
  'windows and freezes together say to %s what is open',
  async (login) => {
    const { id, environments, key, freezes, once, weekly } = await frozenWorld()
    const opening = (at: string) =>
      withOrganization(stores.pool('control', login), id, (transaction) =>
        readOpening(transaction, environments.production, [evenings], instant(at)),
      )

    // A Monday evening, with an inventory in between, and the Tuesday after it.
    expect(await opening('2099-03-02T20:00:00Z')).toEqual({ open: true, until: '2099-03-02T20:30:00.000Z' })
    expect(await opening('2099-03-02T20:45:00Z')).toEqual({
      open: false,
      because: [{ kind: 'freeze', id: once, name: 'Inventory', since: '2099-03-02T20:30:00.000Z' }],
      opensAt: '2099-03-02T21:00:00.000Z',
    })
    expect(await opening('2099-03-03T21:00:00Z')).toEqual({
      open: false,
      because: [{ kind: 'freeze', id: weekly, name: null, since: '2099-03-03T00:00:00.000Z' }],
      opensAt: '2099-03-04T20:00:00.000Z',
    })

    await expectStatus(204, `${freezes}/${weekly}`, { key, method: 'DELETE' })
    expect(await opening('2099-03-03T21:00:00Z')).toEqual({ open: true, until: '2099-03-03T22:00:00.000Z' })
    const frozen = { key, method: 'PUT', body: { reason: 'Stop' } }
    await expectStatus(200, `/v1/organizations/${id}/freeze`, frozen)
    expect(await opening('2099-03-03T21:00:00Z')).toMatchObject({
      open: false,
      because: [{ kind: 'organization-freeze' }],
      opensAt: null,
    })
  },
)
