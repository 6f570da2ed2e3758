import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { Breath } from '../breath.ts'
import type { Piece } from '../piece.ts'
import type { ScreeningRule } from '../rule.ts'

// Left out: comments by which content could switch rules off, and what our own rules find with fewer gaps.
const leftOut = ['filter-comments', 'basicauth', 'privatekey', 'database-connection-string', 'gcp']

/** What stands in every token that a rule finds. One that is not listed here looks at every text. */
const beginnings: Readonly<Record<string, string>> = Object.freeze({
  aws: '(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)',
  npm: 'npm_',
  slack: 'xox[abopr]-|xapp-|[hH][oO][oO][kK][sS]\\.[sS]',
  sendgrid: 'SG\\.',
  shopify: 'shp(?:pa|ca|at|ss)_',
  stripe: '[sr]k_(?:live|test)_',
  github: 'gh[opusr]_|github_pat_',
  gitlab: 'glpat-',
  grafana: 'glc_|glsa_',
  openai: 'T3BlbkFJ',
  anthropic: 'sk-ant-',
  groq: 'gsk_',
  huggingface: 'hf_',
  linear: 'lin_api_',
  notion: 'ntn_',
  '1password': 'ops_ey',
  'hashicorp-vault': 'hv[sbr]\\.',
  vercel: 'vc[piark]_',
  databricks: 'dapi',
  docker: 'dckr_pat_',
  figma: 'figd_',
  cloudflare: 'cf(?:k|ut|at)_',
  tailscale: 'tskey-',
})

const rules = recommended
  .filter(({ meta }) => !leftOut.some((name) => meta.id.endsWith(`secretlint-rule-${name}`)))
  .map((rule) => {
    const beginning = beginnings[rule.meta.id.replace(/^.*secretlint-rule-/, '')] ?? ''
    return {
      beginning: new RegExp(beginning),
      config: { rules: [{ id: rule.meta.id, rule, options: {} }] },
    }
  })

const anyBeginning = new RegExp(rules.map(({ beginning }) => beginning.source).join('|'))

// Between two texts stands what no rule reads across.
const separator = '\n\u0000\n'

/** Tokens of well-known services, by their shape. The rule is secretlint's; this is what they are about. */
export const serviceToken = Object.freeze<ScreeningRule>({
  name: 'service-token',
  about: 'secret',
  finds: 'a token of a well-known service',
})

type LintConfig = Parameters<typeof lintSource>[0]['options']['config']

/** Which of `pieces` the rules of `config` speak up about. */
async function lint(pieces: readonly Piece[], config: LintConfig): Promise<readonly Piece[]> {
  // Left on, it keeps some marks of every call for as long as the process lives.
  secretLintProfiler.setEnabled(false)
  // It stands first as well: of a text's first character, a mark of byte order would be dropped and move all places.
  const content = separator + pieces.map(({ text }) => text).join(separator)
  const { messages } = await lintSource({
    source: { filePath: 'content', content, contentType: 'text', ext: '' },
    options: { config, noPhysicFilePath: true },
  })
  const starts = messages.map(({ range: [start] }) => start).sort((left, right) => left - right)
  const found: Piece[] = []
  let end = 0
  let next = 0
  for (const piece of pieces) {
    const start = end + separator.length
    end = start + piece.text.length
    let isFound = false
    for (let at = starts[next]; at !== undefined && at < end; at = starts[next]) {
      isFound = at >= start
      next += 1
    }
    if (isFound) found.push(piece)
  }
  return found
}

/** Which texts hold a token of a well-known service: GitHub, GitLab, Slack, Stripe, SendGrid, npm and others. */
export async function findServiceTokens(
  pieces: readonly Piece[],
  breathe: Breath,
): Promise<readonly Piece[]> {
  const likely: Piece[] = []
  for (const piece of pieces) {
    if (anyBeginning.test(piece.text)) likely.push(piece)
    const pause = breathe(piece.text.length)
    if (pause !== undefined) await pause
  }
  if (likely.length === 0) return likely
  const length = likely.reduce((sum, { text }) => sum + text.length, 0)
  const found = new Set<Piece>()
  for (const { beginning, config } of rules) {
    const own = likely.filter(({ text }) => beginning.test(text))
    for (const piece of own.length === 0 ? [] : await lint(own, config)) found.add(piece)
    const pause = breathe(length)
    if (pause !== undefined) await pause
  }
  return likely.filter((piece) => found.has(piece))
}
