import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrict } from '../../src/trust/strict-parse.ts'
import { bytesOf, refusalOf } from './json-documents.ts'

describe('a number', () => {
  test.each([
    ['1.0', 1],
    ['1e2', 100],
    ['0.10', 0.1],
    ['100', 100],
    ['1E+2', 100],
    ['10e-1', 1],
    ['-0', 0],
    ['-0.0e9', 0],
    ['0e99999999999999999999', 0],
    ['9007199254740993.0e0', undefined],
    ['9007199254740992', 9007199254740992],
    ['295147905179352830000', 295147905179352830000],
    ['1000000000000000000000', 1e21],
    ['5e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['12345678901234567890', undefined],
    ['1e400', undefined],
    ['-1e400', undefined],
    ['1e-400', undefined],
    ['4.9e-324', undefined],
    ['0.1234567890123456789', undefined],
    ['333333333.33333329', undefined],
    ['295147905179352825856', undefined],
    ['1e99999999999999999999', undefined],
  ])('%s is read exactly or not at all', (text, value) => {
    if (value === undefined) {
      expect(refusalOf(`{"n":[${text}]}`)).toMatchObject({ code: 'lossy-number', pointer: '/n/0' })
    } else {
      expect(parseStrict(bytesOf(text))).toBe(value)
    }
  })

  test('passes exactly when its decimal value is that of its canonical form', () => {
    // An independent judge: both decimals as integers over the same power of ten.
    const scaled = (text: string): bigint => {
      const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
      const [whole = '', fraction = ''] = mantissa.split('.')
      return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length + 500)
    }
    const digits = (maximum: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: maximum })
    const number = fc
      .tuple(fc.boolean(), fc.nat(1_000_000), digits(20), digits(20), fc.integer({ min: -60, max: 60 }))
      .map(([negative, head, whole, fraction, exponent]) => {
        const integer = `${head}${head === 0 ? '' : whole}`
        return `${negative ? '-' : ''}${integer}${fraction === '' ? '' : `.${fraction}`}e${exponent}`
      })
    let accepted = 0
    fc.assert(
      fc.property(number, (text) => {
        if (scaled(text) === scaled(String(Number(text)))) {
          accepted += 1
          expect(parseStrict(bytesOf(text))).toBe(Number(text) === 0 ? 0 : Number(text))
        } else {
          expect(refusalOf(text).code).toBe('lossy-number')
        }
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })

  test('of a million digits is judged in time that grows with its length alone', () => {
    const started = performance.now()
    expect(refusalOf(`1${'0'.repeat(900_000)}1`).code).toBe('lossy-number')
    expect(parseStrict(bytesOf(`1.${'0'.repeat(900_000)}`))).toBe(1)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('is unchanged for every double, in its shortest form', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseStrict(bytesOf(String(value)))).toBe(value === 0 ? 0 : value)
      }),
    )
  })
})
