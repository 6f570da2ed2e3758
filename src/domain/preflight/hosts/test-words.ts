const words: ReadonlySet<string> = new Set([
  'staging',
  'stage',
  'stg',
  'test',
  'tests',
  'testing',
  'tst',
  'uat',
  'qa',
  'sandbox',
  'sbx',
  'dev',
  'develop',
  'development',
  'demo',
  'preprod',
  'preproduction',
  'nonprod',
  'nonproduction',
  'acceptance',
  'preview',
  'mock',
  'stub',
])

// A laboratory's tests are what production is about.
const medical: ReadonlySet<string> = new Set(['test', 'tests', 'testing'])
const ofLaboratories =
  /^(?:lab|labs|laboratory|result|results|order|orders|report|reports|kit|kits|blood|covid|pcr|genetic|catalog|catalogue|center|centre)$/

function saysTest(label: string): boolean {
  // The platform's form of other alphabets: what stands in it are no words.
  if (label.startsWith('xn--')) return false
  const parts = label.split(/[-_]|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])/)
  const ofPatients = parts.some((part) => ofLaboratories.test(part))
  return parts.some((part, place) => {
    if (ofPatients && medical.has(part)) return false
    return words.has(part) || words.has(`${part}${parts[place + 1]}`)
  })
}

/**
 * Whether a host is named like one of staging or of a test. Whole words count, not what they are part of, and not the
 * top-level domain, since `dev` and `qa` are two of the public ones.
 */
export function isNamedLikeTest(host: string): boolean {
  const labels = host.split('.')
  return (labels.length === 1 ? labels : labels.slice(0, -1)).some(saysTest)
}
