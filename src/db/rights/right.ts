export type StoreKind = 'control' | 'development' | 'staging' | 'production'

export type LoginRole =
  | 'api'
  | 'worker_control'
  | 'worker_staging'
  | 'worker_development'
  | 'worker_production'
  | 'signer'
  | 'auditor'

/** Columns by name, or all of them. */
export type Columns = 'all' | readonly string[]

export interface TableRight {
  readonly select?: Columns
  readonly insert?: Columns
  readonly update?: Columns
  readonly delete?: true
}

/** All that one login may do in one store. What is not here, it may not. */
export interface StoreRights {
  readonly tables: Readonly<Record<string, TableRight>>
  /** Functions by signature, as `regprocedure` reads them. */
  readonly functions: readonly string[]
  /** Entry types it may append to this store's log. */
  readonly appends: readonly string[]
}

export type RightsByRole = Readonly<Partial<Record<LoginRole, StoreRights>>>

/** Tables that a login may read as a whole. */
export function readable(...tables: readonly string[]): Readonly<Record<string, TableRight>> {
  return Object.fromEntries(tables.map((table) => [table, { select: 'all' }]))
}

/** Joins rights on the same table, later ones added to earlier ones. */
export function tables(
  ...parts: readonly Readonly<Record<string, TableRight>>[]
): Readonly<Record<string, TableRight>> {
  const joined: Record<string, TableRight> = {}
  for (const part of parts) {
    for (const [table, right] of Object.entries(part)) joined[table] = { ...joined[table], ...right }
  }
  return Object.freeze(joined)
}

export const appendFunction = 'append(uuid[],text[],text[],bytea[])'
export const originFunction = 'log_origin()'
export const organizationFunction = 'current_organization()'
