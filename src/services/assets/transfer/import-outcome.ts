import type { AcceptedAsset } from './accept-file.ts'
import type { ImportAction, ImportedAsset, ImportResult } from './assets-file.ts'

/** What an import does with an asset: the same content is no new version. */
export function actionOf({ existing, before, accepted }: AcceptedAsset): ImportAction {
  if (existing === undefined) return 'created'
  return before?.digest === accepted.digest ? 'unchanged' : 'updated'
}

/** What became of an asset, or would. */
export function outcomeOf(one: AcceptedAsset, dryRun: boolean): ImportedAsset {
  const { asset, target, existing } = one
  const action = actionOf(one)
  return {
    file: asset.id,
    id: dryRun && existing === undefined ? null : target,
    type: asset.type,
    name: existing?.name ?? asset.name,
    action,
    version: (existing?.version ?? 0) + (action === 'unchanged' ? 0 : 1),
  }
}

/** Raised where all of a dry run went well, so that nothing of it stays. */
export class Rehearsed extends Error {
  override readonly name = 'Rehearsed'
  readonly result: ImportResult

  constructor(result: ImportResult) {
    super('a dry run went well')
    this.result = result
  }
}
