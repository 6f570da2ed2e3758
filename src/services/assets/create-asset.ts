import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type AssetId, type EnvironmentId, identifier } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { requestProductionCommand } from '../production-commands/request-production-command.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type AcceptedContent, acceptContent, knownType } from './rules/accept-content.ts'
import { authoriseWrite } from './rules/authorise-write.ts'
import { type OpenEnvironment, openEnvironment } from './rules/open-environment.ts'
import { refuseTaken } from './rules/refuse-taken.ts'
import { settleInProduction } from './settle-in-production.ts'
import { storeVersion } from './store-version.ts'
import { readAsset } from './view/asset-state.ts'
import { withWarnings } from './view/content-warnings.ts'
import type { WrittenAsset } from './written-asset.ts'

export interface NewAsset {
  readonly environment: EnvironmentId
  readonly type: string
  readonly name: string
  readonly content: JsonValue
  readonly idempotency: RepeatableRequest
}

const operation = 'createAsset'

interface Stored {
  readonly asset: AssetId
  readonly replayed: boolean
}

async function store(
  { caller }: ServiceContext,
  transaction: Transaction,
  { environment, type, name, idempotency }: NewAsset,
  accepted: AcceptedContent,
): Promise<Stored> {
  const { actor } = caller
  const id = identifier<AssetId>(uuidv7())
  const claimed = await claimKey(transaction, { ...idempotency, actor, operation, resource: id })
  if (claimed.kind === 'replay') return { asset: identifier(claimed.resource), replayed: true }
  const details = { nameText: await saveText(transaction, name) }
  const version = { asset: id, environment, type, name, version: 1, accepted, details }
  await appendEntries(transaction, [await storeVersion(caller, transaction, version)])
  return { asset: id, replayed: false }
}

async function createHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NewAsset,
  accepted: AcceptedContent,
): Promise<WrittenAsset> {
  const { asset, replayed } = await withOrganization(
    opened.store,
    context.caller.organization,
    (transaction) => store(context, transaction, asked, accepted),
  )
  const state = await readAsset(opened, asset)
  const screened = replayed ? await withWarnings(opened, state) : { ...state, warnings: accepted.warnings }
  return { kind: 'written', asset: screened, replayed }
}

/**
 * Creates an asset with its first version in the environment of the caller's key. In production it is a command that
 * production's worker carries out. References need not resolve yet.
 *
 * @throws Refused for another environment, an unknown type, a missing right, or content that its type does
 * not allow or that holds a secret or data of a patient.
 */
export async function createAsset(context: ServiceContext, asked: NewAsset): Promise<WrittenAsset> {
  const done = await openEnvironment(context, asked.environment, async (opened) => {
    const type = await knownType(opened.control, asked.type)
    authoriseWrite(opened, type)
    await refuseConfidential([{ pointer: '/name', value: asked.name }])
    const accepted = await acceptContent(type, asked.content)
    if (opened.kind !== 'production') return createHere(context, opened, asked, accepted)
    const { environment, name, idempotency } = asked
    const asset = identifier<AssetId>(uuidv7())
    await withOrganization(opened.store, context.caller.organization, (transaction) =>
      refuseTaken(transaction, { asset, environment, accepted }, 'read'),
    )
    return requestProductionCommand(context, opened.control, {
      kind: 'create-asset',
      environment,
      asset,
      type: type.name,
      name,
      bytes: accepted.bytes,
      expectedVersion: 0,
      claim: { ...idempotency, actor: context.caller.actor, operation },
    })
  })
  return done.kind === 'requested' ? settleInProduction(context, done) : done
}
