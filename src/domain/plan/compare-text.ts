/** Orders strings by UTF-16 code units, as RFC 8785 §3.2.3 orders members: the same on every machine and locale. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
