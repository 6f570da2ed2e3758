import type { CommandId, OrganizationId } from '../../../src/domain/identifiers.ts'
import { identifier } from '../../../src/domain/identifiers.ts'
import {
  decideProductionCommand,
  type ProductionCommandStep,
} from '../../../src/domain/production-command/production-command.ts'
import type { Answer } from '../../../src/domain/stream.ts'
import type { Orchestrator } from '../../../src/services/ports.ts'
import { performCommand } from '../../../src/services/production/perform-command.ts'
import { productionCommandRules } from '../../../src/services/production-commands/production-command-rules.ts'
import { openStory } from '../../../src/services/stories/open-story.ts'
import { record } from '../../../src/services/stories/record.ts'
import { postgresAssetStore } from '../../../src/stores/postgres.ts'
import type { TestStores } from '../../support/stores.ts'

/** Carries out a stored act in production by the steps of its workflow, each with the login that takes it. */
export async function carryOut(
  stores: TestStores,
  organization: OrganizationId,
  command: CommandId,
): Promise<void> {
  const control = stores.pool('control', 'worker_control')
  const stream = { organization, kind: 'production-command', id: command } as const

  async function take(step: ProductionCommandStep): Promise<Answer | null> {
    const { facts, events } = await openStory(control, productionCommandRules, stream)
    const state = events.reduce(productionCommandRules.evolve, productionCommandRules.begin(facts))
    const outcome = decideProductionCommand(state, step)
    const request = { stream, expectedSeq: state.seq, command: `1/1/${step.kind}`, claim: null, outcome }
    return (await record(control, productionCommandRules, request)).answer
  }

  const authorized = await take({ kind: 'authorize' })
  if (authorized?.outcome === 'refused') {
    await take({ kind: 'refuse', failure: authorized.code })
    return
  }
  const store = postgresAssetStore(stores.pool('production', 'worker_production'))
  const production = { control: stores.pool('control', 'worker_production'), store }
  await take({ kind: 'perform', result: await performCommand(production, { organization, command }) })
}

/** Tells acts in production in this process, without a workflow service: what is started has ended. */
export function inProcessOrchestrator(stores: TestStores): Orchestrator {
  return {
    start: ({ organization, id }) => carryOut(stores, organization, identifier(id)),
    deliver: () => Promise.resolve({ kind: 'pending' }),
    finished: () => Promise.resolve(true),
    lookAgain: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  }
}
