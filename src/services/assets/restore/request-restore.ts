import { withOrganization } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { problemOfRepointing } from '../../../domain/asset/restore.ts'
import { identifier } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { checkPrecondition } from '../../idempotency/check-precondition.ts'
import { findClaim } from '../../idempotency/claim-key.ts'
import { requireAct } from '../../people/require-right.ts'
import { readRestoreRule, refusalWhileOpen } from '../../production-commands/refusal-to-restore.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../../production-commands/request-production-command.ts'
import { knownType } from '../rules/accept-content.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { type AssetState, assetTag, readAsset } from '../view/asset-state.ts'
import { logContentReads } from '../view/log-content-read.ts'
import { namedVersion, readStoredVersions } from './read-stored-versions.ts'
import {
  type AskedRestore,
  RefusedRestore,
  type RestoredAsset,
  refusalOf,
  type StoredVersion,
} from './restoration.ts'
import { shownChanges } from './shown-changes.ts'

interface Judged {
  readonly type: AssetType
  readonly state: AssetState
  readonly active: StoredVersion
  readonly older: StoredVersion
}

/** What would be restored instead of what, when nothing speaks against it now. */
async function judge(opened: OpenEnvironment, { asset, version, seen }: AskedRestore): Promise<Judged> {
  const { control, store, environment } = opened
  const state = await readAsset(opened, asset)
  requireAct('asset.restore', opened.standing, { through: 'environment' })
  if (seen !== null) checkPrecondition(seen, assetTag(state))
  const type = await knownType(control, state.type)
  if (!type.promotable) {
    throw new RefusedRestore(
      'illegal-state',
      `Assets of type ${state.type} have no version in use here. Write the older content again as the next version.`,
    )
  }
  const { activeVersion } = state
  const versions = await withOrganization(store, control.organization, (transaction) =>
    readStoredVersions(transaction, asset, activeVersion === null ? [version] : [version, activeVersion]),
  )
  const older = versions.get(version)
  const rule = await readRestoreRule(control, environment)
  const problem = problemOfRepointing({ activeVersion, deleted: state.deletedAt !== null }, older, rule)
  if (problem !== null) throw refusalOf(problem)
  const active = activeVersion === null ? undefined : versions.get(activeVersion)
  if (older === undefined || active === undefined) throw refusalOf('never-live')
  const refusal = await refusalWhileOpen(control, asset)
  if (refusal !== null) throw new RefusedRestore(refusal.code, refusal.detail)
  return { type, state, active, older }
}

/** What restoring would change. It shows content of production, which is on record as any reading of it. */
async function preview(
  context: ServiceContext,
  opened: OpenEnvironment,
  { type, state, active, older }: Judged,
): Promise<RestoredAsset> {
  const diff = older.bytes === null ? [] : await shownChanges(context, type, active.bytes, older.bytes)
  const read = [active, older].map((one) => ({ ...namedVersion(one), asset: state.id, type: type.name }))
  await logContentReads(context, opened, read)
  const named = { before: namedVersion(active), after: namedVersion(older) }
  const restoration = { dryRun: true, restoredFrom: older.version, ...named, diff }
  return { kind: 'restored', asset: state, restoration, replayed: false }
}

/**
 * In production: stores the act of putting an older version in use again, as a command for production's worker; in a
 * dry run shows it instead.
 *
 * @throws Refused for a version that cannot come back, a missing right, a policy that wants approval, or an open
 *   promotion of the asset.
 */
export async function requestRestore(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: AskedRestore,
): Promise<RestoredAsset | RequestedCommand> {
  const { control, environment } = opened
  const claim = { ...asked.idempotency, actor: context.caller.actor, operation: 'restoreAsset' }
  const earlier = asked.dryRun ? undefined : await findClaim(control, claim)
  if (earlier !== undefined) {
    return { kind: 'requested', command: identifier(earlier.resource), replayed: true }
  }
  const judged = await judge(opened, asked)
  if (asked.dryRun) return preview(context, opened, judged)
  const { id: asset, type, name } = judged.state
  return requestProductionCommand(context, control, {
    kind: 'restore',
    environment,
    asset,
    type,
    name,
    expectedVersion: judged.active.version,
    restoredVersion: judged.older.version,
    claim,
  })
}
