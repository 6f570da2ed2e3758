import { formatPointer, parsePointer } from '../../domain/asset/json/pointer.ts'
import type { JsonValue } from '../../domain/json.ts'
import { describeFinding } from '../../screening/describe.ts'
import type { ScreeningFinding } from '../../screening/finding.ts'
import { screenContent } from '../../screening/screen.ts'
import { Refused, type RefusedField } from '../refused.ts'

/** Something a person sent along: free text, or a document that holds some. */
export interface SentAlong {
  /** Where it stands in the body. */
  readonly pointer: string
  readonly value: JsonValue | undefined
  /** What it is called, as rules may go by names; the last part of `pointer` when left out. */
  readonly name?: string
}

/** A finding as a place of the body, `below` being where the screened content stands in it. */
export function refusedField(below: string, finding: ScreeningFinding): RefusedField {
  return { pointer: below + finding.pointer, message: describeFinding(finding) }
}

/**
 * The refusal of content that surely holds what may not be stored.
 *
 * @throws RangeError without any finding.
 */
export function refusalOf(findings: readonly ScreeningFinding[], fields: readonly RefusedField[]): Refused {
  if (findings.length === 0) throw new RangeError('nothing was found that could be refused')
  return findings.some(({ about }) => about === 'secret')
    ? new Refused(
        'literal-secret',
        'What you sent holds a secret. Nothing of it was stored. Leave the secret out and refer to where it is kept.',
        fields,
      )
    : new Refused(
        'patient-data',
        'What you sent holds data of a patient. Nothing of it was stored. Leave it out.',
        fields,
      )
}

/**
 * Keeps secrets and data of patients out of everything that people write beside content: reasons, comments, manifests,
 * bindings. Call it before anything is stored.
 *
 * @throws Refused `literal-secret` or `patient-data`, naming places and rules, never what stands there.
 */
export async function refuseConfidential(sent: readonly SentAlong[]): Promise<void> {
  const refused: ScreeningFinding[] = []
  const fields: RefusedField[] = []
  for (const { pointer, value, name = parsePointer(pointer).at(-1) ?? '' } of sent) {
    if (value === undefined) continue
    for (const finding of await screenContent({ [name]: value })) {
      if (finding.confidence !== 'high') continue
      refused.push(finding)
      const inside = finding.pointer.slice(formatPointer([name]).length)
      fields.push(refusedField(pointer, { ...finding, pointer: inside }))
    }
  }
  if (refused.length > 0) throw refusalOf(refused, fields)
}
