import type { PromotionState } from './state.ts'

/** Position of the first step that has fewer approvals than it requires; 0 when none has. */
export function lackingStep({ steps, decisions }: Pick<PromotionState, 'steps' | 'decisions'>): number {
  const lacking = steps.find(({ position, kind, required }) => {
    const approvals = decisions.filter(({ step, verdict }) => step === position && verdict === 'approve')
    return kind !== 'external' && approvals.length < required
  })
  return lacking?.position ?? 0
}
