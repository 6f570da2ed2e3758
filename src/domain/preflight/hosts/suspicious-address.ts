import { suspicions } from './suspicions.ts'

/** Addresses that begin with the same bits, by the special-purpose registries of IANA. */
interface Block {
  readonly start: readonly number[]
  readonly bits: number
  readonly suspicion: string
}

const { here, privately, reserved } = suspicions

const blocksOfV4: readonly Block[] = Object.freeze([
  { start: [0], bits: 8, suspicion: here },
  { start: [127], bits: 8, suspicion: here },
  { start: [10], bits: 8, suspicion: privately },
  { start: [100, 64], bits: 10, suspicion: privately },
  { start: [169, 254], bits: 16, suspicion: privately },
  { start: [172, 16], bits: 12, suspicion: privately },
  { start: [192, 168], bits: 16, suspicion: privately },
  { start: [192, 0, 2], bits: 24, suspicion: reserved },
  { start: [198, 18], bits: 15, suspicion: reserved },
  { start: [198, 51, 100], bits: 24, suspicion: reserved },
  { start: [203, 0, 113], bits: 24, suspicion: reserved },
  { start: [240], bits: 4, suspicion: reserved },
])

const blocksOfV6: readonly Block[] = Object.freeze([
  { start: [0xfc], bits: 7, suspicion: privately },
  { start: [0xfe, 0x80], bits: 10, suspicion: privately },
  { start: [0xfe, 0xc0], bits: 10, suspicion: privately },
  { start: [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], bits: 48, suspicion: privately },
  { start: [0x20, 0x01, 0x0d, 0xb8], bits: 32, suspicion: reserved },
  { start: [0x3f, 0xff], bits: 20, suspicion: reserved },
])

/** How an address of version 4 travels inside one of version 6: after these bytes. So do `::` and `::1`, as 0.0.0.0/8. */
const carriers: readonly (readonly number[])[] = Object.freeze([
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
  [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0],
  [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
  [0x20, 0x02],
])

function liesIn({ start, bits }: Block, address: readonly number[]): boolean {
  return Array.from({ length: Math.ceil(bits / 8) }, (_, place) => place).every((place) => {
    const shift = 8 - Math.min(8, bits - place * 8)
    return (address[place] ?? 0) >> shift === (start[place] ?? 0) >> shift
  })
}

function suspicionOfV4(address: readonly number[]): string | null {
  return blocksOfV4.find((block) => liesIn(block, address))?.suspicion ?? null
}

function bytesOfV6(address: string): readonly number[] {
  const [head = [], tail = []] = address
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))))
  const groups = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
  return groups.flatMap((group) => [group >> 8, group & 255])
}

function suspicionOfV6(address: readonly number[]): string | null {
  const carrier = carriers.find((bytes) => bytes.every((byte, place) => address[place] === byte))
  const carried = carrier && suspicionOfV4(address.slice(carrier.length, carrier.length + 4))
  return carried ?? blocksOfV6.find((block) => liesIn(block, address))?.suspicion ?? null
}

/**
 * What makes an address look like none of production, as words after "This endpoint …"; null where nothing does, or
 * where the host is a name. The host is written as the URL standard serializes it.
 */
export function suspicionOfAddress(host: string): string | null {
  if (host.startsWith('[')) return suspicionOfV6(bytesOfV6(host.slice(1, -1)))
  return /^\d+(?:\.\d+){3}$/.test(host) ? suspicionOfV4(host.split('.').map(Number)) : null
}
