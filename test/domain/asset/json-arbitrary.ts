import fc from 'fast-check'
import type { JsonValue } from '../../../src/domain/json.ts'

/** Member names with the ones that a careless object would inherit, escape or order wrongly. */
const member = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a/b', 'm~n', '*', '', '0', '10', '2', 'length'),
  fc.string({ maxLength: 3 }),
)

/** JSON objects and arrays up to four levels deep, as a strict parser would yield them. */
export const jsonContainer: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; container: JsonValue }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2.5, '', 'x', 'y'),
      tie('container'),
    ),
    container: fc.oneof(
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(member, tie('value')), { maxLength: 5, selector: ([name]) => name })
        .map((members): JsonValue => Object.fromEntries(members)),
    ),
  }),
).container
