import { ConfigurationRefused } from '../../config.ts'
import { OriginChanged, StoreForgotten } from '../../db/migrate.ts'
import { RightsExceeded } from '../../db/rights/self-check.ts'
import { EmbeddedServerError } from '../../embedded/embedded-server-error.ts'
import { Refused } from '../../services/refused.ts'

/** Why a process cannot start or go on, in words for whoever runs it. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

const forPeople = [
  StartRefused,
  ConfigurationRefused,
  OriginChanged,
  StoreForgotten,
  RightsExceeded,
  EmbeddedServerError,
  Refused,
]

const away = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '57P03',
])
const notLetIn = new Set(['28P01', '28000', '3D000'])
const notMigrated = new Set(['42P01', '42883', '42501'])

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a database's refusal means for whoever runs the process; undefined when it is none that can be told. */
export function explainDatabase(error: unknown, whose: string): string | undefined {
  const code = codeOf(error)
  const timeout = error instanceof Error && /timeout/.test(error.message) && code === ''
  if (away.has(code) || timeout) {
    return `${whose} does not answer${code === '' ? '' : ` (${code})`}. Start it, or correct its address.`
  }
  if (notLetIn.has(code)) {
    return `${whose} does not let the configured login in (${code}). Correct the address and its password, or run "countersign prepare" for its cluster.`
  }
  if (notMigrated.has(code)) {
    return `${whose} lacks a table, a function or a right that this release needs (${code}). Run "countersign migrate".`
  }
  return undefined
}

/** One or two sentences about a failure at start: nothing that a database or a library said, which may hold anything. */
export function explainFailure(error: unknown): string {
  if (error instanceof Error && forPeople.some((kind) => error instanceof kind)) return error.message
  const ofDatabase = explainDatabase(error, 'A database')
  if (ofDatabase !== undefined) return ofDatabase
  if (error instanceof Error && error.name === 'TransportError') {
    return 'Temporal does not answer. Start it, or correct TEMPORAL_ADDRESS.'
  }
  const kind = error instanceof Error ? error.name : typeof error
  const code = codeOf(error)
  return `Something unforeseen went wrong (${kind}${code === '' ? '' : ` ${code}`}). LOG_LEVEL=debug shows where.`
}
