/** A claim of the demo that does not hold. Its message is one sentence for whoever runs it. */
export class DemoFailed extends Error {
  override readonly name = 'DemoFailed'
}

/** Tells the story, and stops it where something told does not hold. */
export interface Narrative {
  chapter(title: string): void
  tell(line: string): void
  detail(line: string): void
  /** Tells a claim that holds; throws DemoFailed for one that does not. */
  check(claim: string, holds: boolean): void
  /** How many claims were checked so far. */
  readonly checked: number
}

export function openNarrative(write: (line: string) => void): Narrative {
  let chapters = 0
  let checked = 0
  return {
    chapter(title) {
      chapters += 1
      write(`\n${chapters}. ${title}`)
    },
    tell: (line) => write(`   ${line}`),
    detail: (line) => write(`       ${line}`),
    check(claim, holds) {
      if (!holds) throw new DemoFailed(`This does not hold: ${claim}.`)
      checked += 1
      write(`   ✓ ${claim}`)
    },
    get checked() {
      return checked
    },
  }
}
