import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { formatPointer, parsePointer, readPointer } from '../../domain/asset/json/pointer.ts'
import { presenceFlag, secretPlace } from '../../domain/asset/secrets.ts'
import type { AssetId, CommandId } from '../../domain/identifiers.ts'
import { knownType } from '../assets/rules/accept-content.ts'
import { type CurrentAsset, currentContent, findCurrent } from '../assets/rules/check-next-version.ts'
import { type OpenEnvironment, openEnvironment } from '../assets/rules/open-environment.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireAct } from '../people/require-right.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { settleProductionCommand } from '../production-commands/settle-production-command.ts'
import { Refused } from '../refused.ts'
import { type Noted, onceNoted, prepareSecrets } from './prepare-secrets.ts'
import { problemOfSecret } from './secret-value.ts'
import { storeSecrets } from './store-secrets.ts'

export interface AskedSecret {
  readonly asset: AssetId
  /** The name of a secret field, or its whole JSON Pointer. */
  readonly field: string
  readonly value: string
}

/** What may be told of a secret: that it is there. */
export type SuppliedSecret =
  | { readonly kind: 'supplied'; readonly flag: string }
  | { readonly kind: 'pending'; readonly command: CommandId }

interface Place {
  readonly pointer: string
  readonly flag: string
}

async function placeOf(
  { control }: OpenEnvironment,
  transaction: Transaction,
  current: CurrentAsset,
  field: string,
): Promise<Place> {
  const pointer = secretPlace(await knownType(control, current.type), field)
  const tokens = pointer === undefined ? [] : parsePointer(pointer)
  const parent = formatPointer(tokens.slice(0, -1))
  const content = parent === '' ? null : await currentContent(transaction, current)
  const holder = content === null || readPointer(content, parent) !== undefined
  if (pointer === undefined || !holder) {
    throw new Refused(
      'not-found',
      'The asset has no such secret field. GET /v1/asset-types/{type} lists the secret places of its type; one below the ' +
        'first level is named by its whole JSON Pointer.',
    )
  }
  return { pointer, flag: presenceFlag(tokens.at(-1) ?? '') }
}

function checkWriting({ standing }: OpenEnvironment, { deleted }: CurrentAsset): void {
  requireAct('secret.supply', standing, { through: 'environment' })
  if (deleted) throw new Refused('illegal-state', 'The asset is deleted. Create another one instead.')
}

async function supply(
  context: ServiceContext,
  opened: OpenEnvironment,
  transaction: Transaction,
  { asset, field, value }: AskedSecret,
  isNoted: boolean,
): Promise<SuppliedSecret | (RequestedCommand & { readonly flag: string }) | Noted> {
  const inProduction = opened.kind === 'production'
  const current = await findCurrent(transaction, opened, asset, inProduction ? 'read' : 'lock')
  checkWriting(opened, current)
  const { pointer, flag } = await placeOf(opened, transaction, current, field)
  const incoming = { ...opened, asset, values: [{ pointer, value }], pointerInBody: () => '/value' }
  const prepared = await prepareSecrets(context, incoming, isNoted)
  if (prepared.kind === 'noted') return prepared
  const { secrets } = prepared
  const { environment, type, name, version: expectedVersion } = current
  if (inProduction) {
    const act = { kind: 'supply-secret', environment, asset, type, name, expectedVersion, secrets } as const
    return { ...(await requestProductionCommand(context, opened.control, act)), flag }
  }
  const { person } = context.caller
  const given = { asset, environment, type, person, actor: entryActor(context.caller), secrets }
  await appendEntries(transaction, await storeSecrets(transaction, given))
  return { kind: 'supplied', flag }
}

/**
 * Gives an asset of the environment of the caller's key the value of a secret field, in the place of whatever was there;
 * content and versions stay as they are. In production it is a command that production's worker carries out, for
 * promoted assets too, which arrive without their secrets.
 *
 * @throws Refused for an asset or a field that is not there, a missing right, a value that is none, `credential-reused`
 * in production, and `unavailable` while the environment has no key.
 */
export async function supplySecret(context: ServiceContext, asked: AskedSecret): Promise<SuppliedSecret> {
  const problem = problemOfSecret(asked.value)
  if (problem !== null) {
    throw new Refused('invalid-body', 'A secret is a string of 1 byte to 64 KiB.', [
      { pointer: '/value', message: problem },
    ])
  }
  const done = await onceNoted((isNoted) =>
    openEnvironment(context, null, (opened) =>
      withOrganization(opened.store, context.caller.organization, (transaction) =>
        supply(context, opened, transaction, asked, isNoted),
      ),
    ),
  )
  if (done.kind !== 'requested') return done
  const settled = await settleProductionCommand(context, done)
  return settled.kind === 'pending' ? settled : { kind: 'supplied', flag: done.flag }
}
