export const planted = () => import('../../../src/worker.ts')
