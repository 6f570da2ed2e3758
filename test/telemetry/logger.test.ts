import { expect, test } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { describeError } from '../../src/telemetry/logger.ts'

function failed(): Error {
  try {
    instant('Ada Owner')
  } catch (error) {
    return new Error('select secret from person', { cause: error })
  }
  throw new Error('the date was valid')
}

test('an error is logged by kind and place, without its message or a trace', () => {
  const described = describeError(failed())
  expect(described).toMatchObject({ kind: 'Error', cause: { kind: 'RangeError' } })
  expect((described.cause as { at: string }).at).toMatch(/^src\/domain\/identifiers\.ts:\d+$/)
  expect(JSON.stringify(described)).not.toMatch(/secret|Ada|node_modules| at /)
})
