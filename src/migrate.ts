import { migrateStores } from './runtime/operations/migrate-stores.ts'
import { runProcess } from './runtime/process/run-process.ts'

await runProcess(process.env, migrateStores)
