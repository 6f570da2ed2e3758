import { isJsonArray } from '../../../../domain/asset/json/json-array.ts'
import { parsePointer } from '../../../../domain/asset/json/pointer.ts'
import type { AssetId } from '../../../../domain/identifiers.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../domain/json.ts'
import type { Severity } from '../../../../domain/plan/finding.ts'
import { cleanText } from '../../../../domain/preflight/checks/clean-text.ts'
import type { CheckFinding, CheckOutcome } from '../../../../domain/preflight/checks/outcomes.ts'
import { screenContent } from '../../../../screening/screen.ts'
import { JsonRefused, parseStrict } from '../../../../trust/strict-parse.ts'
import type { OutsideAnswer } from '../../../ports.ts'

/** An answer that is not one; the message follows "It answered, but" and repeats nothing of it. */
class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused'
}

const most = { bytes: 65_536, findings: 50, message: 500, pointer: 500 } as const
const severities: readonly string[] = ['blocker', 'warning', 'info'] satisfies readonly Severity[]
const members: readonly string[] = ['severity', 'asset', 'pointer', 'message']

function isSeverity(value: JsonValue | undefined): value is Severity {
  return typeof value === 'string' && severities.includes(value)
}

function assetIn({ asset }: JsonObject, assets: ReadonlySet<AssetId>): AssetId | null {
  if (asset === undefined) return null
  const known = [...assets].find((one) => one === asset)
  if (known === undefined) throw new AnswerRefused('a finding names an asset that is not in the bundle.')
  return known
}

function pointerIn({ asset, pointer }: JsonObject): string {
  if (pointer === undefined) return ''
  const refusal = 'a pointer is none into the content of an asset that the finding names.'
  if (
    typeof pointer !== 'string' ||
    pointer.length > most.pointer ||
    (pointer !== '' && asset === undefined)
  ) {
    throw new AnswerRefused(refusal)
  }
  try {
    parsePointer(pointer)
  } catch {
    throw new AnswerRefused(refusal)
  }
  if (pointer !== '' && cleanText(pointer) !== pointer) throw new AnswerRefused(refusal)
  return pointer
}

function messageIn({ message }: JsonObject): string {
  const shown = typeof message === 'string' && [...message].length <= most.message ? cleanText(message) : null
  if (shown === null) throw new AnswerRefused(`a message is not 1 to ${most.message} characters to be read.`)
  return shown
}

function findingIn(value: JsonValue, assets: ReadonlySet<AssetId>): CheckFinding {
  if (!isJsonObject(value)) throw new AnswerRefused('a finding is no object.')
  if (Object.keys(value).some((member) => !members.includes(member))) {
    throw new AnswerRefused(`a finding has a member besides ${members.join(', ')}.`)
  }
  const { severity } = value
  if (!isSeverity(severity)) throw new AnswerRefused('a finding is no blocker, warning or info.')
  const asset = assetIn(value, assets)
  return { severity, asset, pointer: pointerIn(value), message: messageIn(value) }
}

function findingsIn(body: Uint8Array, assets: ReadonlySet<AssetId>): readonly CheckFinding[] {
  const answer = parseStrict(body, { bytes: most.bytes, depth: 8 })
  const findings = isJsonObject(answer) ? answer.findings : undefined
  if (
    !isJsonObject(answer) ||
    findings === undefined ||
    !isJsonArray(findings) ||
    Object.keys(answer).length > 1
  ) {
    throw new AnswerRefused('not with { "findings": [...] } and nothing else.')
  }
  if (findings.length > most.findings) throw new AnswerRefused(`with more than ${most.findings} findings.`)
  return findings.map((finding) => findingIn(finding, assets))
}

const withheld =
  'What it says is withheld: it looks like a secret or like data of a patient. Whoever runs the check can tell.'

// The finding stays as grave as it is: only its words, or a place that spells them out, are not taken over.
async function screened(finding: CheckFinding): Promise<CheckFinding> {
  const { message, pointer } = finding
  const sure = (await screenContent({ message, pointer })).filter(({ confidence }) => confidence === 'high')
  if (sure.length === 0) return finding
  const about = new Set(sure.map((one) => one.pointer))
  return { ...finding, message: withheld, pointer: about.has('/pointer') ? '' : pointer }
}

function refusalWords(error: unknown): string {
  if (error instanceof AnswerRefused) return error.message
  if (error instanceof JsonRefused) return 'not in JSON that can be read in one way only.'
  throw error
}

/**
 * Reads what a check answered about a bundle of these assets. Whatever is not exactly an answer counts as none, and the
 * detail says why without repeating any of it.
 */
export async function readAnswer(
  { status, contentType, body }: Extract<OutsideAnswer, { kind: 'answered' }>,
  assets: ReadonlySet<AssetId>,
): Promise<CheckOutcome> {
  if (status !== 200) return { kind: 'unanswered', detail: `It answered with the status ${status}, not 200.` }
  if (!/^application\/json *(;|$)/i.test(contentType ?? '')) {
    return { kind: 'unanswered', detail: 'It answered, but not with the content type application/json.' }
  }
  try {
    const findings = findingsIn(body, assets)
    return { kind: 'answered', findings: await Promise.all(findings.map(screened)) }
  } catch (error) {
    return { kind: 'unanswered', detail: `It answered, but ${refusalWords(error)}` }
  }
}
