import type { Manifest } from '../plan/manifest.ts'
import { type Declared, type DeclaredKind, declaredIn } from './declared.ts'
import { endpointIn, sameEndpoint } from './endpoints.ts'
import type { PreflightItem } from './preflight.ts'
import { byAsset, type FoundPlace } from './rule.ts'

type ListedKind = Exclude<DeclaredKind, 'automation'>

const lists = Object.freeze({
  endpoint: { member: 'endpointsUsed', called: 'endpoint' },
  'event-type': { member: 'webhookEventTypes', called: 'event type' },
  permission: { member: 'requiredPermissions', called: 'permission' },
} as const satisfies Record<ListedKind, { member: keyof Manifest; called: string }>)

// A manifest may name a whole host: then every path of it counts as declared. With a scheme it means that scheme only.
function declaresEndpoint(listed: string, held: string): boolean {
  const url = URL.parse(held)
  const given = endpointIn(listed.trim())
  const named = given ?? URL.parse(`https://${listed.trim()}`)
  if (url === null || named === null) return listed === held
  if (sameEndpoint(named, url)) return true
  const wholeHost = /^\/?$/.test(named.pathname) && named.search === ''
  const sameScheme = given === null || named.protocol === url.protocol
  return wholeHost && sameScheme && named.host.toLowerCase() === url.host.toLowerCase()
}

function declares(kind: ListedKind, listed: string, held: string): boolean {
  return kind === 'endpoint' ? declaresEndpoint(listed, held) : listed === held
}

function unlisted(kind: ListedKind, listed: readonly string[], held: readonly Declared[]) {
  return held
    .filter(({ value }) => !listed.some((one) => declares(kind, one, value)))
    .map(
      ({ asset, pointer }): FoundPlace => ({
        asset,
        pointer,
        message: `The asset holds an ${lists[kind].called} here that the manifest does not list under ${lists[kind].member}.`,
      }),
    )
}

function unheld(
  kind: ListedKind,
  listed: readonly string[],
  held: readonly Declared[],
  [first]: readonly PreflightItem[],
) {
  if (first === undefined) return []
  return listed.flatMap((one, place): FoundPlace[] =>
    held.some(({ value }) => declares(kind, one, value))
      ? []
      : [
          {
            asset: first.asset,
            pointer: '',
            message: `The manifest lists an ${lists[kind].called} that no asset of the bundle holds: ${lists[kind].member}, number ${place + 1}.`,
          },
        ],
  )
}

function missingWords(manifest: Manifest, held: readonly Declared[]): readonly FoundPlace[] {
  const words = [
    { kind: 'automation', member: 'automationLogic', about: 'what the automation does' },
    { kind: 'endpoint', member: 'expectedDataFlows', about: 'which data flows to this endpoint' },
  ] as const
  return words.flatMap(({ kind, member, about }) => {
    const place = held.find((one) => one.kind === kind)
    if (place === undefined || (manifest[member] ?? '').trim() !== '') return []
    const { asset, pointer } = place
    return [{ asset, pointer, message: `The manifest does not say ${about}: ${member} is empty.` }]
  })
}

/** Every difference between what a manifest lists and what the assets hold, and the words that it lacks. */
export function manifestDifferences(
  manifest: Manifest,
  items: readonly PreflightItem[],
): readonly FoundPlace[] {
  const sorted = byAsset(items)
  const held = sorted.flatMap(declaredIn)
  const kinds = Object.keys(lists) as readonly ListedKind[]
  return [
    ...kinds.flatMap((kind) => {
      const listed = manifest[lists[kind].member] ?? []
      const ofKind = held.filter((one) => one.kind === kind)
      return [...unlisted(kind, listed, ofKind), ...unheld(kind, listed, ofKind, sorted)]
    }),
    ...missingWords(manifest, held),
  ]
}
