import { expect, test } from 'vitest'
import { z } from 'zod'
import { expected, said } from '../../examples/demo/client.ts'
import { DemoFailed, openNarrative } from '../../examples/demo/narrative.ts'

const refusal = {
  asked: 'POST /v1/promotions',
  status: 403,
  body: { code: 'forbidden', detail: 'Your role does not allow it.' },
  etag: '',
  replayed: false,
}

test('a claim that does not hold ends the demo with the claim as its reason', () => {
  const lines: string[] = []
  const narrative = openNarrative((line) => lines.push(line))

  expect(() => narrative.check('two and two are five', false)).toThrow(DemoFailed)
  expect(() => narrative.check('two and two are five', false)).toThrow(/two and two are five/)
  expect(narrative.checked).toBe(0)
  expect(lines).toEqual([])
})

test('a claim that holds is told and counted', () => {
  const lines: string[] = []
  const narrative = openNarrative((line) => lines.push(line))

  narrative.check('two and two are four', true)

  expect(narrative.checked).toBe(1)
  expect(lines).toEqual(['   ✓ two and two are four'])
})

test('an answer with another status ends the demo, naming what was asked and what was said', () => {
  expect(() => expected(refusal, 201, z.object({}))).toThrow(
    'POST /v1/promotions was answered 403 forbidden instead of 201. Your role does not allow it.',
  )
})

test('an answer that lacks what the contract promises ends the demo, naming the place', () => {
  expect(() => expected(refusal, 403, z.object({ code: z.string(), errors: z.array(z.string()) }))).toThrow(
    /\/errors/,
  )
})

test('a refusal is told by status and code', () => {
  expect(said(refusal)).toBe('403 forbidden')
  expect(said({ ...refusal, status: 200, body: { id: 'x' } })).toBe('200')
})
