export { driftSweepWorkflow } from './drift-sweep.ts'
export { productionCommandWorkflow } from './production-command.ts'
export { promotionWorkflow } from './promotion.ts'
export { rolloutWorkflow } from './rollout.ts'
