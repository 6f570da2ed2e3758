import { unreachable } from '../stream.ts'
import type { AssetType, StructuralCheck } from './asset-type.ts'
import { builtInAssetTypes } from './registry.ts'

const introduction = `# Asset types

What content an asset may have, and what a promotion does with it, is data: a JSON Schema (2020-12) and rules whose places
are JSON Pointers, in which \`*\` stands for every element or member. These types ship. \`GET /v1/asset-types/{type}\` gives
each with its whole schema; owners and admins add types of the organization's own with \`PUT /v1/asset-types/{type}\`, in the
same form. Their patterns are linear-time regular expressions (RE2), no schema refers to another document, and a change that
stored content would not fit is refused with the list of it.

This page is printed from the registry, by \`npm run types:document\`.
`

const quoted = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(', ')

function checkPhrase(rule: StructuralCheck): string {
  switch (rule.check) {
    case 'agree':
      return `all of \`${rule.each}\` have the same ${quoted(rule.members)}`
    case 'distinct':
      return `no two of \`${rule.each}\` have the same ${quoted(rule.members)}`
    case 'equal':
      return `${quoted(rule.pointers)} hold the same value`
    case 'contained':
      return `each \`${rule.each}\` is one of \`${rule.in}\``
    case 'exclusive':
      return `${rule.each === '' ? 'the content' : `each of \`${rule.each}\``} has ${rule.required ? 'exactly' : 'at most'} one of ${quoted(rule.members)}`
    default:
      return unreachable(rule)
  }
}

function lines(type: AssetType): readonly string[] {
  const { references, bindings, secrets, immutable, local = [], cardinality, unique = [] } = type
  const { checks = [], landsAs = [], partnerOwned = [], keywordOrder = [] } = type
  const places = (what: string, pointers: readonly string[]) =>
    pointers.length === 0 ? [] : [`${what}: ${quoted(pointers)}`]
  return [
    type.promotable ? 'promotable' : `local: ${type.notPromotableBecause ?? 'each environment has its own.'}`,
    `written by ${type.writableBy.join(' or ')}`,
    ...references.map(
      ({ pointer, types, required }) =>
        `\`${pointer}\` names ${types.join(' or ')}${required ? ', and a promotion resolves it' : ''}`,
    ),
    ...places('production supplies', bindings),
    ...places('secret, never in content', secrets),
    ...places('keep their first value', immutable),
    ...places('mean something in their own environment only', local),
    ...landsAs.map(({ pointer, value }) => `lands with \`${pointer}\` as \`${JSON.stringify(value)}\``),
    ...(cardinality === undefined
      ? []
      : [`at most ${cardinality.maximum} in one environment with the same \`${cardinality.pointer}\``]),
    ...unique.map(
      ({ each, members }) => `in one environment no two with the same ${quoted(members)} at \`${each}\``,
    ),
    ...checks.map(checkPhrase),
    ...partnerOwned.map(({ pointer, flag }) => `a partner owns what has \`${flag}\` at \`${pointer}\``),
    ...(keywordOrder.length === 0
      ? []
      : [`sibling keywords run in this order: ${keywordOrder.map((step) => step.join(' or ')).join('; ')}`]),
  ]
}

function section(type: AssetType): string {
  return `\n## ${type.name}\n\n${lines(type)
    .map((line) => `- ${line}`)
    .join('\n')}\n`
}

/** The asset types that ship, as a page of the documentation, in Markdown. */
export function assetTypesDocument(): string {
  return introduction + builtInAssetTypes.map(section).join('')
}
