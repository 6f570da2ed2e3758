import { heardLater, onlyReads, type Transaction, withOrganization } from '../../db/transaction.ts'
import { disclaimedSecrets } from '../../domain/asset/secrets.ts'
import { type AssetId, instant } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { appendLast, type EntryDraft } from '../audit/append-entries.ts'
import { refusalOfVersion } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { rememberAccepted } from '../screening/remember-accepted.ts'
import { dropSecrets } from '../secrets/drop-secrets.ts'
import { type Noted, onceNoted, prepareSecrets } from '../secrets/prepare-secrets.ts'
import { type GivenSecrets, storeSecrets } from '../secrets/store-secrets.ts'
import { checkReferences } from './references/check-references.ts'
import { type AcceptedContent, screenAhead } from './rules/accept-content.ts'
import {
  type CurrentAsset,
  checkNextVersion,
  currentContent,
  findCurrent,
} from './rules/check-next-version.ts'
import {
  type OpenEnvironment,
  type OpeningEnvironment,
  openingEnvironment,
} from './rules/open-environment.ts'
import { refuseTaken } from './rules/refuse-taken.ts'
import { settleInProduction } from './settle-in-production.ts'
import { sendVersion } from './store-version.ts'
import { readAsset, stateAfter } from './view/asset-state.ts'
import { judgeLinks, readLinks } from './view/associations.ts'
import type { WrittenAsset } from './written-asset.ts'

/** What became of a next version; `written` is false where the newest one holds the same content already. */
export type WrittenVersion = WrittenAsset & { readonly written: boolean }

type RequestedVersion = RequestedCommand & { readonly written: boolean }

export interface NextVersion {
  readonly asset: AssetId
  readonly content: JsonValue
  /** Entity tags of what the caller saw. */
  readonly seen: readonly string[]
}

const pointerInBody = (pointer: string) => `/content${pointer}`

/** A flag that turns false takes its value away: else the value would be back with the flag. */
async function dropDisclaimed(
  transaction: Transaction,
  current: CurrentAsset,
  given: Omit<GivenSecrets, 'secrets'>,
  { type, content, digest }: AcceptedContent,
): Promise<readonly EntryDraft[]> {
  const disclaimed = digest === current.digest ? [] : disclaimedSecrets(type, content)
  if (disclaimed.length === 0) return []
  const before = new Set(disclaimedSecrets(type, await currentContent(transaction, current)))
  return dropSecrets(
    transaction,
    given,
    disclaimed.filter((pointer) => !before.has(pointer)),
  )
}

async function writeHere(
  context: ServiceContext,
  opening: OpeningEnvironment,
  asked: NextVersion,
  isNoted: boolean,
): Promise<WrittenVersion | Noted> {
  const { organization, person } = context.caller
  const done = await withOrganization(opening.store, organization, async (transaction) => {
    const reading = heardLater(
      Promise.all([
        findCurrent(transaction, opening, asked.asset, 'lock'),
        readLinks(opening.control, [asked.asset]),
      ]),
    )
    // While the stores answer.
    const ahead = screenAhead(asked.content)
    const opened = await opening.opened
    const [current, links] = await reading
    const accepted = await checkNextVersion(opened, transaction, current, { ...asked, ahead })
    rememberAccepted(context, accepted)
    if (accepted.secrets.length === 0 || isNoted) onlyReads(opened.control)
    const { id: asset, environment, type, name } = current
    const incoming = { ...opened, asset, values: accepted.secrets, pointerInBody }
    const prepared = await prepareSecrets(context, incoming, isNoted)
    if (prepared.kind === 'noted') return prepared
    const written = accepted.digest !== current.digest
    const version = current.version + (written ? 1 : 0)
    const next = { asset, environment, type, name, version, accepted }
    const sent = written ? await sendVersion(context.caller, transaction, next) : null
    const { secrets } = prepared
    const given = { asset, environment, type, person, actor: entryActor(context.caller), secrets }
    const dropped = await dropDisclaimed(transaction, current, given, accepted)
    const supplied = await storeSecrets(transaction, given)
    const after = { ...current, version, digest: accepted.digest, ...(written && { updatedBy: person }) }
    const association = judgeLinks(links, [after]).get(asset)
    const state = await stateAfter(transaction, after, accepted, association)
    const entries = [...(sent === null ? [] : [sent.entry]), ...dropped, ...supplied]
    if (entries.length > 0) appendLast(transaction, entries)
    const storedAt = sent?.storedAt
    return { kind: 'stored' as const, state: { ...state, warnings: accepted.warnings }, storedAt, written }
  }).catch((error) => {
    throw refusalOfVersion(error)
  })
  if (done.kind === 'noted') return done
  const { state, storedAt, written } = done
  const updatedAt = storedAt === undefined ? state.updatedAt : instant(await storedAt)
  return { kind: 'written', asset: { ...state, updatedAt }, replayed: false, written }
}

async function requestInProduction(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NextVersion,
): Promise<WrittenVersion | RequestedVersion | Noted> {
  const { current, accepted } = await withOrganization(
    opened.store,
    context.caller.organization,
    async (transaction) => {
      const found = await findCurrent(transaction, opened, asked.asset, 'read')
      const next = await checkNextVersion(opened, transaction, found, asked)
      const { asset } = asked
      const { environment } = opened
      const { references } = next
      await refuseTaken(transaction, { asset, environment, accepted: next }, 'read')
      await checkReferences(transaction, { asset, environment, version: found.version + 1, references })
      return { current: found, accepted: next }
    },
  )
  const { bytes, digest, secrets: values } = accepted
  const { id: asset, environment, type, name, version: expectedVersion } = current
  const prepared = await prepareSecrets(context, { ...opened, asset, values, pointerInBody }, true)
  if (prepared.kind === 'noted') return prepared
  const { secrets } = prepared
  const act = { environment, asset, type, name, expectedVersion, secrets }
  if (digest !== current.digest) {
    const writing = { ...act, kind: 'write-version', bytes } as const
    return { ...(await requestProductionCommand(context, opened.control, writing)), written: true }
  }
  if (secrets.length > 0) {
    const supplying = { ...act, kind: 'supply-secret' } as const
    return { ...(await requestProductionCommand(context, opened.control, supplying)), written: false }
  }
  const state = { ...(await readAsset(opened, asset)), warnings: accepted.warnings }
  return { kind: 'written', asset: state, replayed: false, written: false }
}

/**
 * Writes the next version of an asset that the caller saw in its present state. Content that is the same already is no
 * new version, and is told from one; secrets that come with it are stored all the same. In production it is a command
 * that production's worker carries out.
 *
 * @throws Refused for an asset the caller does not see, a missing right, a stale tag, content that its type does not
 * allow after the present version, or a secret that production may not have.
 */
export async function writeVersion(context: ServiceContext, asked: NextVersion): Promise<WrittenVersion> {
  const done = await onceNoted((isNoted) =>
    openingEnvironment<WrittenVersion | RequestedVersion | Noted>(context, null, async (opening) =>
      opening.kind === 'production'
        ? requestInProduction(context, await opening.opened, asked)
        : writeHere(context, opening, asked, isNoted),
    ),
  )
  if (done.kind !== 'requested') return done
  return { ...(await settleInProduction(context, done)), written: done.written }
}
