import type { ServiceContext } from '../context.ts'
import type { RequestedCommand } from '../production-commands/request-production-command.ts'
import { settleProductionCommand } from '../production-commands/settle-production-command.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'
import { withWarnings } from './view/content-warnings.ts'
import type { WrittenAsset } from './written-asset.ts'

/**
 * Has a stored write carried out and waits a while for what came of it, as the asset shows it.
 *
 * @throws Refused when production, or the rights at that moment, said no.
 */
export async function settleInProduction(
  context: ServiceContext,
  requested: RequestedCommand,
): Promise<WrittenAsset> {
  const settled = await settleProductionCommand(context, requested)
  if (settled.kind === 'pending') return settled
  const { asset, replayed } = settled
  const state = await openEnvironment(context, null, async (opened) =>
    withWarnings(context, opened, await readAsset(opened, asset)),
  )
  return { kind: 'written', asset: state, replayed }
}
