import { withOrganization } from '../../db/transaction.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { checkNextVersion, findCurrent } from './rules/check-next-version.ts'
import { type OpenEnvironment, openEnvironment } from './rules/open-environment.ts'
import { refuseTaken } from './rules/refuse-taken.ts'
import { settleInProduction } from './settle-in-production.ts'
import { storeVersion } from './store-version.ts'
import { readAsset } from './view/asset-state.ts'
import type { WrittenAsset } from './written-asset.ts'

export interface NextVersion {
  readonly asset: AssetId
  readonly content: JsonValue
  /** Entity tags of what the caller saw. */
  readonly seen: readonly string[]
}

async function writeHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NextVersion,
): Promise<WrittenAsset> {
  const warnings = await withOrganization(opened.store, context.caller.organization, async (transaction) => {
    const current = await findCurrent(transaction, opened, asked.asset, 'lock')
    const accepted = await checkNextVersion(opened, current, asked)
    if (accepted.digest === current.digest) return accepted.warnings
    const { id, environment, type, name } = current
    const version = { asset: id, environment, type, name, version: current.version + 1, accepted }
    await appendEntries(transaction, [await storeVersion(context.caller, transaction, version)])
    return accepted.warnings
  })
  const asset = { ...(await readAsset(opened, asked.asset)), warnings }
  return { kind: 'written', asset, replayed: false }
}

async function requestInProduction(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NextVersion,
): Promise<WrittenAsset | RequestedCommand> {
  const { current, bytes, digest, warnings } = await withOrganization(
    opened.store,
    context.caller.organization,
    async (transaction) => {
      const found = await findCurrent(transaction, opened, asked.asset, 'read')
      const accepted = await checkNextVersion(opened, found, asked)
      const { asset } = asked
      await refuseTaken(transaction, { asset, environment: opened.environment, accepted }, 'read')
      return { current: found, ...accepted }
    },
  )
  if (digest === current.digest) {
    const asset = { ...(await readAsset(opened, asked.asset)), warnings }
    return { kind: 'written', asset, replayed: false }
  }
  const { id, environment, type, name, version } = current
  return requestProductionCommand(context, opened.control, {
    kind: 'write-version',
    environment,
    asset: id,
    type,
    name,
    bytes,
    expectedVersion: version,
  })
}

/**
 * Writes the next version of an asset that the caller saw in its present state. Content that is the same already is no
 * new version. In production it is a command that production's worker carries out.
 *
 * @throws Refused for an asset the caller does not see, a missing right, a stale tag, or content that its type does not
 * allow after the present version.
 */
export async function writeVersion(context: ServiceContext, asked: NextVersion): Promise<WrittenAsset> {
  const done = await openEnvironment<WrittenAsset | RequestedCommand>(context, null, (opened) =>
    opened.kind === 'production'
      ? requestInProduction(context, opened, asked)
      : writeHere(context, opened, asked),
  )
  return done.kind === 'requested' ? settleInProduction(context, done) : done
}
