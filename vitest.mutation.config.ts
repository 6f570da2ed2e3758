import { defineConfig } from 'vitest/config'

/** The tests of the rules alone, which need no server: what mutants of `src/domain` are held against. */
export default defineConfig({ test: { include: ['test/domain/**/*.test.ts'], testTimeout: 60_000 } })
