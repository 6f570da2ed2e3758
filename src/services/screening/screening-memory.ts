import { LRUCache } from 'lru-cache'
import type { Digest, OrganizationId } from '../../domain/identifiers.ts'
import type { ScreeningFinding } from '../../screening/finding.ts'

/**
 * What the rules found in bytes that one organization has, by their digest. Findings hold places and rules, never a
 * value. Nobody learns from it, or from how fast it answers, that another organization has the same bytes.
 */
export interface ScreeningMemory {
  /** Undefined where nothing is remembered. It says nothing about whether the bytes still stand. */
  recall(organization: OrganizationId, digest: Digest): readonly ScreeningFinding[] | undefined
  remember(organization: OrganizationId, digest: Digest, findings: readonly ScreeningFinding[]): void
}

/** How much is remembered. What was least recently asked for leaves first. */
export interface MemoryLimits {
  readonly contents: number
  /** Of all contents together. One with a long pointer counts as several. */
  readonly findings: number
}

const usualLimits: MemoryLimits = Object.freeze({ contents: 10_000, findings: 20_000 })
const charactersOfOne = 100

/** For how many findings of usual length these count; a content without any takes some room as well. */
function roomFor(findings: readonly ScreeningFinding[]): number {
  return findings.reduce((room, { pointer }) => room + 1 + Math.floor(pointer.length / charactersOfOne), 1)
}

/** The memory of one process, empty. */
export function openScreeningMemory(limits: MemoryLimits = usualLimits): ScreeningMemory {
  const cache = new LRUCache<string, readonly ScreeningFinding[]>({
    max: limits.contents,
    maxSize: limits.contents + limits.findings,
    sizeCalculation: roomFor,
  })
  return {
    recall: (organization, digest) => cache.get(`${organization}/${digest}`),
    remember(organization, digest, findings) {
      cache.set(`${organization}/${digest}`, findings)
    },
  }
}
