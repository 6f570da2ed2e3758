import { lintSource } from '@secretlint/core'
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { Piece } from '../piece.ts'
import type { ScreeningRule } from '../rule.ts'

// Left out: comments by which content could switch rules off, and what our own rules find with fewer gaps.
const leftOut = ['filter-comments', 'basicauth', 'privatekey', 'database-connection-string', 'gcp']

const rules = recommended
  .filter(({ meta }) => !leftOut.some((name) => meta.id.endsWith(`secretlint-rule-${name}`)))
  .map((rule) => ({ id: rule.meta.id, rule, options: {} }))

// Between two texts stands what no rule reads across.
const separator = '\n\u0000\n'

/** Tokens of well-known services, by their shape. The rule is secretlint's; this is what they are about. */
export const serviceToken = Object.freeze<ScreeningRule>({
  name: 'service-token',
  about: 'secret',
  finds: 'a token of a well-known service',
})

/** Which texts hold a token of a well-known service: GitHub, GitLab, Slack, Stripe, SendGrid, npm and others. */
export async function findServiceTokens(pieces: readonly Piece[]): Promise<readonly Piece[]> {
  const content = pieces.map(({ text }) => text).join(separator)
  const { messages } = await lintSource({
    source: { filePath: 'content', content, contentType: 'text', ext: '' },
    options: { config: { rules }, noPhysicFilePath: true },
  })
  const starts = messages.map(({ range: [start] }) => start).sort((left, right) => left - right)
  const found: Piece[] = []
  let end = 0
  let next = 0
  for (const piece of pieces) {
    const start = end
    end += piece.text.length + separator.length
    let isFound = false
    for (let at = starts[next]; at !== undefined && at < end; at = starts[next]) {
      isFound = at >= start
      next += 1
    }
    if (isFound) found.push(piece)
  }
  return found
}
