import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonArray } from '../../src/domain/asset/json/json-array.ts'
import { isJsonObject, type JsonValue } from '../../src/domain/json.ts'
import { screeningRules } from '../../src/screening/rules.ts'
import { screenContent } from '../../src/screening/screen.ts'
import { hasSigns, signsOf } from '../../src/screening/text/sign.ts'
import { plantedCases } from './corpus/all.ts'
import { alphabets, base64, made } from './corpus/values.ts'

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (isJsonArray(value)) return value.flatMap(textsIn)
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : []
}

const texts = plantedCases.flatMap(({ content }) => textsIn(content))
const cut = fc
  .tuple(fc.constantFrom(...texts), fc.nat(400), fc.nat(400))
  .map(([text, start, length]) => text.slice(start, start + length))
const mixed = fc
  .array(fc.oneof(cut, fc.constantFrom('=', ': ', '\u00a0', '|', '"', '://', '%41', '-', 'ſ', 'K')), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''))

test('a rule is spared only texts in which it finds nothing', () => {
  const names = ['ssn', 'mrn', 'date of birth', 'client secret', 'mbi']
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...texts), mixed), (text) => {
      const signs = signsOf(text)
      const piece = { pointer: '', place: 'value' as const, text, signs, names, container: 0 }
      for (const { name, needs, inText } of screeningRules) {
        if (needs === undefined || hasSigns(signs, needs)) continue
        expect([name, inText?.(piece)]).toEqual([name, null])
      }
    }),
    { numRuns: 3000 },
  )
})

/** Rows in which no rule finds anything, as many as make 200 KiB. */
const rows = Array.from({ length: 2000 }, (_, index) => ({
  id: `0198c5a2-7d3f-7c11-9f00-${String(index).padStart(12, '0')}`,
  display: `Route ${index} to the ward, version 2.${index % 7}`,
  target: `https://host-${index % 97}.example/v1/messages`,
}))

test('what was planted is found wherever in a large document it stands', async () => {
  expect(await screenContent({ rows })).toEqual([])
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...plantedCases), fc.nat(rows.length), async ({ content }, at) => {
      const alone = await screenContent([content])
      const within = await screenContent({ rows: rows.toSpliced(at, 0, content as never) })
      const pointer = `/rows/${at}`
      const found = alone.map((one) => ({ ...one, pointer: pointer + one.pointer.slice(2) }))
      expect(within).toEqual(expect.arrayContaining(found))
    }),
    { numRuns: 100 },
  )
})

const letters = alphabets.lower + alphabets.upper
const some = (length: number, alphabet?: string) => made(`token ${length}`, length, alphabet)
test.each([
  ['1Password', `ops${'_'}${base64(JSON.stringify({ email: some(148), key: {} }))}`],
  ['Anthropic', `sk-ant-${'api03-'}${some(93)}AA`],
  ['AWS', `aws_secret${'_access_key'} = ${some(40)}`],
  ['Cloudflare', `cfut${'_'}${some(40)}${some(8, alphabets.hex)}`],
  ['Databricks', `dapi${some(32, alphabets.hex)}`],
  ['Docker', `dckr_pat${'_'}${some(27)}`],
  ['Figma', `figd${'_'}${some(44)}`],
  ['GitHub', `ghu${'_'}${some(36)}`],
  ['GitHub, fine-grained', `github_pat${'_'}${some(82)}`],
  ['GitLab', `glpat${'-'}${some(20)}`],
  ['Grafana Cloud', `glc${'_'}${some(40)}`],
  ['Grafana', `glsa${'_'}${some(32)}_${some(8, alphabets.hex)}`],
  ['Groq', `gsk${'_'}${some(52)}`],
  ['HashiCorp Vault', `hvs${'.'}${some(95)}`],
  ['Hugging Face', `hf${'_'}${some(34, letters)}`],
  ['Linear', `lin_api${'_'}${some(40)}`],
  ['Notion', `ntn${'_'}${some(11, alphabets.digits)}${some(35)}`],
  ['npm', `npm${'_'}${some(36)}`],
  ['OpenAI', `sk-proj-${some(74)}T3Blbk${'FJ'}${some(74)}`],
  ['SendGrid', `SG${'.'}${some(22)}.${some(43)}`],
  ['Shopify', `shpat${'_'}${some(32)}`],
  ['Slack', `xoxb${'-'}${some(12)}-${some(12)}`],
  ['a webhook of Slack', `https://Hooks.Slack.com/services/T${some(8)}/B${some(9)}/${some(24)}`],
  ['Stripe', `rk_live${'_'}${some(30)}`],
  ['Tailscale', `tskey-auth${'-'}${some(12)}-${some(24)}`],
  ['Vercel', `vck${'_'}${some(24)}`],
])('a token of %s is found beside anything', async (_, token) => {
  const content = ['\ufeffbefore', `it is ${token}`, 'after', token]
  const found = await screenContent(content)
  expect(found.filter(({ rule }) => rule === 'service-token').map(({ pointer }) => pointer)).toEqual([
    '/1',
    '/3',
  ])
})

test('while a mebibyte is screened, others get their turns', async () => {
  const values = Array.from({ length: 30_000 }, (_, index) => ({
    value: made(String(index), 24, alphabets.hex),
  }))
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await screenContent({ values })
  isDone = true
  expect(turns).toBeGreaterThan(10)
})

test('screening leaves nothing behind in the process', async () => {
  const marks = () => performance.getEntries().length
  const before = marks()
  for (let round = 0; round < 20; round += 1) await screenContent({ a: `ghu${'_'}${some(36)}` })
  expect(marks()).toBe(before)
})
