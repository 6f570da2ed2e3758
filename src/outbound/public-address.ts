import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

// All that was ever given out for the public; what carries an IPv4 address inside lies elsewhere or in a range of its own.
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

// Public by its range, but what answers there is the cloud's own service for the machine that asks.
const cloudServices: readonly string[] = ['168.63.129.16']

/**
 * Whether an address, as a resolver gives it or a URL holds it, is one that anybody on the internet has: no loopback,
 * private, link-local, documentation, multicast or reserved one, and none that hides an IPv4 address in IPv6.
 */
export function isPublicAddress(text: string): boolean {
  // A zone names an interface of this machine.
  if (isIP(text) === 0 || text.includes('%')) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv6
    ? address.match(globalUnicast)
    : !cloudServices.includes(address.toString())
}
