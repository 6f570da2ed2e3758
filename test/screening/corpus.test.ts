import { expect, test } from 'vitest'
import { cleanCases, plantedCases } from './corpus/all.ts'
import { measure, screenAll } from './corpus/measure.ts'

const measured = measure(await screenAll([...plantedCases, ...cleanCases]))

test('the corpus is large, and no configuration stands in it twice', () => {
  const contents = [...plantedCases, ...cleanCases].map(({ content }) => JSON.stringify(content))
  expect(plantedCases.length).toBeGreaterThanOrEqual(220)
  expect(cleanCases.length).toBeGreaterThanOrEqual(220)
  expect(new Set(contents).size).toBe(contents.length)
  expect(plantedCases.filter(({ planted }) => planted.length === 0)).toEqual([])
})

test('of what is planted, at least 95 of 100 are found', () => {
  expect(measured.found / measured.planted).toBeGreaterThanOrEqual(0.95)
})

test('of what rules are sure about, at least 99 of 100 are right', () => {
  const right = measured.right.filter(({ confidence }) => confidence === 'high').length
  const wrong = measured.falseAlarms.filter(({ finding }) => finding.confidence === 'high').length
  expect(right).toBeGreaterThan(200)
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.99)
})

test('of what rules only suspect, at least half is right', () => {
  const right = measured.right.filter(({ confidence }) => confidence === 'low').length
  const wrong = measured.falseAlarms.filter(({ finding }) => finding.confidence === 'low').length
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.5)
})
