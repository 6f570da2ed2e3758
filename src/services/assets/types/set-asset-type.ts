import { assetType } from '../../../db/control/asset-type.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { digest } from '../../../domain/identifiers.ts'
import { digestOf } from '../../../trust/canonical.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import type { ServiceContext } from '../../context.ts'
import { checkPrecondition } from '../../idempotency/check-precondition.ts'
import { requireOrganizationKey } from '../../organizations/require-organization-key.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { requireRight } from '../../people/require-right.ts'
import { Refused } from '../../refused.ts'
import { checkDefinition } from './check-definition.ts'
import { readOwnTypes } from './find-types.ts'
import { lockType } from './lock-type.ts'
import { refuseMisfits } from './misfits/find-misfits.ts'
import { builtInTypes, definitionBytes, type RegisteredType } from './registered-type.ts'

export interface SetAssetType {
  readonly type: AssetType
  /** Entity tags of what the caller saw; null where they said nothing. */
  readonly seen: readonly string[] | null
  /** Whether there must be no such type yet. */
  readonly isNew: boolean
  readonly dryRun: boolean
}

function refuseBuiltIn(name: string): void {
  if (builtInTypes.every(({ type }) => type.name !== name)) return
  throw new Refused('forbidden', 'A built-in asset type is the same for everybody. Choose another name.')
}

function checkSeen(current: RegisteredType | undefined, { seen, isNew }: SetAssetType): void {
  if (isNew && current !== undefined) {
    throw new Refused('precondition-failed', 'There is such an asset type. Read it, and send If-Match.')
  }
  if (seen !== null) checkPrecondition(seen, current?.version ?? 0)
  else if (current !== undefined) {
    throw new Refused('precondition-required', 'A change of an asset type takes If-Match with its ETag.')
  }
}

async function checkChange(
  control: Transaction,
  { stores }: ServiceContext,
  before: AssetType,
  type: AssetType,
): Promise<void> {
  if (before.promotable !== type.promotable) {
    throw new Refused(
      'invalid-body',
      'Whether a type is promoted is decided once: else production could be written around its reviewers. Make another type.',
      [{ pointer: '/promotable', message: 'may not change' }],
    )
  }
  await refuseMisfits(control, stores, before, type)
}

/**
 * Adds an asset type to the organization's registry, or a version to one of its own. The same definition again stores
 * nothing. A dry run judges everything and stores nothing.
 *
 * @throws Refused unless an owner or admin asks; for a built-in name, a definition that cannot be kept, a stale tag, and
 * a change that stored content would not fit.
 */
export async function setAssetType(context: ServiceContext, asked: SetAssetType): Promise<RegisteredType> {
  const { caller, stores } = context
  const { type, dryRun } = asked
  const { organization, person } = caller
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (control) => {
    await requireRight(control, caller, 'asset-type.write')
    refuseBuiltIn(type.name)
    await lockType(control, type.name, 'exclusive')
    const own = await readOwnTypes(control, undefined)
    const current = own.find((one) => one.type.name === type.name)
    checkSeen(current, asked)
    checkDefinition(type, new Set([...builtInTypes, ...own].map((known) => known.type.name)))
    const definition = definitionBytes(type)
    const ofDefinition = digest(digestOf(definition))
    if (current?.digest === ofDefinition) return current
    if (current !== undefined) await checkChange(control, context, current.type, type)
    const version = (current?.version ?? 0) + 1
    const result = { type, version, digest: ofDefinition, builtIn: false }
    if (dryRun) return result
    await insertRows(control, assetType, [
      { organization, name: type.name, version, definition, createdBy: person },
    ])
    await appendEntries(control, [
      {
        type: 'asset-type.set',
        subject: `asset-type/${type.name}`,
        actor: entryActor(caller),
        details: { version, before: current?.digest ?? null, after: ofDefinition },
      },
    ])
    return result
  })
}
