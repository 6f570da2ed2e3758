import { expect } from 'vitest'
import type { z } from 'zod'
import type { rolloutShape } from '../../../src/contract/promotions/rollout.ts'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import type { TestApi } from '../../support/api.ts'
import type { FourPeople, PromotionAnswer } from '../../support/deployment.ts'

export type Rollout = z.output<typeof rolloutShape>
export type RolloutAct = 'activate' | 'confirm' | 'complete' | 'rollback'

/** One thing that somebody asks of a rollout; by an engineer of production who saw it in any state unless it says more. */
export interface Asked {
  readonly body?: object
  readonly key?: string | undefined
  readonly seen?: string
  readonly idempotencyKey?: string
}

export function rolloutOf(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  { id }: Pick<PromotionAnswer, 'id'>,
): Promise<Rollout> {
  return expectStatus<Rollout>(200, `/v1/promotions/${id}/rollout`, { key: people.anna.keys.production })
}

/** Asks something of a rollout. */
export function askOf(
  { request }: TestApi,
  { people }: FourPeople,
  { id }: Pick<PromotionAnswer, 'id'>,
  act: RolloutAct,
  { body, key = people.anna.keys.production, seen = '*', idempotencyKey }: Asked = {},
): Promise<Response> {
  return request(`/v1/promotions/${id}/rollout/${act}`, {
    key,
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: {
      'If-Match': seen,
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
  })
}

/** Asks something of a rollout that is done, and gives what it is then. */
export async function done(...asking: Parameters<typeof askOf>): Promise<Rollout> {
  const answer = await askOf(...asking)
  const told = await answer.text()
  expect([answer.status, told]).toEqual([200, told])
  return JSON.parse(told) as Rollout
}

/** Asks something of a rollout that is refused, and gives its status, its code and the words. */
export async function refused(
  ...asking: Parameters<typeof askOf>
): Promise<readonly [number, string, string]> {
  const answer = await askOf(...asking)
  const { code, detail } = (await answer.json()) as { readonly code: string; readonly detail: string }
  return [answer.status, code, detail]
}

/** The version of a production asset that is in use, as its store says; null for none. */
export async function activeVersion(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  asset: AssetId,
): Promise<number | null> {
  const key = people.anna.keys.production
  return (await expectStatus<{ activeVersion: number | null }>(200, `/v1/assets/${asset}`, { key }))
    .activeVersion
}

/** The types of the entries of a promotion's timeline that are about its rollout. */
export async function timelineOf(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  { id }: Pick<PromotionAnswer, 'id'>,
) {
  interface Entry {
    readonly type: string
    readonly asset?: string
    readonly actor: { readonly person?: string; readonly via: string }
    readonly details: Readonly<Record<string, unknown>>
  }
  const path = `/v1/promotions/${id}/timeline`
  const { data } = await expectStatus<{ data: readonly Entry[] }>(200, path, {
    key: people.anna.keys.production,
  })
  return data.filter(
    ({ type }) => type.startsWith('rollout.') || /^asset\.(activated|rolled-back)$/.test(type),
  )
}
