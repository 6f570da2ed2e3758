import { and, eq } from 'drizzle-orm'
import { productionCommand } from '../../../db/control/production-command.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { CommandId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { logDenial } from '../../people/log-denial.ts'
import type { RequestedCommand } from '../../production-commands/request-production-command.ts'
import { settleProductionCommand } from '../../production-commands/settle-production-command.ts'
import { openEnvironment } from '../rules/open-environment.ts'
import { readAsset } from '../view/asset-state.ts'
import { namedVersion, readStoredVersions } from './read-stored-versions.ts'
import { requestRestore } from './request-restore.ts'
import { type AskedRestore, RefusedRestore, type RestoredAsset } from './restoration.ts'
import { restoreHere } from './restore-here.ts'

/** How the asset stands after a stored act was carried out, and what it put in use instead of what. */
function readRestored(
  context: ServiceContext,
  { asset }: AskedRestore,
  command: CommandId,
  replayed: boolean,
): Promise<RestoredAsset> {
  return openEnvironment(context, null, async (opened) => {
    const { control, store } = opened
    const [act] = await control
      .select({ instead: productionCommand.expectedVersion, restored: productionCommand.restoredVersion })
      .from(productionCommand)
      .where(and(eq(productionCommand.organization, control.organization), eq(productionCommand.id, command)))
    if (!act?.restored) throw new Error('an act in production was not stored')
    const { instead, restored } = act
    const versions = await withOrganization(store, control.organization, (transaction) =>
      readStoredVersions(transaction, asset, [instead, restored]),
    )
    const named = {
      before: namedVersion(versions.get(instead)),
      after: namedVersion(versions.get(restored)),
    }
    const restoration = { dryRun: false, restoredFrom: restored, ...named }
    return { kind: 'restored', asset: await readAsset(opened, asset), restoration, replayed }
  })
}

// The API logs what it answers with 403; in production any other refusal to restore is on record as well.
async function logRefusal(context: ServiceContext, { asset, dryRun }: AskedRestore, error: unknown) {
  const { door } = context.caller
  if (door.kind !== 'environment' || door.environmentKind !== 'production' || dryRun) return
  if (!(error instanceof RefusedRestore) || error.code === 'forbidden') return
  const { environment } = door
  const about = { subject: `asset/${asset}`, asset, environment }
  await logDenial(context, { code: error.code, operation: 'restoreAsset', ...about })
}

/**
 * Brings an older version of an asset back: as the next version in development and staging, as the version in use in
 * production, where the policy allows it. A dry run shows before and after, and changes nothing.
 *
 * @throws Refused for an asset the caller does not see, a version that does not come back, or a missing right.
 */
export async function restoreAsset(context: ServiceContext, asked: AskedRestore): Promise<RestoredAsset> {
  let done: RestoredAsset | RequestedCommand
  try {
    done = await openEnvironment<RestoredAsset | RequestedCommand>(context, null, (opened) =>
      opened.kind === 'production'
        ? requestRestore(context, opened, asked)
        : restoreHere(context, opened, asked),
    )
  } catch (error) {
    await logRefusal(context, asked, error)
    throw error
  }
  if (done.kind !== 'requested') return done
  const settled = await settleProductionCommand(context, done)
  return settled.kind === 'pending' ? settled : readRestored(context, asked, done.command, settled.replayed)
}
