import type { z } from 'zod'
import { rolloutShape } from '../../../src/contract/promotions/rollout.ts'
import { type Answer, expected, said, settled, until } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import type { Setting } from '../setting.ts'

export type Rollout = z.output<typeof rolloutShape>

function pathOf(promotion: string): string {
  return `/v1/promotions/${promotion}/rollout`
}

/** The engineer of production asks something of a rollout that they have just looked at. */
export async function askOfRollout(
  { ask, cast }: Setting,
  promotion: string,
  act: 'activate' | 'confirm' | 'complete' | 'rollback',
  body?: object,
): Promise<Answer> {
  const { production } = cast.owner
  const seen = await ask(production, 'GET', pathOf(promotion))
  expected(seen, 200, rolloutShape)
  const request = { ifMatch: seen.etag, ...(body === undefined ? {} : { body }) }
  return ask(production, 'POST', `${pathOf(promotion)}/${act}`, request)
}

/** The same, and waits until the rollout is in a state; one that failed ends the demo. */
export async function rolledOut(
  setting: Setting,
  promotion: string,
  asking: { readonly act: Parameters<typeof askOfRollout>[2]; readonly body?: object; readonly told: string },
  state: Rollout['state'],
): Promise<Rollout> {
  const { ask, cast, narrative } = setting
  const { name, production } = cast.owner
  const answer = await askOfRollout(setting, promotion, asking.act, asking.body)
  await settled(ask, production, answer)
  narrative.tell(`${name} ${asking.told} → ${said(answer)}`)
  return until(`the rollout is ${state}`, async () => {
    const rollout = expected(await ask(production, 'GET', pathOf(promotion)), 200, rolloutShape)
    if (rollout.failure !== null) throw new DemoFailed(`Production refused it: ${rollout.failure}.`)
    return rollout.state === state ? rollout : undefined
  })
}

/** Takes what landed into use. */
export function activate(setting: Setting, promotion: string): Promise<Rollout> {
  return rolledOut(setting, promotion, { act: 'activate', told: 'activates it' }, 'active')
}
