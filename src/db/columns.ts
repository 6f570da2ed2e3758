import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { OrganizationId } from '../domain/identifiers.ts'
import { type Digest, digest } from '../domain/identifiers.ts'

const digestType = customType<{ data: Digest; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value, 'hex'),
  fromDriver: (value) => digest(value.toString('hex')),
})

const bytesType = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

// Drizzle's own `array()` writes its elements as text, which bytes are not; the driver writes both.
const bytesArrayType = customType<{ data: readonly Uint8Array[]; driverData: readonly Uint8Array[] }>({
  dataType: () => 'bytea[]',
})

const roleNameType = customType<{ data: string; driverData: string }>({ dataType: () => 'name' })

const transactionType = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' })

/** A SHA-256: 32 bytes in the database, a lower-case hexadecimal `Digest` here. */
export function digestColumn<Name extends string>(name: Name) {
  return digestType(name)
}

/** Bytes as they are; what is read is a `Buffer`. */
export function bytesColumn<Name extends string>(name: Name) {
  return bytesType(name)
}

/** A list of byte strings, in order. */
export function bytesArrayColumn<Name extends string>(name: Name) {
  return bytesArrayType(name)
}

/** The organization that a row belongs to, by which every tenant table is kept apart. */
export function organizationColumn() {
  return uuid('organization').$type<OrganizationId>().notNull()
}

/** An instant as a `Date`, which keeps milliseconds of the microseconds that the database holds. */
export function instantColumn<Name extends string>(name: Name) {
  return timestamp(name, { withTimezone: true, mode: 'date' })
}

/** The name of a login role. */
export function roleNameColumn<Name extends string>(name: Name) {
  return roleNameType(name)
}

/** The id of a database transaction, in decimal. */
export function transactionColumn<Name extends string>(name: Name) {
  return transactionType(name)
}
