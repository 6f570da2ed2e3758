import { lookup } from 'node:dns/promises'
import { createOutbound } from '../../outbound/create-outbound.ts'
import { type NamedHost, refusalOfAddress } from '../../outbound/find-target.ts'
import type { Outside, RefusalOfAddress } from '../../services/ports.ts'

// What is read of an answer to a check, which says little.
const mostBytes = 65_536

async function resolve(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true })
  return found.map(({ address }) => address)
}

/** The way by which requests leave for hosts outside. */
export function openOutside(named: readonly NamedHost[]): Outside {
  return createOutbound({ resolve, named, mostBytes })
}

/** What such a way would never lead to, told without going it. */
export function refusalBeforehand(named: readonly NamedHost[]): RefusalOfAddress {
  return (address) => refusalOfAddress(address, { named })?.detail ?? null
}
