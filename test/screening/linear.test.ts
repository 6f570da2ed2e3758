import { expect, test } from 'vitest'
import type { JsonValue } from '../../src/domain/json.ts'
import { screenContent } from '../../src/screening/screen.ts'
import { boundedPattern } from '../../src/screening/text/pattern.ts'
import { walk } from '../../src/screening/walk.ts'

const mebibyte = 1_048_576

async function timeOf(content: JsonValue): Promise<number> {
  const start = performance.now()
  await screenContent(content)
  return performance.now() - start
}

/** The best times of several, measured in turn: other work on the machine only ever adds. */
async function bestTimesOf(contents: readonly JsonValue[]): Promise<readonly number[]> {
  const rounds: (readonly number[])[] = []
  for (let round = 0; round < 4; round += 1) {
    const times: number[] = []
    for (const content of contents) times.push(await timeOf(content))
    rounds.push(times)
  }
  return contents.map((_, place) => Math.min(...rounds.map((times) => times[place] ?? 0)))
}

test.each(['a*', 'a+', '(a{1,9}){2}', '(?:a{1,3}b){1,9}', 'a{3,}', '(a)\\1', '^(\\w+\\s?)*$'])(
  'the pattern %s could take longer than linear time, and is refused',
  (source) => expect(() => boundedPattern(source)).toThrow(RangeError),
)

test.each(['[a*+]{1,9}b', 'a\\x2b{2}', '(?:ab|cd){1,9}', '^a{1,9}(?:b{1,9}c)?$'])(
  'the pattern %s is bounded',
  (source) => expect(boundedPattern(source)).toBeInstanceOf(RegExp),
)

// Each repeats what some rule looks for, so that it begins everywhere and ends nowhere.
const hostile = [
  'password = ',
  'pwd=a;',
  '://a:a',
  '://:',
  '<a b',
  '<a>bbbb',
  'Bearer ',
  'basic aaaaaaaaaaaa',
  'eyJhbGciOi.',
  '-----BEGIN EC PRIVATE KEY-----',
  '-----BEGIN A PRIVATE KEY-----aB1+aB1+aB1+aB1+aB1+',
  '-----END A PRIVATE KEY',
  'MII',
  'PID|1',
  'MSH|^~\\&|',
  'NM1*IL*1*',
  '123-45-',
  'DOB 12 ',
  'MRN ',
  '1EG4-TE5-',
  '%41',
  '"{[',
  'SG.a.',
  'ghs_1_',
  'x ',
  'a/',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
]

test.each(hostile)('case 59: a mebibyte of %j takes time in proportion to its length', async (text) => {
  const of = (size: number) => ({ a: text.repeat(Math.ceil(size / text.length)).slice(0, size) })
  const [part = 0, whole = 0] = await bestTimesOf([of(mebibyte / 16), of(mebibyte)])
  // Sixteen times the text: quadratic time would be 256 times as long. The rest is noise and garbage collection.
  expect(whole).toBeLessThan(Math.max(64 * part, 500))
})

test('a mebibyte of configuration takes a bounded multiple of walking through it', async () => {
  const routes = Array.from({ length: 10_000 }, (_, index) => ({
    id: `0198c5a2-7d3f-7c11-9f00-${String(index).padStart(12, '0')}`,
    name: `Route ${index}`,
    url: `https://host-${index % 97}.example/v1/messages`,
  }))
  const content = { routes }
  expect(JSON.stringify(content).length).toBeGreaterThan(mebibyte)
  const start = performance.now()
  for (let round = 0; round < 3; round += 1) await walk(content, () => undefined)
  const plain = (performance.now() - start) / 3
  const [screened = 0] = await bestTimesOf([content])
  expect(screened).toBeLessThan(20 * plain)
})
