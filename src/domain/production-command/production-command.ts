import type { CommandId, OrganizationId } from '../identifiers.ts'
import { accepted, type Outcome, type Recorded, refused, unreachable } from '../stream.ts'

export type ProductionCommandPhase = 'requested' | 'authorized' | 'performed' | 'refused'

export interface ProductionCommandFacts {
  readonly organization: OrganizationId
  readonly id: CommandId
  /** Name of the environment's store, by which its worker's queue goes; the shared one when left out. */
  readonly store?: string
}

export interface ProductionCommandState {
  readonly facts: ProductionCommandFacts
  readonly phase: ProductionCommandPhase
  readonly seq: number
  readonly failure: string | null
}

/** What production answered to an act outside a promotion. */
export type ActResult =
  | { readonly kind: 'performed'; readonly version: number }
  | { readonly kind: 'refused'; readonly code: string }

export type ProductionCommandStep =
  | { readonly kind: 'authorize' }
  | { readonly kind: 'refuse'; readonly failure: string }
  | { readonly kind: 'perform'; readonly result: ActResult }

export type ProductionCommandEvent =
  | { readonly type: 'authorized' }
  | { readonly type: 'performed'; readonly version: number }
  | { readonly type: 'refused'; readonly failure: string }

/** An act in production as it was asked for. */
export function requestedProductionCommand(facts: ProductionCommandFacts): ProductionCommandState {
  return Object.freeze({ facts, phase: 'requested', seq: 0, failure: null })
}

/** What a step comes to in this state. Pure. */
export function decideProductionCommand(
  state: ProductionCommandState,
  step: ProductionCommandStep,
): Outcome<ProductionCommandEvent> {
  switch (step.kind) {
    case 'authorize':
      return state.phase === 'requested'
        ? accepted([{ type: 'authorized' }])
        : refused('illegal-state', 'The act was authorized or refused already.')
    case 'refuse':
      return state.phase === 'requested'
        ? accepted([{ type: 'refused', failure: step.failure }])
        : refused('illegal-state', 'The act was authorized or refused already.')
    case 'perform':
      if (state.phase !== 'authorized') return refused('illegal-state', 'The act is not authorized.')
      return accepted([
        step.result.kind === 'performed'
          ? { type: 'performed', version: step.result.version }
          : { type: 'refused', failure: step.result.code },
      ])
    default:
      return unreachable(step)
  }
}

function change(event: ProductionCommandEvent): Pick<ProductionCommandState, 'phase' | 'failure'> {
  switch (event.type) {
    case 'authorized':
      return { phase: 'authorized', failure: null }
    case 'performed':
      return { phase: 'performed', failure: null }
    case 'refused':
      return { phase: 'refused', failure: event.failure }
    default:
      return unreachable(event)
  }
}

/**
 * The state after one more event.
 *
 * @throws RangeError when the event's number is not the next one.
 */
export function evolveProductionCommand(
  state: ProductionCommandState,
  { seq, event }: Recorded<ProductionCommandEvent>,
): ProductionCommandState {
  if (seq !== state.seq + 1) throw new RangeError(`event ${seq} does not follow event ${state.seq}`)
  return Object.freeze({ ...state, ...change(event), seq })
}
