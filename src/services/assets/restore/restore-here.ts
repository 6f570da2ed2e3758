import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { problemOfRepeating } from '../../../domain/asset/restore.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { claimKey } from '../../idempotency/claim-key.ts'
import { knownType } from '../rules/accept-content.ts'
import { authoriseWrite } from '../rules/authorise-write.ts'
import {
  type CurrentAsset,
  checkNextVersion,
  currentBytes,
  findCurrent,
} from '../rules/check-next-version.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { storeVersion } from '../store-version.ts'
import { readAsset } from '../view/asset-state.ts'
import { namedVersion, readStoredVersions } from './read-stored-versions.ts'
import { type AskedRestore, type Restoration, type RestoredAsset, refusalOf } from './restoration.ts'
import { shownChanges } from './shown-changes.ts'

/** The older version's content as it would be stored next, by today's rules. */
async function acceptOlder(
  opened: OpenEnvironment,
  transaction: Transaction,
  current: CurrentAsset,
  { asset, version, seen }: AskedRestore,
) {
  authoriseWrite(opened, await knownType(opened.control, current.type))
  const older = (await readStoredVersions(transaction, asset, [version])).get(version)
  const problem = problemOfRepeating(current, older)
  if (problem !== null) throw refusalOf(problem)
  if (!older?.bytes) throw refusalOf('erased')
  return checkNextVersion(opened, transaction, current, {
    seen: seen ?? ['*'],
    content: parseStrict(older.bytes),
  })
}

async function preview(
  context: ServiceContext,
  opened: OpenEnvironment,
  transaction: Transaction,
  asked: AskedRestore,
): Promise<Restoration> {
  const current = await findCurrent(transaction, opened, asked.asset, 'read')
  const { type, bytes, digest } = await acceptOlder(opened, transaction, current, asked)
  return {
    dryRun: true,
    restoredFrom: asked.version,
    before: namedVersion(current),
    after: { version: current.version + 1, digest },
    diff: await shownChanges(context, type, await currentBytes(transaction, current), bytes),
  }
}

async function writeAgain(
  caller: Caller,
  opened: OpenEnvironment,
  transaction: Transaction,
  asked: AskedRestore,
): Promise<{ readonly restoration: Restoration; readonly replayed: boolean }> {
  const { asset, version: restoredFrom, idempotency } = asked
  const current = await findCurrent(transaction, opened, asset, 'lock')
  const next = { resource: asset, version: current.version + 1 }
  const { actor } = caller
  const claimed = await claimKey(transaction, { ...idempotency, actor, operation: 'restoreAsset', ...next })
  if (claimed.kind === 'replay') {
    const { version } = claimed
    const written = await readStoredVersions(transaction, asset, [version - 1, version])
    const before = namedVersion(written.get(version - 1))
    const restoration = { dryRun: false, restoredFrom, before, after: namedVersion(written.get(version)) }
    return { restoration, replayed: true }
  }
  const accepted = await acceptOlder(opened, transaction, current, asked)
  const { id, environment, type, name } = current
  const { version } = next
  const written = { asset: id, environment, type, name, version, accepted, details: { restoredFrom } }
  await appendEntries(transaction, [await storeVersion(caller, transaction, written)])
  const after = { version, digest: accepted.digest }
  return {
    restoration: { dryRun: false, restoredFrom, before: namedVersion(current), after },
    replayed: false,
  }
}

/**
 * In development and staging: the older version's content becomes the next version, written by the caller.
 *
 * @throws Refused for a version that cannot come back, a missing right, a stale tag, or content that its type does not
 * allow any more.
 */
export async function restoreHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: AskedRestore,
): Promise<RestoredAsset> {
  const { caller } = context
  const { restoration, replayed } = await withOrganization(
    opened.store,
    caller.organization,
    async (transaction) =>
      asked.dryRun
        ? { restoration: await preview(context, opened, transaction, asked), replayed: false }
        : writeAgain(caller, opened, transaction, asked),
  )
  return { kind: 'restored', asset: await readAsset(opened, asked.asset), restoration, replayed }
}
