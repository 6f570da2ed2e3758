import { LRUCache } from 'lru-cache'
import type { AssetType } from '../../domain/asset/asset-type.ts'
import { isBuiltIn } from '../../domain/asset/registry.ts'
import type { Digest, OrganizationId } from '../../domain/identifiers.ts'

/** Bytes of one organization, by their digest, as content of a type. */
export interface TypedBytes {
  readonly organization: OrganizationId
  readonly type: AssetType
  readonly digest: Digest
}

/**
 * Which bytes of an organization have nothing wrong by the schema and the checks of their type. Of built-in types alone:
 * those never change while this process runs.
 */
export interface FittingMemory {
  /** Whether they are remembered to fit. It says nothing about whether the bytes still stand. */
  fits(bytes: TypedBytes): boolean
  remember(bytes: TypedBytes): void
}

const mostContents = 10_000

function nameOf({ organization, type: { name }, digest }: TypedBytes): string {
  return `${organization}/${name}/${digest}`
}

/** The memory of one process, empty. What was least recently asked for leaves first. */
export function openFittingMemory(): FittingMemory {
  const cache = new LRUCache<string, true>({ max: mostContents })
  return {
    fits: (bytes) => isBuiltIn(bytes.type) && cache.get(nameOf(bytes)) === true,
    remember(bytes) {
      if (isBuiltIn(bytes.type)) cache.set(nameOf(bytes), true)
    },
  }
}
