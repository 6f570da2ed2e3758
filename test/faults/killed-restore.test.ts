import { expect, test } from 'vitest'
import { verifiedLog } from '../services/assets/store-log.ts'
import { type Deployment, type Detours, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { openOrganization, twoLiveVersions } from './support/waiting-acts.ts'

// Each test kills a worker and waits for its activity to be given up: apart, they wait side by side.
const ofCommitted = await openDeployment()
const ofUncommitted = await openDeployment()

/** An asset of production whose versions 1 and 2 were live, and a worker that is about to die. */
async function openCase(deployment: Deployment, detours: Detours = {}) {
  const { api, stores } = deployment
  const [, doomed] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], detours),
  ])
  const organization = await openOrganization(api)
  const target = await twoLiveVersions(api, organization)
  const production = stores.superuser('production')
  const idempotencyKey = crypto.randomUUID()
  const restore = () =>
    api.request(`/v1/assets/${target}/restore`, {
      key: organization.people.anna.keys.production,
      body: { version: 1 },
      idempotencyKey,
    })

  async function versionInUse(): Promise<number> {
    const { rows } = await production.query('select version from active_version where asset = $1', [target])
    return rows[0].version
  }

  async function restorations(): Promise<readonly number[]> {
    const leaves = await verifiedLog(stores, 'production', organization.id)
    return leaves.flatMap(({ type, data }) => (type === 'asset.restored' ? [Number(data.version)] : []))
  }

  /** What control knows of the one act in production: its state, its events, and every answer to a step of it. */
  async function act(): Promise<unknown> {
    const { rows } = await stores.superuser('control').query(
      `select state,
         (select array_agg(type order by seq) from stream_event where stream = asked.id) as events,
         (select array_agg(command || ' ' || outcome order by answered_at) from answer where stream = asked.id) as answers
       from production_command as asked`,
    )
    return rows
  }

  return {
    doomed,
    restore,
    versionInUse,
    act,
    /** Holds whoever is about to log what it did in production, at the end of its transaction. */
    holdProduction: () => holdLock(production, 'lock table log_entry in share mode'),
    async expectRestoredOnce(asked: Promise<Response>): Promise<void> {
      expect([200, 202]).toContain((await asked).status)
      let answer = await restore()
      await eventually('the restoring is settled', async () => {
        if (answer.status === 202) answer = await restore()
        return answer.status !== 202
      })
      expect([answer.status, answer.headers.get('Idempotent-Replayed')]).toEqual([200, 'true'])
      expect(await act()).toEqual([
        {
          state: 'performed',
          events: ['authorized', 'performed'],
          answers: ['1/0.1/authorize accepted', '1/1.1/perform accepted'],
        },
      ])
      expect([await versionInUse(), await restorations()]).toEqual([1, [1]])
      await expectNothingLostOrDoubled(deployment)
    },
  }
}

test.concurrent('what a killed worker restored and could not tell of is restored once, and answered once', async () => {
  const line = await openProxy(ofCommitted.temporal.address)
  const { doomed, restore, versionInUse, act, holdProduction, expectRestoredOnce } = await openCase(
    ofCommitted,
    { temporal: line.address },
  )
  const lock = await holdProduction()
  const asked = restore()
  await lock.waitedForBy('worker_production')
  line.freeze()
  await lock.release()
  await eventually('the older version is in use', async () => (await versionInUse()) === 1)
  await doomed.kill()
  await line.close()
  expect(await act()).toMatchObject([{ state: 'authorized', events: ['authorized'] }])

  await ofCommitted.startWorker(['production'])
  await expectRestoredOnce(asked)
})

test.concurrent('what a worker was about to restore when it was killed is restored by the next one, once', async () => {
  const { doomed, restore, versionInUse, holdProduction, expectRestoredOnce } = await openCase(ofUncommitted)
  const lock = await holdProduction()
  const asked = restore()
  await lock.waitedForBy('worker_production')
  await doomed.kill()
  await lock.release()
  expect(await versionInUse()).toBe(2)

  await ofUncommitted.startWorker(['production'])
  await expectRestoredOnce(asked)
})
