import { defineConfig } from 'vitest/config'
import tests from './vitest.config.ts'

/** Records the histories that replay is tested with; run it when a workflow changes on purpose. */
export default defineConfig({ test: { ...tests.test, include: ['test/workflows/record-histories.ts'] } })
