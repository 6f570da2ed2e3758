import { and, eq, sql } from 'drizzle-orm'
import { type ProductionCommandKind, productionCommand } from '../../db/control/production-command.ts'
import { productionCommandGrant } from '../../db/control/production-command-grant.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type AssetId,
  type CommandId,
  type EnvironmentId,
  identifier,
  type PersonId,
} from '../../domain/identifiers.ts'
import {
  evolveProductionCommand,
  type ProductionCommandEvent,
  type ProductionCommandFacts,
  type ProductionCommandState,
  requestedProductionCommand,
} from '../../domain/production-command/production-command.ts'
import { type Refusal, refused, type Story, type StreamReference, unreachable } from '../../domain/stream.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { type Standing, standingOf } from '../people/standing.ts'
import { issueFences } from '../promotions/story/project/fences.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'
import type { RecordedEvent, StoryRules } from '../stories/story-rules.ts'

interface Facts extends ProductionCommandFacts {
  readonly person: PersonId
  readonly environment: EnvironmentId
  readonly asset: AssetId
  readonly act: ProductionCommandKind
}

type State = ProductionCommandState & { readonly facts: Facts }

/**
 * An act in production as it was asked for, and every event so far.
 *
 * @throws NeverStored when the organization has no such act.
 */
async function loadProductionCommand(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<Facts, ProductionCommandEvent>> {
  const [row] = await transaction
    .select({
      id: productionCommand.id,
      person: productionCommand.person,
      environment: productionCommand.environment,
      asset: productionCommand.asset,
      act: productionCommand.kind,
    })
    .from(productionCommand)
    .where(
      and(
        eq(productionCommand.organization, stream.organization),
        eq(productionCommand.id, identifier<CommandId>(stream.id)),
      ),
    )
  if (row === undefined) throw new NeverStored('no such act was stored')
  return {
    facts: {
      organization: stream.organization,
      ...row,
      store: await storeNameOf(transaction, row.environment),
    },
    events: await eventsAfter<ProductionCommandEvent>(transaction, stream, 0),
  }
}

async function authoriseProductionCommand(
  transaction: Transaction,
  { facts }: State,
  events: readonly ProductionCommandEvent[],
): Promise<Refusal | null> {
  if (!events.some(({ type }) => type === 'authorized')) return null
  const standing = await standingOf(transaction, facts.person, facts.environment)
  if (!standing?.active) return refused('forbidden', 'Whoever asked for this act is not active any more.')
  return refusalTo(facts.act, standing)
}

/** What speaks against an act of this kind, by rights as they are now. */
function refusalTo(act: ProductionCommandKind, { environmentRole }: Standing): Refusal | null {
  switch (act) {
    case 'create-asset':
    case 'write-version':
    case 'supply-secret':
    case 'restore':
    case 'erase':
      return environmentRole === 'engineer'
        ? null
        : refused('forbidden', 'An act in production takes an engineer of that environment.')
    default:
      return unreachable(act)
  }
}

async function projectProductionCommand(
  transaction: Transaction,
  state: State,
  events: readonly RecordedEvent<ProductionCommandEvent>[],
): Promise<void> {
  const { organization, id, asset } = state.facts
  let version: number | null = null
  for (const { event, entry } of events) {
    if (event.type === 'performed') version = event.version
    if (event.type !== 'authorized') continue
    const fence = (await issueFences(transaction, [asset])).get(asset) ?? 0
    await insertRows(transaction, productionCommandGrant, [
      { organization, productionCommand: id, fence, entry },
    ])
  }
  await transaction
    .update(productionCommand)
    .set({
      state: state.phase,
      failure: state.failure,
      ...(version === null ? {} : { version }),
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(productionCommand.organization, organization), eq(productionCommand.id, id)))
}

/** How the story of an act in production is recorded. */
export const productionCommandRules: StoryRules<Facts, ProductionCommandEvent, State> = {
  load: loadProductionCommand,
  begin: (facts) => ({ ...requestedProductionCommand(facts), facts }),
  evolve: (state, recorded) => ({ ...evolveProductionCommand(state, recorded), facts: state.facts }),
  authorise: authoriseProductionCommand,
  project: projectProductionCommand,
  about: ({ facts }) => ({
    subject: `asset/${facts.asset}`,
    actor: { person: facts.person, via: 'workflow' },
    environment: facts.environment,
    asset: facts.asset,
  }),
}
