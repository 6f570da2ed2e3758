import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPointer } from '../../src/domain/asset/json/pointer.ts'
import type { JsonValue } from '../../src/domain/json.ts'
import { difference } from '../../src/domain/plan/difference.ts'
import { maskChanges, maskContent, maskOf } from '../../src/screening/mask.ts'
import { screenContent } from '../../src/screening/screen.ts'
import { plantedCases } from './corpus/all.ts'
import { alphabets, base64, made, password, recordNumber, socialSecurity } from './corpus/values.ts'

const planted: readonly { readonly member: string; readonly text: string }[] = [
  { member: 'password', text: password('mask') },
  { member: 'note', text: `https://u:${made('mask', 14)}@x.example` },
  { member: 'note', text: socialSecurity('mask') },
  { member: 'mrn', text: recordNumber('mask') },
  { member: 'b', text: base64(`postgres://a:${made('mask2', 14)}@db/x`) },
  { member: 'k', text: `csk${'_prd_'}${made('mask3', 32, alphabets.hex)}_${made('mask4', 38)}` },
]

const plantedContent = fc
  .record({
    around: fc.array(fc.jsonValue(), { maxLength: 3 }),
    path: fc.array(fc.string(), { maxLength: 4 }),
    which: fc.constantFrom(...planted),
  })
  .map(({ around, path, which }) => {
    const inner: JsonValue = { [which.member]: which.text }
    const content = path.reduceRight<JsonValue>((value, member) => ({ [member]: [value, 1] }), inner)
    return { text: which.text, content: { content, around: around as JsonValue } }
  })

test('what was planted in any content is not in its masked copy', async () => {
  await fc.assert(
    fc.asyncProperty(plantedContent, async ({ text, content }) => {
      const masked = maskContent(content, await screenContent(content))
      expect(JSON.stringify(masked)).not.toContain(JSON.stringify(text))
    }),
    { numRuns: 150 },
  )
})

test('what was planted before or after is in no masked difference, and every operation stays', async () => {
  await fc.assert(
    fc.asyncProperty(plantedContent, plantedContent, async (one, other) => {
      const changes = difference(one.content, other.content)
      const findings = { before: await screenContent(one.content), after: await screenContent(other.content) }
      const masked = maskChanges(changes, findings)
      expect(masked.map(({ op }) => op)).toEqual(changes.map(({ op }) => op))
      const shown = JSON.stringify(masked)
      expect(shown).not.toContain(JSON.stringify(one.text))
      expect(shown).not.toContain(JSON.stringify(other.text))
    }),
    { numRuns: 150 },
  )
})

test.each(plantedCases.map((one) => [one.name, one] as const))(
  '%s is masked where it was found',
  async (_, one) => {
    const findings = await screenContent(one.content)
    const masked = maskContent(one.content, findings)
    for (const { rule, pointer } of findings) expect(readPointer(masked, pointer)).toBe(maskOf(rule))
    const [whole] = maskChanges(difference(undefined, one.content), { before: [], after: findings })
    expect(whole).toEqual({ pointer: '', op: 'add', to: masked })
  },
)

test('a value in the place of another is a change from mark to mark', async () => {
  const before = { a: { password: password('old') }, b: 1 }
  const after = { a: { password: password('new') }, b: 2 }
  const changes = maskChanges(difference(before, after), {
    before: await screenContent(before),
    after: await screenContent(after),
  })
  const mark = maskOf('named-secret')
  expect(changes).toEqual([
    { pointer: '/a/password', op: 'replace', from: mark, to: mark },
    { pointer: '/b', op: 'replace', from: 1, to: 2 },
  ])
})

test('a change below a name that was found shows neither the name nor what stands there', async () => {
  const name = `csk${'_org_'}${made('n', 32, alphabets.hex)}_${made('n2', 38)}`
  const before = { keys: { [name]: { on: false } } }
  const after = { keys: { [name]: { on: true } } }
  const changes = maskChanges(difference(before, after), {
    before: await screenContent(before),
    after: await screenContent(after),
  })
  const mark = maskOf('countersign-key')
  expect(changes).toEqual([{ pointer: '/keys', op: 'replace', from: mark, to: mark }])
})

test('screening answers for any JSON, always the same, with pointers that lead somewhere', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('%', '%zz', '{"', '"[', 'PID|', 'MSH|^~\\&|', '://:@', '-----BEGIN'),
  )
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(text, fc.constantFrom('__proto__', 'password', 'resourceType', 'kty', 'value')),
        tie('tree'),
        { maxKeys: 4 },
      ),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(tree, async (content) => {
      const findings = await screenContent(content)
      for (const { pointer } of findings) expect(readPointer(content, pointer)).not.toBeUndefined()
      expect(await screenContent(content)).toEqual(findings)
    }),
    { numRuns: 300 },
  )
})
