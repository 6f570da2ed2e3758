/** `any`: the bundle holds at least one such asset; `only`: every asset of it is such. */
export type Matcher = { readonly any: readonly string[] } | { readonly only: readonly string[] }

// Piece by piece from the left, so that no pattern takes longer than its length times the text's.
function fits(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return pattern === text
  if (!text.startsWith(first)) return false
  let from = first.length
  for (const piece of others) {
    const found = text.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return text.length - last.length >= from && text.endsWith(last)
}

/** Whether a bundle's texts are what a condition asks for; with wildcards `*` stands for any characters, also none. */
export function meets(
  matcher: Matcher,
  texts: readonly string[],
  compared: 'exactly' | 'wildcards' = 'exactly',
): boolean {
  const fitsOne = (patterns: readonly string[]) => (text: string) =>
    compared === 'exactly' ? patterns.includes(text) : patterns.some((pattern) => fits(pattern, text))
  return 'any' in matcher ? texts.some(fitsOne(matcher.any)) : texts.every(fitsOne(matcher.only))
}
