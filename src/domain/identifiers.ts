declare const brand: unique symbol

type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

export type OrganizationId = Branded<string, 'OrganizationId'>
export type EnvironmentId = Branded<string, 'EnvironmentId'>
export type PersonId = Branded<string, 'PersonId'>
export type ServiceAccountId = Branded<string, 'ServiceAccountId'>
export type ActorId = PersonId | ServiceAccountId
export type ApiKeyId = Branded<string, 'ApiKeyId'>
export type AssetId = Branded<string, 'AssetId'>
export type PromotionId = Branded<string, 'PromotionId'>
export type CommandId = Branded<string, 'CommandId'>
export type DecisionId = Branded<string, 'DecisionId'>
export type CommentId = Branded<string, 'CommentId'>
export type DelegationId = Branded<string, 'DelegationId'>
export type FreezeId = Branded<string, 'FreezeId'>
export type TextId = Branded<string, 'TextId'>

/** SHA-256 in lower-case hexadecimal, 64 characters. */
export type Digest = Branded<string, 'Digest'>

/** An instant as RFC 3339 in UTC, ending in `Z`. */
export type Instant = Branded<string, 'Instant'>

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const digestPattern = /^[0-9a-f]{64}$/

type UuidIdentifier =
  | OrganizationId
  | EnvironmentId
  | PersonId
  | ServiceAccountId
  | ApiKeyId
  | AssetId
  | PromotionId
  | CommandId
  | DecisionId
  | CommentId
  | DelegationId
  | FreezeId
  | TextId

/** Whether `value` is a UUID in canonical lower-case form (RFC 9562 §4). */
export function isUuid(value: string): boolean {
  return uuidPattern.test(value)
}

/**
 * Brands a UUID as the identifier the caller asks for. This is the one boundary where plain strings become identifiers.
 *
 * @throws RangeError when `value` is not a UUID in canonical lower-case form.
 */
export function identifier<Identifier extends UuidIdentifier>(value: string): Identifier {
  if (!isUuid(value)) throw new RangeError('an identifier must be a UUID in lower case')
  return value as Identifier
}

/**
 * Brands a lower-case hexadecimal SHA-256.
 *
 * @throws RangeError when `value` is not 64 lower-case hexadecimal characters.
 */
export function digest(value: string): Digest {
  if (!digestPattern.test(value))
    throw new RangeError('a digest must be 64 lower-case hexadecimal characters')
  return value as Digest
}

/** Brands an instant, normalised to RFC 3339 in UTC with milliseconds. */
export function instant(value: Date | number | string): Instant {
  return new Date(value).toISOString() as Instant
}
