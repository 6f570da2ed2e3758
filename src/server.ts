import { runProcess } from './runtime/process/run-process.ts'
import { serve } from './runtime/serve.ts'

await runProcess(process.env, serve)
