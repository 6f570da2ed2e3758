/** A scalar read from a JSON text and the offset just behind it, or the reason it was refused. */
type Scanned<T, Code extends string> =
  | { readonly value: T; readonly end: number }
  | { readonly refused: Code }

type StringRefusal = 'malformed' | 'lone-surrogate' | 'null-character'
type NumberRefusal = 'malformed' | 'lossy-number'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NUMBER = /^-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/

/**
 * Reads the JSON string (RFC 8259 §7) whose opening quote stands at `start`, decoding its escapes.
 * Refuses lone surrogates and U+0000, raw or escaped. Never throws; `end` is an offset in UTF-16 units.
 */
export function scanString(text: string, start: number): Scanned<string, StringRefusal> {
  let end = start + 1
  let escaped = false
  for (let unit = text.charCodeAt(end); unit !== QUOTE; unit = text.charCodeAt(end)) {
    if (Number.isNaN(unit)) return { refused: 'malformed' }
    if (unit < 0x20) return { refused: unit === 0 ? 'null-character' : 'malformed' }
    if (unit === BACKSLASH) escaped = true
    end += unit === BACKSLASH ? 2 : 1
  }
  end += 1
  const value = escaped ? decodeEscapes(text.slice(start, end)) : text.slice(start + 1, end - 1)
  if (value === undefined) return { refused: 'malformed' }
  if (!value.isWellFormed()) return { refused: 'lone-surrogate' }
  if (value.includes('\0')) return { refused: 'null-character' }
  return { value, end }
}

function decodeEscapes(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal))
  } catch {
    return undefined
  }
}

/**
 * Reads the JSON number (RFC 8259 §6) at `start`. Refuses it as lossy when its exact decimal value is not that of
 * its RFC 8785 §3.2.2.3 form, so that no two different numbers share canonical bytes; `-0` is read as 0.
 * Never throws; `end` is an offset in UTF-16 units.
 */
export function scanNumber(text: string, start: number): Scanned<number, NumberRefusal> {
  let end = start
  while (isNumberUnit(text.charCodeAt(end))) end += 1
  const source = text.slice(start, end)
  const value = Number(source)
  if (String(value) === source) return { value, end }
  const written = decimalOf(source)
  if (written === undefined) return { refused: 'malformed' }
  if (!sameDecimal(written, decimalOf(String(value)))) return { refused: 'lossy-number' }
  return { value: value === 0 ? 0 : value, end }
}

function isNumberUnit(unit: number): boolean {
  // 0–9, then + - . E e
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2b ||
    unit === 0x2d ||
    unit === 0x2e ||
    unit === 0x45 ||
    unit === 0x65
  )
}

/** The magnitude `digits` × 10^`exponent`, digits without zeros at either end; zero is no digits at all. */
interface Decimal {
  readonly digits: string
  readonly exponent: number
}

function decimalOf(source: string): Decimal | undefined {
  const match = NUMBER.exec(source)
  if (match === null) return undefined
  const fraction = match[2] ?? ''
  const all = (match[1] ?? '') + fraction
  // Loops, because a pattern for trailing zeros takes quadratic time on long runs of zeros.
  let first = 0
  while (all.charCodeAt(first) === 0x30) first += 1
  let last = all.length
  while (last > first && all.charCodeAt(last - 1) === 0x30) last -= 1
  if (first === last) return { digits: '', exponent: 0 }
  const exponent = Number(match[3] ?? '0') - fraction.length + (all.length - last)
  return { digits: all.slice(first, last), exponent }
}

function sameDecimal(left: Decimal, right: Decimal | undefined): boolean {
  return right !== undefined && left.digits === right.digits && left.exponent === right.exponent
}
