import { expect, test } from 'vitest'
import { creationOrder, readExamples, resolveContent } from '../../examples/demo/acts/example-assets.ts'
import { DemoFailed } from '../../examples/demo/narrative.ts'

function example(file: string, ...named: readonly string[]) {
  return { file, type: 'filter', name: file, content: { names: named.map(($asset) => ({ $asset })) } }
}

test('an example is created after every one that it names', () => {
  const ordered = creationOrder([example('a', 'b'), example('b', 'c'), example('c')])

  expect(ordered.map(({ file }) => file)).toEqual(['c', 'b', 'a'])
})

test('examples that name each other are refused instead of being tried forever', () => {
  expect(() => creationOrder([example('a', 'b'), example('b', 'a')])).toThrow(DemoFailed)
})

test('every place that names an example gets its id, and nothing else changes', () => {
  const content = {
    at: { $asset: 'a' },
    list: [{ $asset: 'b' }, 1, null],
    beside: { $asset: 'a', more: true },
  }

  expect(
    resolveContent(
      content,
      new Map([
        ['a', 'id-a'],
        ['b', 'id-b'],
      ]),
    ),
  ).toEqual({
    at: 'id-a',
    list: ['id-b', 1, null],
    beside: { $asset: 'a', more: true },
  })
})

test('a place that names what was not created is refused', () => {
  expect(() => resolveContent({ at: { $asset: 'missing' } }, new Map())).toThrow(/"missing"/)
})

test('the examples of both environments can be created in the order in which they are read', async () => {
  const [staging, production] = await Promise.all([readExamples('staging'), readExamples('production')])

  expect(staging.length).toBeGreaterThan(production.length)
  expect(production.map(({ type }) => type)).toEqual(['authCredential', 'destination', 'source'])
})
