import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../src/outbound/public-address.ts'

describe('an address is public', () => {
  test.each([
    ['of a name server', '1.1.1.1'],
    ['just below the private ones', '9.255.255.255'],
    ['just above them', '11.0.0.0'],
    ['beside the shared ones of providers', '100.128.0.0'],
    ['in IPv6', '2606:4700:4700::1111'],
    ['in IPv6, in capitals', '2A00:1450:4001:81B::200E'],
  ])('%s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('an address is not public', () => {
  test.each([
    ['unspecified', '0.0.0.0'],
    ['of this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback, at its end', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private, at its end', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by providers (CGNAT)', '100.64.0.1'],
    ['link-local, where clouds keep metadata', '169.254.169.254'],
    ["a cloud's service for its machines", '168.63.129.16'],
    ['metadata behind CGNAT', '100.100.100.200'],
    ['of protocols', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['6to4 relay', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, in full', '0:0:0:0:0:0:0:1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped, in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped of a public one', '::ffff:1.1.1.1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-compatible, in hexadecimal', '::7f00:1'],
    ['IPv4-translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a site', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['public, but with a zone', '2606:4700:4700::1111%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ["a cloud's metadata", 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['newer documentation', '3fff::1'],
    ['discarded', '100::1'],
    ['segment routing', '5f00::1'],
    ['never given out', '4000::1'],
    ['in one number', '2130706433'],
    ['in hexadecimal', '0x7f000001'],
    ['in octal', '0177.0.0.1'],
    ['short', '127.1'],
    ['a name', 'localhost'],
    ['nothing', ''],
  ])('that is %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})
