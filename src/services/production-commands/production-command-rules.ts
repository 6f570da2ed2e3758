import { and, eq, sql } from 'drizzle-orm'
import { command as commandTable } from '../../db/control/command.ts'
import { type ProductionCommandKind, productionCommand } from '../../db/control/production-command.ts'
import { productionCommandGrant } from '../../db/control/production-command-grant.ts'
import { productionCommandSecret } from '../../db/control/production-command-secret.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type ActorId,
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
import type { Act } from '../../domain/rights/acts.ts'
import { judge } from '../../domain/rights/judge.ts'
import type { Refusal, Story, StreamReference } from '../../domain/stream.ts'
import { keepRestoration } from '../drift/restorations.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { standingOf } from '../people/standing.ts'
import { issueFences } from '../promotions/story/project/fences.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'
import { refusalOfRevokedKey } from '../stories/refusal-of-revoked-key.ts'
import type { RecordedEvent, StoryRules } from '../stories/story-rules.ts'
import { refusalToRestore } from './refusal-to-restore.ts'

interface Facts extends ProductionCommandFacts {
  readonly person: PersonId
  /** Who asked: the person, or a service account that acts for them. Its rights are the ones that count. */
  readonly actor: ActorId
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
      actor: commandTable.actor,
    })
    .from(productionCommand)
    .innerJoin(
      commandTable,
      and(
        eq(commandTable.organization, productionCommand.organization),
        eq(commandTable.id, productionCommand.id),
      ),
    )
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

const actsByKind: Readonly<Record<ProductionCommandKind, Act>> = Object.freeze({
  'create-asset': 'asset.write-local',
  'write-version': 'asset.write-local',
  'supply-secret': 'secret.supply',
  restore: 'asset.restore',
  erase: 'content.erase',
})

async function authoriseProductionCommand(
  transaction: Transaction,
  { facts }: State,
  events: readonly ProductionCommandEvent[],
): Promise<Refusal | null> {
  if (!events.some(({ type }) => type === 'authorized')) return null
  const standing = await standingOf(transaction, facts.actor, facts.environment)
  const refusal = judge(actsByKind[facts.act], standing) ?? (await refusalOfRevokedKey(transaction, facts.id))
  if (refusal !== null || facts.act !== 'restore') return refusal
  return refusalToRestore(transaction, facts)
}

async function projectProductionCommand(
  transaction: Transaction,
  state: State,
  events: readonly RecordedEvent<ProductionCommandEvent>[],
): Promise<void> {
  const { organization, id, asset } = state.facts
  let version: number | null = null
  for (const { event, entry } of events) {
    if (event.type === 'performed') {
      version = event.version
      if (state.facts.act === 'restore') await keepRestoration(transaction, { command: id, asset, version })
    }
    if (event.type !== 'authorized') continue
    const fence = (await issueFences(transaction, [asset])).get(asset) ?? 0
    await insertRows(transaction, productionCommandGrant, [
      { organization, productionCommand: id, fence, entry },
    ])
  }
  if (state.phase === 'performed' || state.phase === 'refused') await forgetSecrets(transaction, id)
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

/** What an act was sent with is in production's store now, or nowhere: control keeps no sealed value. */
async function forgetSecrets(transaction: Transaction, id: CommandId): Promise<void> {
  const { organization } = transaction
  await transaction
    .delete(productionCommandSecret)
    .where(
      and(
        eq(productionCommandSecret.organization, organization),
        eq(productionCommandSecret.productionCommand, id),
      ),
    )
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
