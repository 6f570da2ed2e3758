import type { JsonValue } from '../domain/json.ts'
import { type Breath, openBreath } from './breath.ts'
import type { Confidence, ScreeningFinding } from './finding.ts'
import type { Piece } from './piece.ts'
import type { Match, ScreeningRule } from './rule.ts'
import { findServiceTokens, serviceToken } from './rules/service-token.ts'
import { screeningRules } from './rules.ts'
import { hasSigns } from './text/sign.ts'
import { walk } from './walk.ts'

type At = Pick<Piece, 'pointer' | 'place'>

/** A pointer through an object that has a refused name might spell the name out, so it ends at the object. */
function shownPointer(pointer: string, named: ReadonlySet<string>): string {
  if (named.size === 0) return pointer
  for (let end = 0; end >= 0; end = pointer.indexOf('/', end + 1)) {
    if (named.has(pointer.slice(0, end))) return pointer.slice(0, end)
  }
  return pointer
}

/** Whether `key` lies below one of `wholes`, and is not one itself. */
function standsWithin(key: string, wholes: ReadonlySet<string>): boolean {
  if (wholes.size === 0) return false
  for (let end = key.lastIndexOf('/'); end >= 0; end = key.lastIndexOf('/', end - 1)) {
    if (wholes.has(key.slice(0, end))) return true
    if (end === 0) break
  }
  return false
}

/** One finding for each place, rule by rule: of several, the surest and among these the first rule's. */
class Findings {
  readonly #found = new Map<string, ScreeningFinding>()
  /** Objects that were found as a whole: what stands inside of them is no finding of its own. */
  readonly #wholes = new Set<string>()

  add({ name, about }: ScreeningRule, { pointer, place }: At, confidence: Confidence | null): void {
    if (confidence === null) return
    const key = `${about} ${pointer}`
    const earlier = this.#found.get(key)
    if (earlier === undefined || (earlier.confidence === 'low' && confidence === 'high')) {
      const where = earlier?.place === 'name' ? 'name' : place
      this.#found.set(key, { rule: name, about, confidence, pointer, place: where })
    } else if (place === 'name' && earlier.place === 'value') {
      this.#found.set(key, { ...earlier, place })
    }
  }

  addWhole(rule: ScreeningRule, pointer: string, confidence: Confidence | null): void {
    this.add(rule, { pointer, place: 'value' }, confidence)
    if (confidence === 'high') this.#wholes.add(`${rule.about} ${pointer}`)
  }

  all(): readonly ScreeningFinding[] {
    const found = [...this.#found.values()]
    const named = new Set(found.filter(({ place }) => place === 'name').map(({ pointer }) => pointer))
    return found
      .filter(({ about, pointer }) => !standsWithin(`${about} ${pointer}`, this.#wholes))
      .map((finding) => ({ ...finding, pointer: shownPointer(finding.pointer, named) }))
  }
}

/** The rules that could find something in a text with these signs. */
function rulesFor(signs: number): readonly ScreeningRule[] {
  return screeningRules.filter(
    ({ inText, needs }) => inText !== undefined && (needs === undefined || hasSigns(signs, needs)),
  )
}

/** What rules that look at one text say, by rule. Each text is only shown to those that could find something in it. */
async function matchesIn(
  pieces: readonly Piece[],
  breathe: Breath,
): Promise<ReadonlyMap<ScreeningRule, readonly Match[]>> {
  const matches = new Map<ScreeningRule, Match[]>(screeningRules.map((rule) => [rule, []]))
  const likely = new Map<number, readonly ScreeningRule[]>()
  for (const piece of pieces) {
    const rules = likely.get(piece.signs) ?? rulesFor(piece.signs)
    likely.set(piece.signs, rules)
    for (const rule of rules) {
      const confidence = rule.inText?.(piece) ?? null
      if (confidence !== null) matches.get(rule)?.push({ piece, confidence })
      const pause = breathe(piece.text.length)
      if (pause !== undefined) await pause
    }
  }
  return matches
}

/**
 * Everything in `content` that looks like a secret or like data of a patient, each place at most once for either, in
 * document order by rule. Encoded texts are opened (base64, URL encoding, JSON in a string). A pure function of the
 * content; it takes time linear in its size, never throws, and no finding holds a value or a refused member's name.
 */
export async function screenContent(content: JsonValue): Promise<readonly ScreeningFinding[]> {
  const breathe = openBreath()
  const screened = await walk(content, breathe)
  const matches = await matchesIn(screened.pieces, breathe)
  const tokens = await findServiceTokens(screened.pieces, breathe)
  const findings = new Findings()
  for (const rule of screeningRules) {
    for (const { piece, confidence } of rule.inAll?.(screened) ?? []) findings.add(rule, piece, confidence)
    for (const structure of rule.inStructure === undefined ? [] : screened.structures) {
      findings.addWhole(rule, structure.pointer, rule.inStructure?.(structure) ?? null)
    }
    for (const { piece, confidence } of matches.get(rule) ?? []) findings.add(rule, piece, confidence)
    if (rule === serviceToken) for (const piece of tokens) findings.add(rule, piece, 'high')
  }
  return findings.all()
}
