import type { ServiceContext } from '../context.ts'
import { asAuditor } from './as-auditor.ts'
import { type LogSize, readLogSizes } from './read-log-sizes.ts'

/**
 * The organization's logs, and how far each has come into control's index.
 *
 * @throws Refused to everybody but auditors and owners.
 */
export function listLogs({ caller, stores }: ServiceContext): Promise<readonly LogSize[]> {
  return asAuditor(stores, caller, readLogSizes)
}
