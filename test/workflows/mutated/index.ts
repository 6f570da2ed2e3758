import { sleep } from '@temporalio/workflow'
import { promotionWorkflow as original } from '../../../workflows/promotion.ts'

/** The workflow with one timer more than its histories know: replay has to find it. */
export async function promotionWorkflow(stream: Parameters<typeof original>[0]): Promise<string> {
  await sleep(1)
  return original(stream)
}
