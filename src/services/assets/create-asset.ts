import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type AssetId, type EnvironmentId, identifier } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { rememberAccepted } from '../screening/remember-accepted.ts'
import { type Noted, onceNoted, prepareSecrets } from '../secrets/prepare-secrets.ts'
import type { SealedSecret } from '../secrets/seal-secret.ts'
import { storeSecrets } from '../secrets/store-secrets.ts'
import { checkReferences } from './references/check-references.ts'
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

/** A new asset about to be stored: its id is minted first, because its secrets are sealed for it. */
interface AssetToStore {
  readonly id: AssetId
  readonly accepted: AcceptedContent
  readonly secrets: readonly SealedSecret[]
}

async function store(
  { caller }: ServiceContext,
  transaction: Transaction,
  { environment, type, name, idempotency }: NewAsset,
  { id, accepted, secrets }: AssetToStore,
): Promise<Stored> {
  const { actor, person } = caller
  const claimed = await claimKey(transaction, { ...idempotency, actor, operation, resource: id })
  if (claimed.kind === 'replay') return { asset: identifier(claimed.resource), replayed: true }
  const details = { nameText: await saveText(transaction, name) }
  const version = { asset: id, environment, type, name, version: 1, accepted, details }
  const created = await storeVersion(caller, transaction, version)
  const given = { asset: id, environment, type, person, actor: entryActor(caller), secrets }
  await appendEntries(transaction, [created, ...(await storeSecrets(transaction, given))])
  return { asset: id, replayed: false }
}

async function createHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NewAsset,
  toStore: AssetToStore,
): Promise<WrittenAsset> {
  const { asset, replayed } = await withOrganization(
    opened.store,
    context.caller.organization,
    (transaction) => store(context, transaction, asked, toStore),
  )
  const state = await readAsset(opened, asset)
  const screened = replayed
    ? await withWarnings(context, opened, state)
    : { ...state, warnings: toStore.accepted.warnings }
  return { kind: 'written', asset: screened, replayed }
}

async function create(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NewAsset,
  isNoted: boolean,
): Promise<WrittenAsset | RequestedCommand | Noted> {
  const type = await knownType(opened.control, asked.type)
  authoriseWrite(opened, type)
  await refuseConfidential([{ pointer: '/name', value: asked.name }])
  const accepted = await acceptContent(type, asked.content)
  rememberAccepted(context, accepted)
  const id = identifier<AssetId>(uuidv7())
  const pointerInBody = (pointer: string) => `/content${pointer}`
  const incoming = { ...opened, asset: id, values: accepted.secrets, pointerInBody }
  const prepared = await prepareSecrets(context, incoming, isNoted)
  if (prepared.kind === 'noted') return prepared
  const { secrets } = prepared
  if (opened.kind !== 'production') return createHere(context, opened, asked, { id, accepted, secrets })
  const { environment, name, idempotency } = asked
  await withOrganization(opened.store, context.caller.organization, async (transaction) => {
    const { references } = accepted
    await refuseTaken(transaction, { asset: id, environment, accepted }, 'read')
    await checkReferences(transaction, { asset: id, environment, version: 1, references })
  })
  return requestProductionCommand(context, opened.control, {
    kind: 'create-asset',
    environment,
    asset: id,
    type: type.name,
    name,
    bytes: accepted.bytes,
    secrets,
    expectedVersion: 0,
    claim: { ...idempotency, actor: context.caller.actor, operation },
  })
}

/**
 * Creates an asset with its first version in the environment of the caller's key. In production it is a command that
 * production's worker carries out. References need not resolve yet.
 *
 * @throws Refused for another environment, an unknown type, a missing right, content that its type does not allow, or a
 * secret that production may not have.
 */
export async function createAsset(context: ServiceContext, asked: NewAsset): Promise<WrittenAsset> {
  const done = await onceNoted((isNoted) =>
    openEnvironment(context, asked.environment, (opened) => create(context, opened, asked, isNoted)),
  )
  return done.kind === 'requested' ? settleInProduction(context, done) : done
}
