import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow'

/** What the bare worker does: nothing, and that as an activity. */
export interface BareActivities {
  nothing(): Promise<void>
}

/** An update that nothing is sent with, and that nothing comes of. */
export const bareUpdate = defineUpdate('bare')

// Ordinary and eager, as what a person's command is recorded by.
const { nothing } = proxyActivities<BareActivities>({
  startToCloseTimeout: '10 seconds',
  allowEagerDispatch: true,
})

/** Answers so many updates, each after one empty activity. */
export async function bareWorkflow(updates: number): Promise<void> {
  let answered = 0
  setHandler(bareUpdate, async () => {
    await nothing()
    answered += 1
  })
  await condition(() => answered === updates)
}
