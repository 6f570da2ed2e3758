import { runProcess } from './runtime/process/run-process.ts'
import { runWorkerProcess } from './runtime/worker-process.ts'

await runProcess(process.env, (configuration) => runWorkerProcess(configuration, process.argv.slice(2)))
