import type { RegExpEngine } from 'ajv/dist/types/index.js'
import { RE2JS } from 're2js'

/**
 * Compiles the patterns of schemas in linear time, whatever they say and whatever content they meet. `toString` tells
 * patterns apart, by which the schema compiler keeps each one once.
 *
 * @throws Error for what has no linear-time form, such as a look-around or a back-reference.
 */
export const linearPattern: RegExpEngine = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern))
    return { test: (text: string) => compiled.test(text), toString: () => `/${pattern}/` }
  },
  // Code would only be generated from this name for a validator that is written to a file, and none is.
  { code: 'linearPattern' },
)

/** Whether a pattern can be judged in linear time. */
export function isLinear(pattern: string): boolean {
  try {
    linearPattern(pattern, 'u')
    return true
  } catch {
    return false
  }
}
