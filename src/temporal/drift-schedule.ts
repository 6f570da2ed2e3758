import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  type Workflow,
} from '@temporalio/client'

/** The id of the one schedule that starts sweeps. */
export const driftScheduleId = 'drift-sweep'

type Plan = Required<
  Pick<ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>, 'spec' | 'action' | 'policies'>
>

function planOf(everyMilliseconds: number): Plan {
  return {
    spec: { intervals: [{ every: everyMilliseconds }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'driftSweepWorkflow',
      workflowId: driftScheduleId,
      taskQueue: 'control',
      args: [{}],
      // With overlap refused, a sweep that never ended would be the last one.
      workflowExecutionTimeout: '6 hours',
    },
    policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
  }
}

async function remove(client: Client): Promise<void> {
  try {
    await client.schedule.getHandle(driftScheduleId).delete()
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
  }
}

/**
 * Makes the schedule of sweeps what it should be: created, changed to another interval, or with null gone. Safe to
 * repeat, and by several workers at once.
 */
export async function keepDriftSchedule(client: Client, everyMilliseconds: number | null): Promise<void> {
  if (everyMilliseconds === null) return remove(client)
  const plan = planOf(everyMilliseconds)
  try {
    await client.schedule.create({ scheduleId: driftScheduleId, ...plan })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    await client.schedule.getHandle(driftScheduleId).update(({ state }) => ({ ...plan, state }))
  }
}
