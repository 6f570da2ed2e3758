import { defineConfig } from 'vitest/config'

/**
 * The tests of the rules alone, which need no server: what mutants of `src/domain` are held against. They are pure, so one
 * worker runs them all, and a mutant costs no worker per file.
 */
export default defineConfig({
  test: { include: ['test/domain/**/*.test.ts'], isolate: false, testTimeout: 60_000 },
})
