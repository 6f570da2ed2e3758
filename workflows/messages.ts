import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Answer, CommandClaim, StreamReference } from '../src/domain/stream.ts'

/** Which story a workflow drives. Everything else it asks of the database. */
export type WorkflowInput = StreamReference

/** A person's command, delivered. The update's id is the command's id. */
export const commandUpdate = defineUpdate<Answer, [CommandClaim]>('command')

/** The state as the workflow holds it, for looking into one run. */
export const stateQuery = defineQuery<unknown>('state')

/** Something that a waiting story rests on may have changed. It carries nothing: the story asks the database. */
export const lookAgainSignal = defineSignal('look-again')
