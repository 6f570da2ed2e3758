import { compareText } from '../../domain/plan/compare-text.ts'
import type { ServiceContext } from '../context.ts'
import type { PageAsked } from '../page-asked.ts'
import { asAuditor } from './as-auditor.ts'
import { type LogSize, readLogSizes } from './read-log-sizes.ts'

/**
 * The organization's logs by their origin, and how far each has come into control's index.
 *
 * @throws Refused to everybody but auditors and owners.
 */
export async function listLogs(
  { caller, stores }: ServiceContext,
  { after, limit }: PageAsked<string>,
): Promise<readonly LogSize[]> {
  const logs = await asAuditor(stores, caller, readLogSizes)
  return logs
    .filter(({ origin }) => after === undefined || origin > after)
    .toSorted((one, other) => compareText(one.origin, other.origin))
    .slice(0, limit)
}
